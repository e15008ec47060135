//! `/compte/activation/{code}`: the mailed link of a new or reset account, where its holder enrols her own factor.

use askama::Template;
use axum::extract::FromRequestParts;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::account::Account;
use crate::domain::factor::LinkPurpose;
use crate::http::error_page::ErrorPage;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::AidantSession;
use crate::http::session::Session;
use crate::http::state::App;
use crate::operations::account_links;
use crate::operations::account_links::Invited;
use crate::operations::account_links::LinkState;
use crate::operations::enrol_factor;
use crate::operations::enrol_factor::Right;
use crate::operations::refusal::Refusal;
use crate::web::account::door::space;
use crate::web::account::enrol::Desk;
use crate::web::account::enrol::Sent;

#[derive(Template)]
#[template(path = "web/account/activation.html")]
pub(super) struct BeginPage {
    pub(super) page: Page,
    pub(super) action: String,
    pub(super) lead: String,
}

#[derive(Template)]
#[template(path = "web/account/activation_choice.html")]
pub(super) struct ChoicePage {
    pub(super) page: Page,
    pub(super) lead: String,
    pub(super) key: Option<String>,
    pub(super) app: String,
}

#[derive(Template)]
#[template(path = "web/account/activated.html")]
pub(super) struct DonePage {
    pub(super) page: Page,
    pub(super) login: String,
}

/// One browser before one link. The aidant's session holds what binds the two, whatever the account's role.
pub(super) struct Visit {
    app: App,
    session: Session,
    reader: Reader,
    code: String,
}

fn path(code: &str, rest: &str) -> String {
    format!("{}{code}{rest}", account_links::PATH)
}

impl Visit {
    fn fault(&self) -> impl Fn(Refusal) -> PageError {
        |refusal| PageError::from_refusal(refusal, &self.reader, Space::Public)
    }

    async fn known_browser(&self) -> Result<Option<[u8; 32]>, PageError> {
        self.session.known_browser().await.map_err(self.fault())
    }

    async fn state(&self) -> Result<LinkState, PageError> {
        let browser = self.known_browser().await?;
        account_links::look(&self.app.bench, &self.code, browser.as_ref()).await.map_err(self.fault())
    }

    /// The one the link is for, where this browser may go on; else the page that says why not.
    async fn held(&self) -> Result<Result<Box<Invited>, Response>, PageError> {
        Ok(match self.state().await? {
            LinkState::Here(invited) => Ok(invited),
            LinkState::Fresh(_) => Err(respond::see_other(&path(&self.code, ""))),
            other => Err(self.explain(&other)),
        })
    }

    fn page(&self) -> Page {
        self.reader.page(Space::Public)
    }

    fn desk(&self, rest: &str) -> Desk<'_> {
        Desk {
            app: &self.app,
            session: &self.session,
            t: self.reader.t,
            action: path(&self.code, rest),
            back: path(&self.code, ""),
            reference: &self.reader.reference,
        }
    }

    /// Why a link does not serve here, and what to do.
    fn explain(&self, state: &LinkState) -> Response {
        let t = self.reader.t;
        let (status, what) = match state {
            LinkState::Elsewhere => (StatusCode::FORBIDDEN, "elsewhere"),
            LinkState::Fresh(_) | LinkState::Here(_) | LinkState::Gone => (StatusCode::GONE, "gone"),
        };
        let say = |part: &str| t.get(&format!("factor-link-{what}-{part}"));
        let view = ErrorPage {
            page: self.page().titled(say("title")),
            why: say("why"),
            advice: vec![say("advice")],
            reference: None,
            back_href: "/".to_owned(),
            back_words: t.get("factor-link-home"),
        };
        respond::html(status, &view, &view.page.csp())
    }

    /// The page after: she can log in now.
    fn done(&self, account: &Account) -> Response {
        let view = DonePage {
            page: self.page().titled(self.reader.t.get("factor-done-title")),
            login: format!("{}/connexion", space(account.role).home()),
        };
        respond::html(StatusCode::OK, &view, &view.page.csp())
    }

    fn finish(&self, sent: Result<Sent, Refusal>) -> Result<Response, PageError> {
        match sent {
            Ok(Sent::Done(account)) => Ok(self.done(&account)),
            Ok(Sent::Again(page)) => Ok(page),
            Err(Refusal::Conflict("account-link-over")) => Ok(self.explain(&LinkState::Gone)),
            Err(refusal) => Err(self.fault()(refusal)),
        }
    }

    async fn browser(&self) -> Result<[u8; 32], PageError> {
        self.session.browser_hash().await.map_err(self.fault())
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Path(code) =
            Path::<String>::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let session =
            AidantSession::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        Ok(Self { app: app.clone(), session: session.0, reader: Reader::of(parts, app), code })
    }
}

