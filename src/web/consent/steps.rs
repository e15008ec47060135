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
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::ConsentSession;
use crate::http::state::App;
use crate::oidc::relying_party::Purpose;
use crate::oidc::relying_party::RelyingParty;
use crate::oidc::relying_party::error::RpError;
use crate::operations::answer_by_code;
use crate::operations::answer_by_code::Door;
use crate::operations::answer_by_code::Outcome;
use crate::operations::answer_by_code::Reply;
use crate::operations::asking::Judged;
use crate::operations::asking::typed_code;
use crate::operations::consent_link;
use crate::operations::consent_link::Asked;
use crate::operations::consent_link::LinkState;
use crate::operations::decide_mandate;
use crate::operations::decide_mandate::Answer;
use crate::operations::decide_mandate::Decision;
use crate::operations::decide_mandate::NOT_PAIRED;
use crate::operations::identify_person::Expected;
use crate::operations::pair;
use crate::operations::refusal::Refusal;
use crate::operations::renewal::OTHER_PERSON;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;
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
            Refusal::Conflict(OTHER_PERSON) => pages::stopped(&self.reader, Stop::OtherPerson).into(),
            Refusal::Conflict(_) => pages::stopped(&self.reader, Stop::TooLate).into(),
            other => PageError::from_refusal(other, &self.reader, Space::Consent),
        }
    }

    /// The page that asks for the pairing code.
    async fn pairing(&self, code: &str, asked: &Asked, wrong: FormErrors) -> Response {
        pages::pairing(&self.reader, self.provider.form_origin().await, code, asked, wrong)
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
    if let Some(response) = mistaken(&desk, flow.as_ref()).await.map_err(|refusal| desk.refused(refusal))? {
        return Ok(response);
    }
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
            match read(&desk, &code, &browser, known, changed).await {
                Err(Refusal::Conflict(NOT_PAIRED)) => {
                    Ok(desk.pairing(&code, &asked, FormErrors::default()).await)
                }
                other => other.map_err(|refusal| desk.refused(refusal)),
            }
        }
        (Some(Flow { stage: Stage::ByCode, .. }), Some(browser)) => {
            by_code(&desk, &code, &browser, FormErrors::default()).await
        }
        _ => Ok(desk.welcome(&code, &asked, true, None).await),
    }
}

/// Another person than the expected one was here: her session at the provider is ended, then she is told.
async fn mistaken(desk: &Desk, flow: Option<&Flow>) -> Result<Option<Response>, Refusal> {
    if let Some(Flow { code, stage: Stage::LeavingMistaken { id_token, logout_state, .. } }) = flow
        && let Ok(logout) =
            desk.provider.logout_url(Purpose::Consent, id_token.show(), logout_state.show()).await
    {
        let origin = desk.provider.form_origin().await;
        return Ok(Some(pages::leaving(&desk.reader, origin, code.show(), logout)));
    }
    match flow {
        Some(Flow {
            stage:
                Stage::LeavingMistaken { expected: Expected::Named, .. }
                | Stage::Mistaken { expected: Expected::Named },
            ..
        }) => {
            desk.session.flush().await?;
            Ok(Some(pages::stopped(&desk.reader, Stop::OtherIdentity)))
        }
        Some(Flow { code, stage: Stage::LeavingMistaken { .. } | Stage::Mistaken { .. } }) => {
            flow::keep(&desk.session, &Flow { code: code.clone(), stage: Stage::Open }).await?;
            Ok(Some(pages::stopped(&desk.reader, Stop::OtherPerson)))
        }
        _ => Ok(None),
    }
}

