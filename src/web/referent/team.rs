//! `/referent`: who is habilitated until when, and what each organisation does not do.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::teams;
use crate::operations::teams::Team;
use crate::text::Text;
use crate::text::themes;
use crate::web::badges::Badge;
use crate::web::referent::Desk;

struct Row {
    name: String,
    email: String,
    until: String,
    badge: Badge,
    access: String,
}

struct Group {
    id: String,
    name: String,
    siret: String,
    address: String,
    withheld: String,
    badge: Badge,
    activity: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "web/referent/team.html")]
struct TeamPage {
    page: Page,
    groups: Vec<Group>,
}

/// `GET /referent`
pub(super) async fn show(State(app): State<App>, desk: Desk) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let whose = (&desk.referent, desk.organisations.as_slice());
    let all = teams::managed(&app.bench, whose).await.map_err(|refusal| desk.refuse(refusal))?;
    let view = TeamPage {
        page: desk.page(t.get("nav-referent-team")).wide(),
        groups: all.iter().enumerate().map(|(place, team)| group(t, place, team)).collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn group(t: Text, place: usize, team: &Team) -> Group {
    let organisation = &team.organisation;
    let withheld: Vec<_> = organisation.withheld_themes.iter().copied().collect();
    let titles: Vec<String> =
        themes().titles(&withheld, t.language()).into_iter().map(str::to_owned).collect();
    let rows = team.members.iter().map(|member| Row {
        name: member.account.professional.full_name(),
        email: member.account.professional.email.show().clone(),
        until: member.habilitation.until().map_or_else(|| "–".to_owned(), |until| t.day_short(until.day())),
        access: format!("/referent/aidants/{}/carte", member.account.id),
        badge: Badge::habilitation(t, &member.account, member.standing),
    });
    Group {
        id: format!("structure-{}", place + 1),
        name: organisation.name.clone(),
        siret: organisation.siret.to_string(),
        address: organisation.address.clone(),
        withheld: if titles.is_empty() { t.get("organisation-withheld-none") } else { t.list(&titles) },
        badge: Badge::organisation(t, organisation.status),
        activity: format!("/referent/activite/{}", organisation.id),
        rows: rows.collect(),
    }
}
