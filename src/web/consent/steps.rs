//! `/consentement/{code}`: a GET shows the step where this browser is and burns nothing; a POST takes the next one.

use std::sync::Arc;

use axum::Extension;
use axum::extract::Path;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::response::Response;

use crate::domain::message::MessageLanguage;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::ConsentSession;
use crate::http::state::App;
use crate::oidc::relying_party::Purpose;
use crate::oidc::relying_party::RelyingParty;
use crate::oidc::relying_party::error::RpError;
use crate::operations::consent_link;
use crate::operations::consent_link::Asked;
use crate::operations::consent_link::LinkState;
use crate::operations::decide_mandate;
use crate::operations::decide_mandate::Answer;
use crate::operations::decide_mandate::Decision;
use crate::operations::refusal::Refusal;
use crate::text::Language;
use crate::web::consent::flow;
use crate::web::consent::flow::Flow;
use crate::web::consent::flow::Known;
use crate::web::consent::flow::Stage;
use crate::web::consent::pages;
use crate::web::consent::pages::Stop;

/// The longest code that is looked up.
const LONGEST_CODE: usize = 64;
/// The query of a page whose text is shown again because it changed.
const CHANGED: &str = "change=1";

/// What every step of a consent works with.
pub struct Desk {
    /// The application.
    pub app: App,
    /// Who reads.
    pub reader: Reader,
    /// This browser's consent session.
    pub session: ConsentSession,
    /// The identity provider's client.
    pub provider: Arc<RelyingParty>,
}

impl Desk {
    /// The page of what an operation refused; what concerns the link itself is said in its own words.
    pub fn refused(&self, refusal: Refusal) -> PageError {
        match refusal {
            Refusal::NotFound => pages::stopped(&self.reader, Stop::Unknown).into(),
            Refusal::Conflict("organisation-suspended") => {
                pages::stopped(&self.reader, Stop::OrganisationSuspended).into()
            }
            Refusal::Conflict("renewal-other-person") => {
                pages::stopped(&self.reader, Stop::OtherPerson).into()
            }
            Refusal::Conflict(_) => pages::stopped(&self.reader, Stop::TooLate).into(),
            other => PageError::from_refusal(other, &self.reader, Space::Consent),
        }
    }

    /// The page on which the login can be tried again.
    pub async fn welcome(
        &self,
        code: &str,
        asked: &Asked,
        again: bool,
        trouble: Option<&RpError>,
    ) -> Response {
        let origin = self.provider.form_origin().await;
        pages::welcome(&self.app, &self.reader, origin, code, asked, again, trouble)
    }
}

