//! `/operateur/administrations/nouvelle`: registering a client; its secret is shown once.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use secrecy::ExposeSecret;

use crate::domain::client::ClientAuth;
use crate::domain::client::ClientKind;
use crate::domain::client::ClientStatus;
use crate::domain::person::ConsentGrade;
use crate::domain::theme::Theme;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::register_client;
use crate::operations::register_client::NewClient;
use crate::operations::register_client::Registered;
use crate::text::Text;
use crate::text::themes;
use crate::web::operator::Choice;
use crate::web::operator::Desk;
use crate::web::operator::clients::kind_words;
use crate::web::period::status;

/// The kinds that can be registered.
const KINDS: [ClientKind; 2] = [ClientKind::Administration, ClientKind::IdentityBroker];

struct Typed {
    kind: ClientKind,
    name: String,
    themes: BTreeSet<Theme>,
    redirect_uri: String,
    post_logout_redirect_uri: String,
    auth: ClientAuth,
    jwks: String,
    grade: ConsentGrade,
    aidant_name: bool,
    require_par: bool,
}

impl Default for Typed {
    fn default() -> Self {
        Self {
            kind: ClientKind::Administration,
            name: String::new(),
            themes: BTreeSet::new(),
            redirect_uri: String::new(),
            post_logout_redirect_uri: String::new(),
            auth: ClientAuth::SecretBasic,
            jwks: String::new(),
            grade: ConsentGrade::FranceConnect,
            aidant_name: false,
            require_par: false,
        }
    }
}

#[derive(Template)]
#[template(path = "web/operator/client_new.html")]
struct NewPage {
    page: Page,
    typed: Typed,
    kinds: Vec<(Choice, String)>,
    options: [(Choice, String); 2],
    themes: Vec<Choice>,
    auths: Vec<Choice>,
    grades: Vec<Choice>,
    two_persons: bool,
}

#[derive(Template)]
#[template(path = "web/operator/registered.html")]
struct RegisteredPage {
    page: Page,
    id: String,
    secret: Option<String>,
    pending: bool,
    href: String,
}

/// The empty form.
pub(super) async fn form(State(app): State<App>, desk: Desk) -> Response {
    new_page(&app, &desk, FormErrors::default(), Typed::default())
}

fn new_page(app: &App, desk: &Desk, errors: FormErrors, typed: Typed) -> Response {
    let t = desk.t();
    let choice = |value: &str, words: String, chosen: bool| Choice { value: value.to_owned(), words, chosen };
    let kind = |kind: ClientKind| {
        let words = t.get(&format!("operator-kind-{}-words", kind.as_str()));
        (choice(kind.as_str(), kind_words(t, kind), kind == typed.kind), words)
    };
    let theme = |theme: Theme| {
        let title = themes().title(theme, t.language()).to_owned();
        choice(theme.key(), title, typed.themes.contains(&theme))
    };
    let auth = |auth: ClientAuth| choice(auth.as_str(), auth.as_str().to_owned(), auth == typed.auth);
    let grade = |grade: ConsentGrade| {
        choice(grade.as_str(), t.get(&format!("operator-grade-{}", grade.as_str())), grade == typed.grade)
    };
    let option = |name: &str, key: &str, chosen: bool| {
        let words = t.get(&format!("operator-client-{key}-words"));
        (choice(name, t.get(&format!("operator-client-{key}")), chosen), words)
    };
    let status = status(&errors);
    let view = NewPage {
        page: desk.page(t.get("operator-client-new")).form().with_errors(errors),
        kinds: KINDS.into_iter().map(kind).collect(),
        options: [
            option("aidant_name", "aidant-name", typed.aidant_name),
            option("require_par", "par", typed.require_par),
        ],
        themes: Theme::ALL.into_iter().map(theme).collect(),
        auths: ClientAuth::ALL.iter().map(|one| auth(*one)).collect(),
        grades: ConsentGrade::ALL.iter().map(|one| grade(*one)).collect(),
        two_persons: app.config().operators.two_persons,
        typed,
    };
    respond::html(status, &view, &view.page.csp())
}

fn read(desk: &Desk, fields: &FormFields) -> Result<Typed, PageError> {
    let one = |name: &str| desk.one(fields, name);
    let bad = || desk.bad_request();
    let themes = fields.all("theme").into_iter().map(Theme::parse).collect::<Option<_>>();
    Ok(Typed {
        kind: ClientKind::parse(&one("kind")?).ok_or_else(bad)?,
        name: one("name")?,
        themes: themes.ok_or_else(bad)?,
        redirect_uri: one("redirect_uri")?,
        post_logout_redirect_uri: one("post_logout_redirect_uri")?,
        auth: ClientAuth::parse(&one("auth")?).ok_or_else(bad)?,
        jwks: one("jwks")?,
        grade: ConsentGrade::parse(&one("grade")?).ok_or_else(bad)?,
        aidant_name: !one("aidant_name")?.is_empty(),
        require_par: !one("require_par")?.is_empty(),
    })
}

fn lines(typed: &str) -> BTreeSet<String> {
    typed.split_whitespace().map(str::to_owned).collect()
}

/// What was typed as an operation takes it; an administration has the profile of deployed clients.
fn new_client(typed: &Typed) -> Result<NewClient, FieldFault> {
    let mut new = NewClient::new(typed.kind, typed.name.clone());
    new.themes.clone_from(&typed.themes);
    new.redirect_uris = lines(&typed.redirect_uri);
    new.post_logout_redirect_uris = lines(&typed.post_logout_redirect_uri);
    new.auth = Some(typed.auth);
    new.compat = typed.kind == ClientKind::Administration;
    new.min_consent_grade = Some(typed.grade);
    new.aidant_name = typed.aidant_name;
    new.require_par = typed.require_par;
    if !typed.jwks.is_empty() {
        let jwks = serde_json::from_str(&typed.jwks);
        new.jwks = Some(jwks.map_err(|_| FieldFault { field: "jwks", key: "client-fault-jwks" })?);
    }
    Ok(new)
}

fn corrections(t: Text, faults: &[FieldFault]) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        let target = match fault.field {
            "theme" => "theme-papiers",
            "kind" => "kind-administration",
            field => field,
        };
        errors.add_at(fault.field, target, t.get(fault.key));
    }
    errors
}

/// Registers it.
pub(super) async fn add(
    State(app): State<App>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let typed = read(&desk, &desk.fields(fields)?)?;
    let new = match new_client(&typed) {
        Ok(new) => new,
        Err(fault) => return Ok(new_page(&app, &desk, corrections(desk.t(), &[fault]), typed)),
    };
    match register_client::register_client(&app.bench, &desk.operator, new, desk.reference()).await {
        Ok(registered) => Ok(registered_page(&desk, &registered)),
        Err(Refusal::Invalid(faults)) => Ok(new_page(&app, &desk, corrections(desk.t(), &faults), typed)),
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

fn registered_page(desk: &Desk, registered: &Registered) -> Response {
    let client = &registered.client;
    let title = desk.t().with("operator-registered-title", &[("name", &client.registration.name)]);
    let view = RegisteredPage {
        page: desk.page(title),
        id: client.id.to_string(),
        secret: registered.secret.as_ref().map(|secret| secret.expose_secret().to_owned()),
        pending: client.status == ClientStatus::Pending,
        href: format!("/operateur/administrations/{}", client.id),
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}
