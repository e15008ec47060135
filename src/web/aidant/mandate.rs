//! `/aidant/mandats/{id}`: the hand-over while the person is asked, then the mandate and its life.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::asking::DraftEnd;
use crate::domain::ids::MandateId;
use crate::domain::mandate::HoldCause;
use crate::domain::mandate::MandateStatus;
use crate::domain::person::Identification;
use crate::domain::person::Person;
use crate::domain::time::Instant;
use crate::http::actor::Aidant;
use crate::http::errors::PageError;
use crate::http::lifeline::lifeline;
use crate::http::page::Banner;
use crate::http::page::Page;
use crate::http::qr;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::abandon_draft;
use crate::operations::actors::AidantActor;
use crate::operations::aidant_mandates;
use crate::operations::aidant_mandates::HandOver;
use crate::operations::aidant_mandates::MandateView;
use crate::operations::aidant_mandates::Waiting;
use crate::operations::holds;
use crate::operations::refusal::Refusal;
use crate::operations::renewal;
use crate::operations::renewal::Links;
use crate::text::Html;
use crate::text::Text;
use crate::web::aidant::handover;
use crate::web::aidant::mandate_id;
use crate::web::aidant::refused;
use crate::web::aidant::rows;
use crate::web::aidant::rows::Badge;

#[derive(Template)]
#[template(path = "web/aidant/handover.html")]
struct HandOverPage {
    page: Page,
    id: String,
    path: String,
    address: String,
    qr: Html,
    waiting_title: String,
    waiting_since: String,
    too_late: bool,
    step: u8,
    drafted: Html,
    until: String,
}

/// Where the paper code of a person without FranceConnect is printed.
fn paper(person: &Person) -> Option<String> {
    (person.identification == Identification::Declared)
        .then(|| format!("/aidant/personnes/{}/code-papier", person.id))
}

#[derive(Template)]
#[template(path = "web/aidant/mandate.html")]
struct MandatePage {
    page: Page,
    id: String,
    born: String,
    declared: bool,
    badge: Badge,
    lifeline: Option<Html>,
    themes: Html,
    ended_themes: Vec<String>,
    duration: String,
    until: String,
    drafter: String,
    drafted: String,
    ended: Option<String>,
    living: bool,
    paper: Option<String>,
    active: bool,
    renewable: bool,
    follows: Option<(String, String)>,
    followed: Option<(String, String)>,
    held: Vec<String>,
    stopped: bool,
}

#[derive(Template)]
#[template(path = "web/aidant/unanswered.html")]
struct Unanswered {
    page: Page,
    refused: bool,
    words: String,
}

/// `GET /aidant/mandats/{id}`
pub async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = mandate_id(&id, &reader)?;
    let (view, hand_over) = aidant_mandates::one(&app.bench, &aidant, id).await.map_err(refused(&reader))?;
    match (view.status, hand_over) {
        (_, Some(hand_over)) => match &hand_over.asked {
            Some(away) => handover::page(&app, &reader, &aidant, &view, (&hand_over, away)),
            None => hand_over_page(&app, &reader, &aidant, &view, &hand_over),
        }
        .map_err(refused(&reader)),
        (
            MandateStatus::Refused
            | MandateStatus::Lapsed
            | MandateStatus::Draft
            | MandateStatus::AwaitingConsent,
            None,
        ) => Ok(unanswered(&reader, &aidant, &view)),
        _ => {
            let links = renewal::links(&app.bench, &view.mandate).await.map_err(refused(&reader))?;
            let held = holds::causes(&app.bench, view.mandate.id).await.map_err(refused(&reader))?;
            Ok(mandate_page(&reader, &aidant, &view, (&links, &held), app.bench.now()))
        }
    }
}

fn hand_over_page(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    view: &MandateView,
    hand_over: &HandOver,
) -> Result<Response, Refusal> {
    let t = reader.t;
    let path = format!("/consentement/{}", hand_over.code.show());
    let address = app.config().server.public_url.join(&path);
    let terms = &view.mandate.terms;
    let (key, since, step) = match hand_over.waiting {
        Waiting::ToOpen(at) => ("handover-waiting-open", at, 1),
        Waiting::ToIdentify(at) => ("handover-waiting-identify", at, 2),
        Waiting::ToDecide(at)
        | Waiting::ToPair(at)
        | Waiting::ToAnswer(at)
        | Waiting::ToPost(at)
        | Waiting::ToReferent(at) => ("handover-waiting-decide", at, 3),
        Waiting::TooLate => ("handover-too-late", hand_over.until, 1),
    };
    let banner = Banner {
        icon: "hand-over",
        label: t.get("handover-banner"),
        words: t.get("handover-banner-present"),
        note: None,
    };
    let page = HandOverPage {
        page: reader.aidant_page(aidant).titled(t.get("handover-title")).form().with_banner(banner),
        id: view.mandate.id.to_string(),
        qr: qr::svg(&address, &t.get("qr-label")).map_err(|error| Refusal::Fault(error.into()))?,
        path,
        address,
        waiting_title: t.get(key),
        waiting_since: t.with("handover-since", &[("time", &t.at(since))]),
        too_late: hand_over.waiting == Waiting::TooLate,
        step,
        drafted: t.html(
            "handover-step-draft-words",
            &[
                ("time", &t.at(terms.drafted_at)),
                ("themes", &rows::theme_list(t, &terms.themes)),
                ("duration", &t.get(&format!("duration-{}", terms.duration))),
            ],
        ),
        until: t.with("handover-until", &[("moment", &t.moment(hand_over.until))]),
    };
    Ok(respond::html(StatusCode::OK, &page, &page.page.csp()))
}