/// `GET /consentement/{code}`
pub async fn show(
    State(app): State<App>,
    Extension(provider): Extension<Arc<RelyingParty>>,
    reader: Reader,
    session: ConsentSession,
    Path(code): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, PageError> {
    let desk = Desk { app, reader, session, provider };
    known_form(&desk, &code)?;
    let flow = flow::of_code(&desk.session, &code).await.map_err(|refusal| desk.refused(refusal))?;
    let browser = match &flow {
        Some(_) => Some(desk.session.browser_hash().await.map_err(|refusal| desk.refused(refusal))?),
        None => None,
    };
    let state = consent_link::look(&desk.app.bench, &code, browser.as_ref())
        .await
        .map_err(|refusal| desk.refused(refusal))?;
    let asked = match proceed(&desk, state)? {
        (asked, false) => return Ok(desk.welcome(&code, &asked, false, None).await),
        (asked, true) => asked,
    };
    match (flow, browser) {
        (Some(Flow { stage: Stage::Leaving(known), .. }), _) => leaving(&desk, &code, &asked, &known).await,
        (Some(Flow { stage: Stage::Reading(known), .. }), Some(browser)) => {
            let changed = query.as_deref() == Some(CHANGED);
            read(&desk, &code, &browser, known, changed).await.map_err(|refusal| desk.refused(refusal))
        }
        _ => Ok(desk.welcome(&code, &asked, true, None).await),
    }
}

fn known_form(desk: &Desk, code: &str) -> Result<(), PageError> {
    let fits = code.len() <= LONGEST_CODE
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if fits { Ok(()) } else { Err(pages::stopped(&desk.reader, Stop::Unknown).into()) }
}

/// What is asked, and whether this browser has continued the link; the page that explains where it leads no further.
fn proceed(desk: &Desk, state: LinkState) -> Result<(Box<Asked>, bool), PageError> {
    let stop = match state {
        LinkState::Fresh(asked) => return Ok((asked, false)),
        LinkState::Here(asked) => return Ok((asked, true)),
        LinkState::Elsewhere => Stop::Elsewhere,
        LinkState::Answered => Stop::Answered,
        LinkState::TooLate => Stop::TooLate,
    };
    Err(pages::stopped(&desk.reader, stop).into())
}

async fn leaving(desk: &Desk, code: &str, asked: &Asked, known: &Known) -> Result<Response, PageError> {
    let (hint, state) = (known.evidence.id_token.show(), known.logout_state.show());
    match desk.provider.logout_url(Purpose::Consent, hint, state).await {
        Ok(logout) => Ok(pages::leaving(&desk.reader, desk.provider.form_origin().await, code, logout)),
        Err(error) => Ok(desk.welcome(code, asked, true, Some(&error)).await),
    }
}

async fn read(
    desk: &Desk,
    code: &str,
    browser: &[u8; 32],
    known: Known,
    changed: bool,
) -> Result<Response, Refusal> {
    let reading = decide_mandate::read(&desk.app.bench, code, browser, known.person).await?;
    let shown = Some(hex::encode(reading.words.digest));
    let stage = Stage::Reading(Known { shown, ..known });
    flow::keep(&desk.session, &Flow { code: code.to_owned().into(), stage }).await?;
    let origin = desk.provider.form_origin().await;
    Ok(pages::text(&desk.app, &desk.reader, origin, code, &reading, changed))
}

/// `POST /consentement/{code}`: without `decision` the flow continues here; with it the person answers.
pub async fn answer(
    State(app): State<App>,
    Extension(provider): Extension<Arc<RelyingParty>>,
    reader: Reader,
    session: ConsentSession,
    Path(code): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let desk = Desk { app, reader, session, provider };
    known_form(&desk, &code)?;
    let broken = |_| PageError::of(Trouble::BadRequest, &desk.reader, Space::Consent);
    let fields = fields.map_err(broken)?;
    match fields.one("decision").map_err(broken)? {
        None => begin(&desk, &code).await,
        Some("approve") => decide(&desk, &code, Decision::Approve).await,
        Some("refuse") => decide(&desk, &code, Decision::Refuse).await,
        Some(_) => Err(PageError::of(Trouble::BadRequest, &desk.reader, Space::Consent)),
    }
}

async fn begin(desk: &Desk, code: &str) -> Result<Response, PageError> {
    let refused = |refusal| desk.refused(refusal);
    // Whoever has no link of ours gets no session either.
    consent_link::look(&desk.app.bench, code, None).await.map_err(refused)?;
    let mut flow = flow::begin(&desk.session, code).await.map_err(refused)?;
    let browser = desk.session.browser_hash().await.map_err(refused)?;
    let state = consent_link::continue_here(&desk.app.bench, code, &browser).await.map_err(refused)?;
    let (asked, _) = proceed(desk, state)?;
    let bound = consent_link::nonce_for(&desk.app.bench, &asked.mandate).map_err(refused)?;
    match desk.provider.begin(Purpose::Consent, bound.nonce.show()).await {
        Ok((url, login)) => {
            flow.stage = Stage::Away { login, nonce_random: bound.random };
            flow::keep(&desk.session, &flow).await.map_err(refused)?;
            Ok(respond::see_other(url.as_str()))
        }
        Err(error) => {
            tracing::warn!(%error, "a login at the identity provider could not begin");
            flow.stage = Stage::Open;
            flow::keep(&desk.session, &flow).await.map_err(refused)?;
            Ok(desk.welcome(code, &asked, true, Some(&error)).await)
        }
    }
}

async fn decide(desk: &Desk, code: &str, decision: Decision) -> Result<Response, PageError> {
    let refused = |refusal| desk.refused(refusal);
    let flow = flow::of_code(&desk.session, code).await.map_err(refused)?;
    let Some(Flow { stage: Stage::Reading(Known { person, evidence, shown: Some(shown), .. }), .. }) = flow
    else {
        // Nothing was read here: the page itself says where this browser is.
        return Ok(respond::see_other(&format!("/consentement/{code}")));
    };
    let browser = desk.session.browser_hash().await.map_err(refused)?;
    let shown = hex::decode(shown).unwrap_or_default();
    let language = match desk.reader.t.language() {
        Language::Fr => MessageLanguage::French,
        Language::En => MessageLanguage::English,
    };
    let answer =
        Answer { code, browser: &browser, person, shown: &shown, decision, evidence: &evidence, language };
    match decide_mandate::decide(&desk.app.bench, &answer, Some(&desk.reader.reference)).await {
        Ok(decided) => {
            desk.session.flush().await.map_err(refused)?;
            Ok(pages::done(&desk.app, &desk.reader, &decided))
        }
        Err(Refusal::Conflict("consent-changed")) => {
            Ok(respond::see_other(&format!("/consentement/{code}?{CHANGED}")))
        }
        Err(other) => Err(refused(other)),
    }
}
