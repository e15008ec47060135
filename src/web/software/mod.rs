//! `/logiciel/{id}`: an aidant logs in at her business software, or goes back to it.

use std::str::FromStr;

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use crate::domain::client::Client;
use crate::domain::decision::Reason;
use crate::domain::ids::SoftwareLoginId;
use crate::domain::software::MANDATES_SCOPE;
use crate::domain::software::SoftwareLogin;
use crate::http::actor::Aidant;
use crate::http::error_page::Trouble;
use crate::http::errors::second_factor_path;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Banner;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::AidantSession;
use crate::http::state::App;
use crate::operations::actors::AidantActor;
use crate::operations::answer_software_login::Answered;
use crate::operations::answer_software_login::From;
use crate::operations::answer_software_login::approve_software_login;
use crate::operations::answer_software_login::decline_software_login;
use crate::operations::answer_software_login::factor_is_fresh;
use crate::operations::begin_software_login::login_of_browser;
use crate::operations::refusal::Refusal;
use crate::text::Html;
use crate::web::act::advice_key;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new().route("/logiciel/{id}", get(show).post(answer))
}

#[derive(Template)]
#[template(path = "web/software/page.html")]
struct Ask {
    page: Page,
    action: String,
    client: String,
    lead: Html,
    place: Html,
    other_place: Option<String>,
    may: String,
    lines: Vec<String>,
    until: String,
}

#[derive(Template)]
#[template(path = "web/software/over.html")]
struct Over {
    page: Page,
    action: String,
    client: String,
    why: String,
    advice: String,
    reference: Option<String>,
}

/// One request to the page.
struct Visit<'a> {
    app: &'a App,
    reader: &'a Reader,
    session: &'a AidantSession,
    aidant: &'a AidantActor,
    login: SoftwareLogin,
    client: Client,
    browser: [u8; 32],
}

async fn show(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    session: AidantSession,
    Path(id): Path<String>,
) -> Response {
    let shown = async {
        let visit = Visit::new(&app, &reader, &session, &aidant, &id).await?;
        Ok(visit.show())
    };
    shown.await.unwrap_or_else(|refusal| reader.refuse(Space::Aidant, refusal))
}

async fn answer(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    session: AidantSession,
    Path(id): Path<String>,
    form: Result<FormFields, BadForm>,
) -> Response {
    let Ok(form) = form else { return reader.trouble(Space::Aidant, Trouble::BadRequest) };
    let Ok(decision) = form.one("decision") else {
        return reader.trouble(Space::Aidant, Trouble::BadRequest);
    };
    let answered = async {
        let visit = Visit::new(&app, &reader, &session, &aidant, &id).await?;
        match decision {
            Some("approve") => visit.approve().await,
            Some("refuse") => visit.decline().await,
            _ => Ok(visit.ask(true)),
        }
    };
    answered.await.unwrap_or_else(|refusal| reader.refuse(Space::Aidant, refusal))
}

impl<'a> Visit<'a> {
    async fn new(
        app: &'a App,
        reader: &'a Reader,
        session: &'a AidantSession,
        aidant: &'a AidantActor,
        id: &str,
    ) -> Result<Self, Refusal> {
        let id = SoftwareLoginId::from_str(id).map_err(|_| Refusal::NotFound)?;
        let browser = session.browser_hash().await?;
        let (login, client) = login_of_browser(&app.bench, id, &browser).await?;
        Ok(Self { app, reader, session, aidant, login, client, browser })
    }

    fn path(&self) -> String {
        format!("/logiciel/{}", self.login.id)
    }

    fn name(&self) -> &String {
        &self.client.registration.name
    }

    fn show(&self) -> Response {
        let now = self.app.bench.now();
        if !self.login.is_asked(now) {
            return self.over();
        }
        if !factor_is_fresh(&self.app.bench, self.aidant, &self.login, now) {
            return respond::see_other(&second_factor_path(Space::Aidant, &self.path()));
        }
        self.ask(false)
    }

