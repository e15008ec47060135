//! `/referent` and `/referent/structures/{id}`: who is habilitated until when, and what each organisation does not do.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::ids::HabilitationId;
use crate::domain::time::Instant;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::referents;
use crate::operations::teams;
use crate::operations::teams::Team;
use crate::text::Text;
use crate::text::themes;
use crate::web::badges::Badge;
use crate::web::referent::Desk;
use crate::web::referent::told::Notice;
use crate::web::referent::told::Told;

struct Row {
    name: String,
    email: String,
    until: String,
    note: Option<String>,
    badge: Badge,
    href: String,
}

struct Group {
    id: String,
    name: String,
    siret: String,
    address: String,
    withheld: String,
    badge: Badge,
    organisation: String,
    rows: Vec<Row>,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "web/referent/team.html")]
struct TeamPage {
    page: Page,
    notice: Option<Notice>,
    groups: Vec<Group>,
    one: bool,
}

/// Where the page before ended.
#[derive(Debug, Default, Deserialize)]
pub(super) struct After {
    #[serde(default)]
    apres: String,
}

/// `GET /referent`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Query(told): Query<Told>,
) -> Result<Response, PageError> {
    let t = desk.t();
    referents::note_come(&app.bench, &desk.referent).await.map_err(|refusal| desk.refuse(refusal))?;
    let all = teams::managed(&app.bench, desk.whose()).await.map_err(|refusal| desk.refuse(refusal))?;
    let now = app.bench.now();
    let view = TeamPage {
        page: desk.page(t.get("nav-referent-team")).wide(),
        notice: told.notice(t),
        groups: all.iter().enumerate().map(|(place, team)| group(t, place, team, now)).collect(),
        one: false,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// `GET /referent/structures/{id}`: the team of one organisation, page after page.
pub(super) async fn one(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    Query(after): Query<After>,
    Query(told): Query<Told>,
) -> Result<Response, PageError> {
    let t = desk.t();
    let organisation = desk.organisation(&id)?;
    let after: Option<HabilitationId> = after.apres.parse().ok();
    let team = teams::managed_one(&app.bench, desk.whose(), organisation.id, after).await;
    let team = team.map_err(|refusal| desk.refuse(refusal))?;
    let view = TeamPage {
        page: desk.page(t.with("referent-team-of", &[("organisation", &organisation.name)])).wide(),
        notice: told.notice(t),
        groups: vec![group(t, 0, &team, app.bench.now())],
        one: true,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn group(t: Text, place: usize, team: &Team, now: Instant) -> Group {
    let organisation = &team.organisation;
    let withheld: Vec<_> = organisation.withheld_themes.iter().copied().collect();
    let titles: Vec<String> =
        themes().titles(&withheld, t.language()).into_iter().map(str::to_owned).collect();
    let rows = team.members.iter().map(|member| Row {
        name: member.shown.name.show().clone(),
        email: member.shown.email.show().clone(),
        until: member
            .habilitation
            .until()
            .map_or_else(|| t.get("team-until-none"), |until| t.day_short(until.day())),
        note: member.renewal_requested_at.map(|_| t.get("team-renewal-asked")),
        badge: Badge::step(t, &member.account, &member.habilitation, now),
        href: format!("/referent/aidants/{}", member.habilitation.id),
    });
    Group {
        id: format!("structure-{}", place + 1),
        name: organisation.name.clone(),
        siret: organisation.siret.to_string(),
        address: organisation.address.clone(),
        withheld: if titles.is_empty() { t.get("organisation-withheld-none") } else { t.list(&titles) },
        badge: Badge::organisation(t, organisation.status),
        organisation: organisation.id.to_string(),
        rows: rows.collect(),
        next: team.next.map(|next| format!("/referent/structures/{}?apres={next}", organisation.id)),
    }
}