/// The text for a person without FranceConnect.
async fn by_code(
    desk: &Desk,
    code: &str,
    browser: &[u8; 32],
    wrong: FormErrors,
) -> Result<Response, PageError> {
    let reading = answer_by_code::read(&desk.app.bench, Door::Link { code, browser })
        .await
        .map_err(|refusal| desk.refused(refusal))?;
    Ok(pages::by_code(&desk.reader, code, &reading, wrong))
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
    let decision = fields.one("decision").map_err(broken)?;
    let flow = flow::of_code(&desk.session, &code).await.map_err(|refusal| desk.refused(refusal))?;
    if let Some(typed) = fields.one("pairing").map_err(broken)? {
        return pair(&desk, &code, flow, typed).await;
    }
    if let (Some(decision), Some(Flow { stage: Stage::ByCode, .. })) = (decision, &flow) {
        let typed = fields.one("code").map_err(broken)?.unwrap_or_default();
        return say(&desk, &code, decision == "approve", typed).await;
    }
    match decision {
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
    if asked.mandate.terms.channel.is_declared() {
        flow.stage = Stage::ByCode;
        flow::keep(&desk.session, &flow).await.map_err(refused)?;
        return Ok(respond::see_other(&format!("/consentement/{code}")));
    }
    let bound = consent_link::nonce_for(&desk.app.bench, &asked.mandate).map_err(refused)?;
    match desk.provider.begin(Purpose::Consent, bound.nonce.show()).await {
        Ok((url, login)) => {
            flow.stage = Stage::Away { login, nonce_random: bound.random };
            flow::keep(&desk.session, &flow).await.map_err(refused)?;
            Ok(respond::see_other(url.as_str()))
        }
        Err(error) => {
            tracing::warn!(%error, "a login at the identity provider could not begin");
            metrics::count_many(Counter::IdentificationFailed, error.of_the_provider().into());
            flow.stage = Stage::Open;
            flow::keep(&desk.session, &flow).await.map_err(refused)?;
            Ok(desk.welcome(code, &asked, true, Some(&error)).await)
        }
    }
}

/// She typed the six digits that the aidant says.
async fn pair(desk: &Desk, code: &str, flow: Option<Flow>, typed: &str) -> Result<Response, PageError> {
    let refused = |refusal| desk.refused(refusal);
    let Some(Flow { stage: Stage::Reading(Known { person, .. }), .. }) = flow else {
        // Nobody has said who she is here: the page itself says where this browser is.
        return Ok(respond::see_other(&format!("/consentement/{code}")));
    };
    let browser = desk.session.browser_hash().await.map_err(refused)?;
    let state = consent_link::look(&desk.app.bench, code, Some(&browser)).await.map_err(refused)?;
    let (asked, _) = proceed(desk, state)?;
    let t = desk.reader.t;
    let mut errors = FormErrors::default();
    let Some(digits) = typed_code(typed) else {
        errors.add("pairing", t.get("code-error-form"));
        return Ok(desk.pairing(code, &asked, errors).await);
    };
    let request = Some(desk.reader.reference.as_str());
    match pair::pair(&desk.app.bench, (code, &browser), person, &digits, request).await.map_err(refused)? {
        Judged::Right => Ok(respond::see_other(&format!("/consentement/{code}"))),
        Judged::Wrong { left } => {
            errors.add("pairing", t.with("code-error-wrong", &[("left", &left)]));
            Ok(desk.pairing(code, &asked, errors).await)
        }
        Judged::Dead => {
            desk.session.flush().await.map_err(refused)?;
            Ok(pages::stopped(&desk.reader, Stop::Pairing))
        }
    }
}

/// She answers by the code she was sent; whatever is no yes is a no.
async fn say(desk: &Desk, code: &str, yes: bool, typed: &str) -> Result<Response, PageError> {
    let refused = |refusal| desk.refused(refusal);
    let browser = desk.session.browser_hash().await.map_err(refused)?;
    let door = Door::Link { code, browser: &browser };
    let t = desk.reader.t;
    let mut errors = FormErrors::default();
    let digits = typed_code(typed);
    let reply = match (yes, &digits) {
        (true, Some(digits)) => Reply::Yes(digits),
        (true, None) => {
            errors.add("code", t.get("code-error-form"));
            return by_code(desk, code, &browser, errors).await;
        }
        (false, _) => Reply::No,
    };
    let request = Some(desk.reader.reference.as_str());
    match answer_by_code::answer(&desk.app.bench, door, reply, request).await {
        Ok(answered) => match answered.outcome {
            Outcome::Wrong { left } => {
                errors.add("code", t.with("code-error-wrong", &[("left", &left)]));
                by_code(desk, code, &browser, errors).await
            }
            Outcome::Dead => {
                desk.session.flush().await.map_err(refused)?;
                Ok(pages::stopped(&desk.reader, Stop::Code))
            }
            Outcome::Agreed { .. } | Outcome::Refused => {
                desk.session.flush().await.map_err(refused)?;
                Ok(pages::by_code_done(&desk.app, &desk.reader, &answered))
            }
        },
        Err(Refusal::Conflict(answer_by_code::CODE_TOO_OLD)) => {
            errors.add("code", t.get("consent-code-old"));
            by_code(desk, code, &browser, errors).await
        }
        Err(other) => Err(refused(other)),
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
