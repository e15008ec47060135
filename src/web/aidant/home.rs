//! `/aidant`: what waits today, and the persons for whom one may act.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::ids::MandateId;
use crate::domain::mandate::MandateStatus;
use crate::domain::time::Day;
use crate::http::actor::Aidant;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::aidant_mandates;
use crate::operations::aidant_mandates::MandateView;
use crate::operations::cases;
use crate::operations::cases::read::CaseRow;
use crate::text::Text;
use crate::web::aidant::refused;
use crate::web::aidant::rows;
use crate::web::aidant::rows::Badge;
use crate::web::aidant::rows::Row;

/// As many persons as the front page lists.
const SHOWN: usize = 10;

struct Task {
    badge: Badge,
    title: String,
    words: String,
    href: String,
    action: String,
}

#[derive(Template)]
#[template(path = "web/aidant/home.html")]
struct Home {
    page: Page,
    hello: String,
    today: String,
    tasks: Vec<Task>,
    rows: Vec<Row>,
    persons: usize,
    organisation: String,
}

/// `GET /aidant`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
) -> Result<Response, PageError> {
    let t = reader.t;
    let today = app.bench.now().day();
    let views = aidant_mandates::all(&app.bench, &aidant).await.map_err(refused(&reader))?;
    let followed: BTreeSet<MandateId> = views
        .iter()
        .filter(|view| view.status == MandateStatus::Active)
        .filter_map(|view| view.mandate.renews)
        .collect();
    let open = |view: &&MandateView| !followed.contains(&view.mandate.id);
    let cases = cases::read::list_of_aidant(&app.bench, &aidant).await.map_err(refused(&reader))?;
    let contested = cases.into_iter().filter(|row| row.case.is_open()).map(|row| case_task(t, row));
    let tasks = contested.chain(views.iter().filter(open).filter_map(|view| task(t, view, today))).collect();
    let running =
        |view: &&MandateView| matches!(view.status, MandateStatus::Active | MandateStatus::Suspended);
    let mut rows: Vec<Row> =
        views.iter().filter(running).filter_map(|view| rows::row(t, view, today)).collect();
    rows.sort_by_key(|row| row.name.to_lowercase());
    let persons = rows.len();
    rows.truncate(SHOWN);
    let given = aidant.account.professional.given_name.show();
    let view = Home {
        hello: t.with("aidant-home-hello", &[("name", given)]),
        today: t.with("aidant-home-today", &[("date", &t.day_long(today))]),
        tasks,
        rows,
        persons,
        organisation: aidant.organisation.name.clone(),
        page: reader.aidant_page(&aidant).titled(t.get("nav-aidant-today")).wide(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn case_task(t: Text, row: CaseRow) -> Task {
    let badge = crate::web::badges::Badge::case(t, row.case.status());
    Task {
        badge: Badge { kind: badge.kind, icon: badge.icon, words: badge.words },
        title: t.with("aidant-task-case", &[("number", &row.case.number)]),
        words: t.with("aidant-task-case-words", &[("client", &row.client.unwrap_or_default())]),
        href: format!("/aidant/dossiers/{}", row.case.number),
        action: t.get("mail-case-news-action"),
    }
}

fn task(t: Text, view: &MandateView, today: Day) -> Option<Task> {
    let href = format!("/aidant/mandats/{}", view.mandate.id);
    let name = rows::name_of(t, view.person.as_ref());
    let badge = rows::badge(t, view, today);
    match view.status {
        MandateStatus::AwaitingConsent => Some(Task {
            badge,
            title: t.get("aidant-task-waiting"),
            words: t.with(
                "aidant-task-waiting-words",
                &[
                    ("aidant", &view.drafter),
                    ("time", &t.moment_short(view.mandate.terms.drafted_at)),
                    ("themes", &rows::theme_list(t, &view.mandate.terms.themes)),
                ],
            ),
            href,
            action: t.get("aidant-task-waiting-action"),
        }),
        MandateStatus::Suspended => Some(Task {
            badge,
            title: t.with("aidant-task-suspended", &[("name", &name)]),
            words: t.get("aidant-task-suspended-words"),
            href,
            action: t.get("aidant-task-open"),
        }),
        _ => {
            let days = rows::days_left(view, today).filter(|days| *days <= rows::ENDING_DAYS)?;
            let last = view.mandate.consent()?.validity.until.day();
            let words = t.with("aidant-task-ending-badge", &[("days", &days)]);
            Some(Task {
                badge: Badge { words, ..badge },
                title: t.with("aidant-task-ending", &[("name", &name), ("date", &t.day_long(last))]),
                words: t.get("aidant-task-ending-words"),
                href: format!("/aidant/mandats/nouveau?renouveler={}", view.mandate.id),
                action: t.get("mandate-renew"),
            })
        }
    }
}