fn purpose_key(invited: &Invited, what: &str) -> String {
    let purpose = match invited.purpose {
        LinkPurpose::Activate => "activate",
        LinkPurpose::Recover => "recover",
    };
    format!("factor-link-{purpose}-{what}")
}

/// The link's page: a button first, then the choice.
pub(super) async fn show(visit: Visit) -> Result<Response, PageError> {
    let t = visit.reader.t;
    match visit.state().await? {
        LinkState::Fresh(invited) => {
            let view = BeginPage {
                page: visit.page().titled(t.get(&purpose_key(&invited, "title"))),
                action: path(&visit.code, ""),
                lead: t.get(&purpose_key(&invited, "lead")),
            };
            Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
        }
        LinkState::Here(invited) => {
            let name = invited.account.professional.full_name();
            let keys = enrol_factor::party(&visit.app.bench).is_ok();
            let view = ChoicePage {
                page: visit.page().titled(t.get("factor-choice-title")),
                lead: t.with("factor-choice-lead", &[("name", &name)]),
                key: keys.then(|| path(&visit.code, "/cle")),
                app: path(&visit.code, "/application"),
            };
            Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
        }
        other => Ok(visit.explain(&other)),
    }
}

/// Binds the link to this browser.
pub(super) async fn begin(visit: Visit) -> Result<Response, PageError> {
    let browser = visit.browser().await?;
    let state = account_links::continue_here(&visit.app.bench, &visit.code, &browser).await;
    match state.map_err(visit.fault())? {
        LinkState::Here(_) => Ok(respond::see_other(&path(&visit.code, ""))),
        other => Ok(visit.explain(&other)),
    }
}

/// The page of an application.
pub(super) async fn show_app(visit: Visit) -> Result<Response, PageError> {
    let invited = match visit.held().await? {
        Ok(invited) => invited,
        Err(page) => return Ok(page),
    };
    let email = invited.account.professional.email.show();
    let desk = visit.desk("/application");
    desk.app_page(visit.page(), email, FormErrors::default(), ("", "")).await.map_err(visit.fault())
}

/// Takes its first code.
pub(super) async fn add_app(
    State(_): State<App>,
    visit: Visit,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| PageError::from(bad.into_response()))?;
    let invited = match visit.held().await? {
        Ok(invited) => invited,
        Err(page) => return Ok(page),
    };
    let browser = visit.browser().await?;
    let right = Right::Link { code: &visit.code, browser: &browser };
    let email = invited.account.professional.email.show();
    let sent = visit.desk("/application").send_app(right, visit.page(), email, &fields).await;
    visit.finish(sent)
}

/// The page of a passkey.
pub(super) async fn show_key(visit: Visit) -> Result<Response, PageError> {
    match visit.held().await? {
        Ok(_) => Ok(visit.desk("/cle").key_page(visit.page(), FormErrors::default(), "")),
        Err(page) => Ok(page),
    }
}

/// What to ask the device for.
pub(super) async fn key_options(visit: Visit) -> Result<Response, PageError> {
    match visit.held().await? {
        Ok(invited) => visit.desk("/cle").key_options(&invited.account).await.map_err(visit.fault()),
        Err(page) => Ok(page),
    }
}

/// Takes the key the device made.
pub(super) async fn add_key(
    State(_): State<App>,
    visit: Visit,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| PageError::from(bad.into_response()))?;
    if let Err(page) = visit.held().await? {
        return Ok(page);
    }
    let browser = visit.browser().await?;
    let right = Right::Link { code: &visit.code, browser: &browser };
    let sent = visit.desk("/cle").send_key(right, visit.page(), &fields).await;
    visit.finish(sent)
}