fn unanswered(reader: &Reader, aidant: &AidantActor, view: &MandateView) -> Response {
    let t = reader.t;
    let refused = view.status == MandateStatus::Refused;
    let why = match (refused, view.ended) {
        (true, _) => "refused",
        (false, Some(DraftEnd::OtherIdentity)) => "other-identity",
        (false, Some(DraftEnd::Pairing)) => "pairing",
        (false, Some(DraftEnd::Code)) => "code",
        (false, Some(DraftEnd::ReferentRefused)) => "referent",
        (false, Some(DraftEnd::Abandoned | DraftEnd::Timeout) | None) => "lapsed",
    };
    let page = Unanswered {
        page: reader.aidant_page(aidant).titled(t.get(&format!("unanswered-{why}-title"))),
        refused,
        words: t.get(&format!("unanswered-{why}-words")),
    };
    respond::html(StatusCode::OK, &page, &page.page.csp())
}

fn mandate_page(
    reader: &Reader,
    aidant: &AidantActor,
    view: &MandateView,
    (links, held): (&Links, &[HoldCause]),
    now: Instant,
) -> Response {
    let t = reader.t;
    let link = |key: &str, (id, until): (MandateId, Instant)| {
        (format!("/aidant/mandats/{id}"), t.with(key, &[("date", &t.until(until.day()))]))
    };
    let today = now.day();
    let mandate = &view.mandate;
    let open = mandate.open_themes();
    let living = matches!(view.status, MandateStatus::Active | MandateStatus::Suspended);
    let validity = mandate.consent().map(|consent| consent.validity);
    let name = rows::name_of(t, view.person.as_ref());
    let paused = view.status == MandateStatus::Suspended;
    let line = |t: Text| {
        validity.map(|validity| lifeline(t, validity.from.day(), validity.until.day(), today, paused))
    };
    let page = MandatePage {
        page: reader.aidant_page(aidant).titled(t.with("mandate-title", &[("name", &name)])),
        id: mandate.id.to_string(),
        born: view.person.as_ref().map(|person| rows::born(t, person)).unwrap_or_default(),
        declared: rows::declared(view),
        badge: rows::badge(t, view, today),
        lifeline: living.then(|| line(t)).flatten(),
        themes: rows::theme_lines(t, if open.is_empty() { &mandate.terms.themes } else { &open }),
        ended_themes: mandate
            .ended_themes
            .iter()
            .map(|(theme, end)| ended_theme(t, *theme, end.at))
            .collect(),
        duration: t.get(&format!("duration-{}", mandate.terms.duration)),
        until: validity.map(|validity| t.until(validity.until.day())).unwrap_or_default(),
        drafter: view.drafter.show().clone(),
        drafted: t.moment(mandate.terms.drafted_at),
        ended: ended(t, view),
        living,
        paper: view.person.as_ref().filter(|_| living).and_then(paper),
        active: view.status == MandateStatus::Active,
        renewable: renewal::may_be_renewed(view.status) && links.after.is_none(),
        follows: links.before.map(|before| link("mandate-follows", before)),
        followed: links.after.map(|after| link("mandate-followed", after)),
        held: held.iter().map(|cause| t.get(&format!("mandate-held-{cause}"))).collect(),
        stopped: view.status == MandateStatus::Revoked || !mandate.ended_themes.is_empty(),
    };
    respond::html(StatusCode::OK, &page, &page.page.csp())
}

fn ended_theme(t: Text, theme: crate::domain::theme::Theme, at: Instant) -> String {
    let title = crate::text::themes().title(theme, t.language());
    t.with("mandate-theme-ended", &[("theme", &title), ("moment", &t.moment(at))])
}

fn ended(t: Text, view: &MandateView) -> Option<String> {
    match &view.mandate.life {
        crate::domain::mandate::Life::Revoked { end, .. } => {
            Some(t.with(&format!("mandate-ended-by-{}", end.by), &[("moment", &t.moment(end.at))]))
        }
        _ if view.status == MandateStatus::Expired => Some(t.get("mandate-ended-by-date")),
        _ => None,
    }
}

/// `POST /aidant/mandats/{id}/abandonner`
pub async fn abandon(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = mandate_id(&id, &reader)?;
    match abandon_draft::abandon(&app.bench, &aidant, id, Some(&reader.reference)).await {
        Ok(()) => Ok(respond::see_other("/aidant")),
        // The person was faster: her answer is what there is to see.
        Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("/aidant/mandats/{id}"))),
        Err(other) => Err(refused(&reader)(other)),
    }
}
