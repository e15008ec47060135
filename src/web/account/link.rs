//! `…/connexion/lien/{token}`: the mailed link. Opening it shows a button; only the button uses it up.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::account::SecondFactor;
use crate::http::actor;
use crate::http::actor::LoggedIn;
use crate::http::error_page::ErrorPage;
use crate::http::errors::PageError;
use crate::http::page::Page;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::finish_login::Entered;
use crate::operations::finish_login::Finished;
use crate::operations::finish_login::LinkStanding;
use crate::operations::finish_login::finish_login;
use crate::operations::finish_login::look_at_link;
use crate::operations::refusal::Refusal;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
use crate::web::account::door::Door;
use crate::web::account::login::NEXT;

/// The hash of no browser: no link is bound to it.
const NO_BROWSER: [u8; 32] = [0; 32];

#[derive(Template)]
#[template(path = "web/account/link.html")]
pub(super) struct LinkPage {
    pub(super) page: Page,
    pub(super) action: String,
}

/// The page behind the link.
pub(super) async fn show(
    State(app): State<App>,
    door: Door,
    Path(token): Path<String>,
    reader: Reader,
) -> Result<Response, PageError> {
    let looked = async {
        let browser = door.session.known_browser().await?.unwrap_or(NO_BROWSER);
        look_at_link(&app.bench, door.role, &token, &browser).await
    };
    match looked.await.map_err(|refusal| PageError::from_refusal(refusal, &reader, door.space()))? {
        LinkStanding::Good => {
            let page = reader.page(door.space()).titled(reader.t.get("account-link-title"));
            let view = LinkPage { page, action: door.path(&format!("connexion/lien/{token}")) };
            Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
        }
        standing => Ok(explain(&standing, &door, &reader)),
    }
}

/// Why a link does not serve here, and what to do.
fn explain(standing: &LinkStanding, door: &Door, reader: &Reader) -> Response {
    let t = reader.t;
    let (status, what) = match standing {
        LinkStanding::OtherBrowser => (StatusCode::FORBIDDEN, "elsewhere"),
        LinkStanding::Good | LinkStanding::Gone => (StatusCode::GONE, "gone"),
    };
    let say = |part: &str| t.get(&format!("account-link-{what}-{part}"));
    let view = ErrorPage {
        page: reader.page(door.space()).titled(say("title")),
        why: say("why"),
        advice: vec![say("advice")],
        reference: None,
        back_href: door.path("connexion"),
        back_words: t.get("account-link-again"),
    };
    respond::html(status, &view, &view.page.csp())
}

/// Ends the login.
pub(super) async fn finish(
    State(app): State<App>,
    door: Door,
    Path(token): Path<String>,
    reader: Reader,
) -> Result<Response, PageError> {
    let fault = |refusal| PageError::from_refusal(refusal, &reader, door.space());
    let browser = door.session.known_browser().await.map_err(fault)?.unwrap_or(NO_BROWSER);
    let finished = finish_login(&app.bench, door.role, &token, &browser, Some(&reader.reference))
        .await
        .map_err(fault)?;
    match finished {
        Finished::Entered(entered) => {
            metrics::count(Counter::LoginCompleted);
            let next = enter(&door, &entered).await.map_err(fault)?;
            Ok(respond::see_other(&next))
        }
        Finished::Refused(standing) => {
            metrics::count(Counter::LoginRefused);
            Ok(explain(&standing, &door, &reader))
        }
    }
}

/// Gives the session its new id and holder; gives where to go.
async fn enter(door: &Door, entered: &Entered) -> Result<String, Refusal> {
    let next: Option<String> = door.session.read(NEXT).await?;
    door.session.remove(NEXT).await?;
    let who = LoggedIn {
        account: entered.account,
        habilitation: entered.habilitation,
        factor_at: entered.factor_at,
        factor: SecondFactor::OwnCode,
    };
    actor::log_in(&door.session, who).await?;
    Ok(next.map_or_else(|| door.space().home().to_owned(), |next| respond::local_path(&next).to_owned()))
}
