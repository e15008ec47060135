//! `/referent/structures/{id}/demarches`: which themes the organisation does.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::response::Response;

use crate::domain::organisation::Organisation;
use crate::domain::theme::Theme;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::refusal::Refusal;
use crate::operations::withhold_themes::withhold_themes;
use crate::text::themes;
use crate::web::period::status;
use crate::web::referent::Desk;
use crate::web::referent::told;

struct Choice {
    key: &'static str,
    title: String,
    words: String,
    attributes: &'static str,
}

#[derive(Template)]
#[template(path = "web/referent/themes.html")]
struct ThemesPage {
    page: Page,
    organisation: String,
    back: String,
    action: String,
    choices: Vec<Choice>,
}

/// `GET /referent/structures/{id}/demarches`
pub(super) async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, PageError> {
    let organisation = desk.organisation(&id)?;
    let done = Theme::ALL.into_iter().filter(|theme| !organisation.withheld_themes.contains(theme)).collect();
    Ok(page(&desk, organisation, FormErrors::default(), &done))
}

fn page(desk: &Desk, organisation: &Organisation, errors: FormErrors, done: &BTreeSet<Theme>) -> Response {
    let t = desk.t();
    let choices = Theme::ALL.into_iter().map(|theme| Choice {
        key: theme.key(),
        title: themes().title(theme, t.language()).to_owned(),
        words: themes().words(theme, t.language()).to_owned(),
        attributes: if done.contains(&theme) { "checked" } else { "" },
    });
    let status = status(&errors);
    let back = format!("/referent/structures/{}", organisation.id);
    let view = ThemesPage {
        page: desk
            .page(t.with("referent-themes-title", &[("organisation", &organisation.name)]))
            .form()
            .with_errors(errors),
        organisation: organisation.name.clone(),
        action: format!("{back}/demarches"),
        back,
        choices: choices.collect(),
    };
    respond::html(status, &view, &view.page.csp())
}

/// `POST /referent/structures/{id}/demarches`
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let organisation = desk.organisation(&id)?;
    let mut done = BTreeSet::new();
    for key in fields.all("theme") {
        done.insert(Theme::parse(key).ok_or_else(|| desk.bad_request())?);
    }
    let withheld = Theme::ALL.into_iter().filter(|theme| !done.contains(theme)).collect();
    let changed =
        withhold_themes(&app.bench, desk.whose(), organisation.id, &withheld, desk.reference()).await;
    if let Err(Refusal::Invalid(_)) = changed {
        let mut errors = FormErrors::default();
        errors.add_at("theme", "theme-papiers", desk.t().get("referent-fault-theme-all-withheld"));
        return Ok(page(&desk, organisation, errors, &done));
    }
    let path = format!("/referent/structures/{}", organisation.id);
    let next = told::after(&path, "demarches", changed).map_err(|refusal| desk.refuse(refusal))?;
    Ok(respond::see_other(&next))
}