    async fn approve(&self) -> Result<Response, Refusal> {
        let sessions = self.app.config().sessions;
        let Some((session_hash, session_ends_at)) = self.session.login(sessions.absolute).await? else {
            return Ok(self.over());
        };
        let from = From { browser_hash: &self.browser, session_hash, session_ends_at };
        let reference = Some(self.reader.reference.as_str());
        match approve_software_login(&self.app.bench, self.aidant, self.login.id, from, reference).await {
            Ok(Answered::Back(back)) => Ok(respond::see_other(&back)),
            Ok(Answered::Refused(reason)) => Ok(self.refused(reason)),
            Err(Refusal::FactorNeeded) => {
                Ok(respond::see_other(&second_factor_path(Space::Aidant, &self.path())))
            }
            Err(Refusal::Conflict(_)) => Ok(self.over()),
            Err(refusal) => Err(refusal),
        }
    }

    async fn decline(&self) -> Result<Response, Refusal> {
        let reference = Some(self.reader.reference.as_str());
        let back = decline_software_login(&self.app.bench, self.login.id, &self.browser, reference).await?;
        Ok(respond::see_other(&back))
    }

    fn frame(&self) -> Page {
        let t = self.reader.t;
        self.reader
            .aidant_page(self.aidant)
            .without_nav()
            .with_form_origin(self.login.request.redirect_uri.clone())
            .with_banner(Banner {
                icon: "enter",
                label: t.get("act-banner-client"),
                words: self.name().clone(),
                note: None,
            })
    }

    fn ask(&self, unanswered: bool) -> Response {
        let t = self.reader.t;
        let mut page = self.frame().titled(t.with("software-title", &[("client", self.name())])).form();
        if unanswered {
            let mut errors = FormErrors::default();
            errors.add("decision", t.get("software-missing"));
            page = page.with_errors(errors);
        }
        let view = Ask {
            page,
            action: self.path(),
            client: self.name().clone(),
            lead: t.html("software-lead", &[("client", self.name())]),
            place: t.html("software-place", &[("organisation", &self.aidant.organisation.name)]),
            other_place: self.aidant.several.then(|| {
                let back: String = url::form_urlencoded::byte_serialize(self.path().as_bytes()).collect();
                format!("/aidant/structure?suite={back}")
            }),
            may: t.with("software-may", &[("client", self.name())]),
            lines: self.lines(),
            until: self.until(),
        };
        let status = if unanswered { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        respond::html(status, &view, &view.page.csp())
    }

    /// What the software will be able to do: what it asked for, in words.
    fn lines(&self) -> Vec<String> {
        let keys: &[&str] = if self.login.request.scope.contains(MANDATES_SCOPE) {
            &["software-may-know", "software-may-list", "software-may-act"]
        } else {
            &["software-may-know", "software-may-known-only"]
        };
        keys.iter().map(|key| self.reader.t.get(key)).collect()
    }

    fn until(&self) -> String {
        let t = self.reader.t;
        if !self.login.is_offline() {
            return t.get("software-until-short");
        }
        let sessions = self.app.config().sessions;
        let hours = sessions.absolute.as_secs().div_ceil(3_600);
        let minutes = sessions.second_factor_max_age.as_secs().div_ceil(60);
        t.with("software-until", &[("hours", &hours), ("minutes", &minutes)])
    }

    fn refused(&self, reason: Reason) -> Response {
        let t = self.reader.t;
        let key = format!("act-refused-{}", reason.as_str().replace('_', "-"));
        let view = Over {
            page: self.frame().titled(t.with("software-refused-title", &[("client", self.name())])),
            action: self.path(),
            client: self.name().clone(),
            why: t.with(&key, &[("client", self.name())]),
            advice: t.get(advice_key(reason)),
            reference: Some(self.reader.reference.clone()),
        };
        respond::html(StatusCode::FORBIDDEN, &view, &view.page.csp())
    }

    /// The request waited too long, was refused before, or was answered.
    fn over(&self) -> Response {
        let t = self.reader.t;
        let view = Over {
            page: self.frame().titled(t.get("software-over-title")),
            action: self.path(),
            client: self.name().clone(),
            why: t.get("software-over-why"),
            advice: t.with("software-over-advice", &[("client", self.name())]),
            reference: None,
        };
        respond::html(StatusCode::GONE, &view, &view.page.csp())
    }
}
