//! `/operateur/cartes`: the stock of cards that show one-time codes, and cards added to it.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::factor::CardState;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::cards;
use crate::operations::cards::BadLine;
use crate::operations::cards::Card;
use crate::operations::cards::Imported;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::badges::Badge;
use crate::web::operator::Desk;
use crate::web::operator::FreshDesk;
use crate::web::period::status;

const PATH: &str = "/operateur/cartes";
/// How many bad lines a page names.
const SHOWN: usize = 50;

/// What of the list is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    etat: String,
    #[serde(default)]
    apres: String,
}

struct Row {
    serial: String,
    badge: Badge,
    since: String,
    holder: Option<String>,
}

struct Filter {
    words: String,
    href: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "web/operator/cards.html")]
struct CardsPage {
    page: Page,
    rows: Vec<Row>,
    filters: Vec<Filter>,
    more: Option<String>,
    done: Option<String>,
    bad: Option<(String, Vec<String>)>,
    lines: String,
    serial: String,
}

#[derive(Default)]
struct Shown {
    errors: FormErrors,
    done: Option<String>,
    bad: Option<(String, Vec<String>)>,
    lines: String,
    serial: String,
}

/// The list.
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Query(wanted): Query<Wanted>,
) -> Result<Response, PageError> {
    page(&app, &desk, &wanted, Shown::default()).await
}

async fn page(app: &App, desk: &Desk, wanted: &Wanted, shown: Shown) -> Result<Response, PageError> {
    let t = desk.t();
    let state = CardState::parse(&wanted.etat);
    let found = cards::page(&app.bench, &desk.operator, &wanted.apres, state).await;
    let (list, more) = found.map_err(|refusal| desk.refuse(refusal))?;
    let counts = cards::counts(&app.bench, &desk.operator).await.map_err(|refusal| desk.refuse(refusal))?;
    let more = list.last().filter(|_| more).map(|last| {
        let chosen = state.map_or_else(String::new, |state| format!("etat={state}&"));
        format!("{PATH}?{chosen}apres={}", last.serial)
    });
    let status = status(&shown.errors);
    let status = if shown.bad.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { status };
    let view = CardsPage {
        page: desk.page(t.get("factor-cards-title")).wide().with_errors(shown.errors),
        rows: list.into_iter().map(|card| row(t, card)).collect(),
        filters: filters(t, state, &counts),
        more,
        done: shown.done,
        bad: shown.bad,
        lines: shown.lines,
        serial: shown.serial,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

fn row(t: Text, card: Card) -> Row {
    Row {
        badge: Badge::card(t, card.state),
        since: t.day_short(card.changed_at.day()),
        holder: card.account.map(|account| format!("/operateur/aidants/{account}")),
        serial: card.serial,
    }
}

fn filters(t: Text, chosen: Option<CardState>, counts: &[(CardState, i64)]) -> Vec<Filter> {
    let every: i64 = counts.iter().map(|(_, count)| count).sum();
    let words = |state: &str, count: i64| {
        t.with("factor-cards-count", &[("state", &t.get(state)), ("count", &count.unsigned_abs())])
    };
    let all =
        Filter { words: words("factor-cards-all", every), href: PATH.to_owned(), current: chosen.is_none() };
    let each = counts.iter().map(|(state, count)| Filter {
        words: words(&format!("card-{state}"), *count),
        href: format!("{PATH}?etat={state}"),
        current: chosen == Some(*state),
    });
    std::iter::once(all).chain(each).collect()
}

/// Puts the pasted lines into the stock, all or none. What was pasted holds secrets: it is not shown again.
pub(super) async fn import(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let lines = desk.one(&fields, "lines")?;
    let done = cards::import(&app.bench, &desk.operator, lines.as_bytes(), desk.reference()).await;
    let t = desk.t();
    let shown = match done.map_err(|refusal| desk.refuse(refusal))? {
        Imported::All(count) => {
            Shown { done: Some(t.with("factor-cards-imported", &[("count", &count)])), ..Shown::default() }
        }
        Imported::Nothing(bad) => Shown { bad: Some(told(t, &bad)), ..Shown::default() },
    };
    page(&app, &desk, &Wanted::default(), shown).await
}

fn told(t: Text, bad: &[BadLine]) -> (String, Vec<String>) {
    let line = |bad: &BadLine| {
        let why = t.get(&format!("factor-cards-fault-{}", bad.key));
        match bad.serial.as_str() {
            "" => t.with("factor-cards-bad-line", &[("line", &bad.line), ("why", &why)]),
            serial => t.with(
                "factor-cards-bad-line-serial",
                &[("line", &bad.line), ("serial", &serial), ("why", &why)],
            ),
        }
    };
    let mut words: Vec<String> = bad.iter().take(SHOWN).map(line).collect();
    if bad.len() > SHOWN {
        words.push(t.with("factor-cards-bad-more", &[("count", &(bad.len() - SHOWN))]));
    }
    (t.with("factor-cards-bad", &[("count", &bad.len())]), words)
}

/// Takes a card out of the stock for good.
pub(super) async fn withdraw(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let (serial, why) = (desk.one(&fields, "serial")?, desk.one(&fields, "why")?);
    let broken = why == "broken";
    let done = cards::withdraw(&app.bench, &desk.operator, &serial, broken, desk.reference()).await;
    let key = match done {
        Ok(()) => return Ok(respond::see_other(PATH)),
        Err(Refusal::Invalid(_)) => "factor-fault-serial-unknown",
        Err(Refusal::Conflict(_)) => "factor-fault-not-in-stock",
        Err(refusal) => return Err(desk.refuse(refusal)),
    };
    let mut errors = FormErrors::default();
    errors.add("serial", desk.t().get(key));
    page(&app, &desk, &Wanted::default(), Shown { errors, serial, ..Shown::default() }).await
}
