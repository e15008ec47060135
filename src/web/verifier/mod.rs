//! `/verifier`: anybody checks the code of a printed mandate; `/verifier/preuve`: a file of the ledger.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use crate::http::address::ClientAddress;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::verify_code::Standing;
use crate::operations::verify_code::Verified;
use crate::operations::verify_code::verify_code;
use crate::text::Html;
use crate::text::themes;
use crate::web::verify_kit::Kit;

/// The routes of this part.
pub fn router() -> Router<App> {
    Router::new().route("/verifier", get(show).post(check)).route("/verifier/preuve", get(proof))
}

/// `?code=` of the printed square code: it fills the form; only the button checks.
#[derive(Debug, Default, Deserialize)]
struct Scanned {
    #[serde(default)]
    code: String,
}

#[derive(Template)]
#[template(path = "web/verifier/form.html")]
struct FormPage {
    page: Page,
    code: String,
}

#[derive(Template)]
#[template(path = "web/verifier/good.html")]
struct GoodPage {
    page: Page,
    verified: Verified,
    suspended: bool,
    themes: Html,
    until: String,
    since: String,
    checked: String,
}

#[derive(Template)]
#[template(path = "web/verifier/over.html")]
struct OverPage {
    page: Page,
    verified: Verified,
    replaced: bool,
    words: String,
    since: String,
}

#[derive(Template)]
#[template(path = "web/verifier/proof.html")]
struct ProofPage {
    page: Page,
    kit: Kit,
}

#[derive(Template)]
#[template(path = "web/verifier/unknown.html")]
struct UnknownPage {
    page: Page,
}

async fn show(Query(scanned): Query<Scanned>, reader: Reader) -> Response {
    let code: String = scanned.code.chars().filter(|sign| !sign.is_control()).take(60).collect();
    form(&reader, code, FormErrors::default())
}

fn form(reader: &Reader, code: String, errors: FormErrors) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = reader.page(Space::Public).titled(reader.t.get("common-verify")).with_errors(errors);
    let view = FormPage { page, code };
    respond::html(status, &view, &view.page.csp())
}

/// A proof file is checked in the reader's own browser; it is never sent.
async fn proof(State(app): State<App>, reader: Reader) -> Result<Response, PageError> {
    let kit = Kit::new(&app.bench, reader.t).await;
    let kit = kit.map_err(|refusal| PageError::from_refusal(refusal, &reader, Space::Public))?;
    let page = reader.page(Space::Public).titled(reader.t.get("check-file-title"));
    let view = ProofPage { page, kit };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

async fn check(
    State(app): State<App>,
    address: ClientAddress,
    reader: Reader,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = reader.t;
    let bad = |_: BadForm| PageError::of(Trouble::BadRequest, &reader, Space::Public);
    let fields = fields.map_err(bad)?;
    let code = fields.one("code").map_err(bad)?.unwrap_or_default().trim();
    if code.is_empty() {
        let mut errors = FormErrors::default();
        errors.add("code", t.get("verify-code-missing"));
        return Ok(form(&reader, String::new(), errors));
    }
    let checked = verify_code(&app.bench, code, &address.network(), Some(&reader.reference)).await;
    match checked.map_err(|refusal| PageError::from_refusal(refusal, &reader, Space::Public))? {
        Some(verified) => Ok(found(&app, &reader, verified)),
        None => {
            let view = UnknownPage { page: reader.page(Space::Public).titled(t.get("verify-unknown")) };
            Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
        }
    }
}

fn found(app: &App, reader: &Reader, verified: Verified) -> Response {
    let t = reader.t;
    let page = |title: &str| reader.page(Space::Public).titled(t.get(title));
    let since = t.day_long(verified.since.day());
    let (key, at) = match &verified.standing {
        Standing::Good { themes: open, until, suspended } => {
            let view = GoodPage {
                page: page(if *suspended { "verify-suspended" } else { "verify-good" }),
                suspended: *suspended,
                themes: Html::lines(themes().titles(open, t.language())),
                until: t.until(until.day()),
                since,
                checked: t.moment(app.bench.now()),
                verified,
            };
            return respond::html(StatusCode::OK, &view, &view.page.csp());
        }
        Standing::Stopped(at) => ("verify-stopped", *at),
        Standing::Ended(at) => ("verify-ended", *at),
        Standing::Replaced(at) => ("verify-replaced", *at),
    };
    let view = OverPage {
        page: page(key),
        replaced: matches!(verified.standing, Standing::Replaced(_)),
        words: t.with(&format!("{key}-words"), &[("moment", &t.moment(at))]),
        since,
        verified,
    };
    respond::html(StatusCode::OK, &view, &view.page.csp())
}
