//! Who may act for the person: a card for each mandate, the ended ones below.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::config::OperatorTexts;
use crate::domain::mandate::EndedBy;
use crate::domain::mandate::Life;
use crate::domain::mandate::MandateStatus;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::http::errors::PageError;
use crate::http::lifeline::lifeline;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::overview;
use crate::operations::overview::Held;
use crate::text::Html;
use crate::text::Text;
use crate::text::themes;
use crate::web::person::Visit;

/// A mandate ends soon from this many days on.
const SOON: i32 = 15;

/// The state of a mandate as a badge.
pub(super) struct Badge {
    pub(super) kind: &'static str,
    pub(super) icon: &'static str,
    pub(super) words: String,
}

/// One mandate on the page.
pub(super) struct Card {
    pub(super) id: String,
    pub(super) organisation: String,
    pub(super) badge: Badge,
    pub(super) lifeline: Html,
    pub(super) themes: Html,
    pub(super) aidants: String,
    pub(super) many_aidants: bool,
    pub(super) last_act: Option<String>,
    pub(super) case: Option<String>,
    pub(super) held: Vec<String>,
    pub(super) suspended: bool,
    pub(super) barred: bool,
    pub(super) until: String,
    pub(super) declared: bool,
}

#[derive(Template)]
#[template(path = "web/person/home.html")]
struct HomePage {
    page: Page,
    cards: Vec<Card>,
    ended: Vec<Card>,
    active: usize,
    operator: OperatorTexts,
}

/// The front page of her space.
pub(super) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let now = app.bench.now();
    let held =
        overview::of_person(&app.bench, &visit.person).await.map_err(|refusal| visit.refuse(refusal))?;
    let living = |held: &Held| matches!(held.status, MandateStatus::Active | MandateStatus::Suspended);
    let active = held.iter().filter(|held| held.status == MandateStatus::Active).count();
    let (living, over): (Vec<Held>, Vec<Held>) = held.into_iter().partition(living);
    let cards = |all: &[Held]| all.iter().map(|held| card(t, held, now)).collect::<Vec<_>>();
    let view = HomePage {
        page: visit.page(t.get("nav-person-mandates")),
        cards: cards(&living),
        ended: cards(&over),
        active,
        operator: app.config().operator.clone(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// What a page says of one mandate.
pub(super) fn card(t: Text, held: &Held, now: Instant) -> Card {
    let open: Vec<Theme> = held.mandate.open_themes().into_iter().collect();
    let shown = if open.is_empty() { held.mandate.terms.themes.iter().copied().collect() } else { open };
    let validity = held.mandate.consent().map(|consent| consent.validity);
    let suspended = held.status == MandateStatus::Suspended;
    let last_act = held.last_act.as_ref().map(|line| {
        let client = line.told.as_ref().and_then(|told| told.client.clone()).unwrap_or_default();
        t.with("person-last-act", &[("moment", &t.moment(line.at)), ("client", &client)])
    });
    Card {
        id: held.mandate.id.to_string(),
        organisation: held.organisation.name.clone(),
        badge: badge(t, held, now),
        lifeline: validity.map_or_else(Html::default, |validity| {
            lifeline(t, validity.from.day(), validity.until.day(), now.day(), suspended)
        }),
        themes: Html::lines(themes().titles(&shown, t.language())),
        aidants: held.aidants.join(", "),
        many_aidants: held.aidants.len() > 1,
        last_act,
        case: held.case.as_ref().filter(|case| case.is_open()).map(|case| case.number.clone()),
        held: held.held_by.iter().map(|cause| t.get(&format!("mandate-held-{cause}"))).collect(),
        suspended,
        barred: held.blocks.organisation,
        declared: held.mandate.terms.channel.is_declared(),
        until: validity.map_or_else(String::new, |validity| t.until(validity.until.day())),
    }
}

fn badge(t: Text, held: &Held, now: Instant) -> Badge {
    let (kind, icon, key) = match held.status {
        MandateStatus::Active if ends_soon(held, now) => ("waiting", "clock", "status-ending"),
        MandateStatus::Active => ("active", "tick", "status-active"),
        MandateStatus::Suspended => ("waiting", "pause", "status-suspended"),
        MandateStatus::Revoked if ended_by_her(held) => ("ended", "stop", "person-stopped-by-you"),
        MandateStatus::Revoked => ("ended", "stop", "status-revoked"),
        MandateStatus::Expired => ("ended", "tick", "status-ended"),
        MandateStatus::Refused => ("ended", "refused", "status-refused"),
        MandateStatus::Lapsed => ("ended", "clock", "status-lapsed"),
        MandateStatus::Draft | MandateStatus::AwaitingConsent => ("waiting", "clock", "status-awaiting"),
    };
    Badge { kind, icon, words: t.get(key) }
}

fn ends_soon(held: &Held, now: Instant) -> bool {
    let until = held.mandate.consent().map(|consent| consent.validity.until.day());
    held.mandate.terms.duration.days() > SOON
        && until.is_some_and(|until| now.day().days_until(until) <= SOON)
}

fn ended_by_her(held: &Held) -> bool {
    matches!(&held.mandate.life, Life::Revoked { end, .. } if end.by == EndedBy::Person)
}
