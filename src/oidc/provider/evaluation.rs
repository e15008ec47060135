//! `/access/v1/evaluation` and `/access/v1/evaluations`: the decision API (AuthZEN Authorization API 1.0).

use axum::Json;
use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::FromRequestParts;
use axum::extract::Request;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::crypto::json::read_unambiguous;
use crate::domain::client::Client;
use crate::http::bearer::Bearer;
use crate::http::bearer::insufficient;
use crate::http::errors::ApiError;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::oidc::provider::client_auth;
use crate::oidc::provider::fields::Fields;
use crate::operations::evaluate::Answer;
use crate::operations::evaluate::Asked;
use crate::operations::evaluate::SCOPE;
use crate::operations::evaluate::Semantic;
use crate::operations::evaluate::evaluate;
use crate::operations::evaluate::may_evaluate;
use crate::operations::issue_client_token::is_own_token;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// The path of one question (section 10.1).
pub(super) const ONE: &str = "/access/v1/evaluation";
/// The path of several.
pub(super) const SEVERAL: &str = "/access/v1/evaluations";
/// Most questions in one request.
const MOST: usize = 100;
/// The caller's own name for its request, sent back (section 10.1.3).
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Subject or resource (sections 5.1 and 5.2); its `properties` decide nothing here.
#[derive(Clone, Debug, Deserialize)]
struct Entity {
    #[serde(rename = "type")]
    kind: String,
    id: String,
}

/// What is to be done (section 5.3).
#[derive(Clone, Debug, Deserialize)]
struct Action {
    name: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct QuestionIn {
    subject: Option<Entity>,
    action: Option<Action>,
    resource: Option<Entity>,
}

#[derive(Debug, Deserialize)]
struct BatchIn {
    #[serde(flatten)]
    usual: QuestionIn,
    #[serde(default)]
    evaluations: Vec<QuestionIn>,
    #[serde(default)]
    options: OptionsIn,
}

#[derive(Debug, Default, Deserialize)]
struct OptionsIn {
    evaluations_semantic: Option<String>,
}

impl QuestionIn {
    fn asked(self) -> Result<Asked, &'static str> {
        let subject = self.subject.ok_or("subject is missing")?;
        let action = self.action.ok_or("action is missing")?;
        let resource = self.resource.ok_or("resource is missing")?;
        Ok(Asked {
            subject: (subject.kind, subject.id),
            action: action.name,
            resource: (resource.kind, resource.id),
        })
    }

    /// What a question of a batch leaves out is taken from the batch (section 7.1.1).
    fn or(self, usual: &Self) -> Self {
        Self {
            subject: self.subject.or_else(|| usual.subject.clone()),
            action: self.action.or_else(|| usual.action.clone()),
            resource: self.resource.or_else(|| usual.resource.clone()),
        }
    }
}

/// One question.
pub(super) async fn evaluation(State(app): State<App>, reader: Reader, request: Request) -> Response {
    answered(&app, &reader, request, false).await
}

/// Several questions; without any, one (section 7.1).
pub(super) async fn evaluations(State(app): State<App>, reader: Reader, request: Request) -> Response {
    answered(&app, &reader, request, true).await
}

/// Where all this is (section 9.1).
pub(super) async fn metadata(State(app): State<App>) -> Response {
    let url = &app.config().server.public_url;
    let document = json!({
        "policy_decision_point": url.as_str(),
        "access_evaluation_endpoint": url.join(ONE),
        "access_evaluations_endpoint": url.join(SEVERAL),
    });
    ([(header::CACHE_CONTROL, "public, max-age=60")], Json(document)).into_response()
}

async fn answered(app: &App, reader: &Reader, request: Request, several: bool) -> Response {
    let id = request_id(request.headers());
    let mut response = match answer(app, reader, request, several).await {
        Ok(body) => ([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response(),
        Err(refused) => *refused,
    };
    // What cannot be decided is neither "yes" nor "no": whoever asks must not open, and may ask again.
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    if let Some(id) = id {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn request_id(headers: &HeaderMap) -> Option<HeaderValue> {
    let id = headers.get(REQUEST_ID)?;
    let plain = id.as_bytes().iter().all(|byte| (0x21..0x7f).contains(byte));
    (plain && id.len() <= 128).then(|| id.clone())
}

async fn answer(app: &App, reader: &Reader, request: Request, several: bool) -> Result<Value, Box<Response>> {
    let reference = reader.reference.as_str();
    let (mut parts, body) = request.into_parts();
    let client = asking(app, &mut parts, reference).await?;
    if !may_evaluate(&client) {
        return Err(Box::new(insufficient(reference)));
    }
    let copy = Request::from_parts(parts.clone(), body);
    let body = Bytes::from_request(copy, &()).await.map_err(|refused| Box::new(refused.into_response()))?;
    let invalid = |detail: &str| {
        let problem = ApiError::new(StatusCode::BAD_REQUEST, "invalid", "The request does not fit");
        Box::new(problem.detail(detail).reference(reference).into_response())
    };
    if !is_json(&parts.headers) {
        return Err(invalid("the body is not application/json"));
    }
    let batch: BatchIn = read_unambiguous(&body).map_err(|error| invalid(&error.to_string()))?;
    if !several || batch.evaluations.is_empty() {
        let asked = batch.usual.asked().map_err(invalid)?;
        let answers = decided(app, &client, &[asked], Semantic::ExecuteAll, reference).await?;
        return answers.first().map(shown).ok_or_else(|| invalid("nothing was asked"));
    }
    if batch.evaluations.len() > MOST {
        return Err(invalid("more than 100 evaluations"));
    }
    let semantic = match batch.options.evaluations_semantic.as_deref() {
        Some(name) => Semantic::parse(name).ok_or_else(|| invalid("evaluations_semantic is unknown"))?,
        None => Semantic::ExecuteAll,
    };
    let usual = batch.usual;
    let asked: Vec<_> = batch.evaluations.into_iter().map(|one| one.or(&usual).asked()).collect();
    several_answers(app, &client, &asked, semantic, reference).await
}

/// Answers those that are whole; the others are a "no" with the fault beside it (section 7.2.1).
async fn several_answers(
    app: &App,
    client: &Client,
    asked: &[Result<Asked, &'static str>],
    semantic: Semantic,
    reference: &str,
) -> Result<Value, Box<Response>> {
    // A question that cannot be read is a "no", at which one kind of batch ends.
    let fault_at = asked.iter().position(Result::is_err);
    let reach = match (semantic, fault_at) {
        (Semantic::DenyOnFirstDeny, Some(place)) => place,
        _ => asked.len(),
    };
    let whole: Vec<Asked> = asked[..reach].iter().flatten().cloned().collect();
    let mut answers = decided(app, client, &whole, semantic, reference).await?.into_iter();
    let mut out = Vec::with_capacity(asked.len());
    for one in asked {
        match one {
            Ok(_) => match answers.next() {
                Some(answer) => out.push((answer.decision, shown(&answer))),
                None => break,
            },
            Err(fault) => out.push((
                false,
                json!({ "decision": false, "context": { "error": { "status": 400, "message": fault } } }),
            )),
        }
        let last = out.last().is_some_and(|(decision, _)| match semantic {
            Semantic::ExecuteAll => false,
            Semantic::DenyOnFirstDeny => !decision,
            Semantic::PermitOnFirstPermit => *decision,
        });
        if last {
            break;
        }
    }
    let out: Vec<Value> = out.into_iter().map(|(_, shown)| shown).collect();
    Ok(json!({ "evaluations": out }))
}

async fn decided(
    app: &App,
    client: &Client,
    asked: &[Asked],
    semantic: Semantic,
    reference: &str,
) -> Result<Vec<Answer>, Box<Response>> {
    let answers = evaluate(&app.bench, client, asked, semantic, Some(reference)).await;
    let answers =
        answers.map_err(|refusal| Box::new(ApiError::from_refusal(&refusal, reference).into_response()))?;
    for _ in &answers {
        metrics::count(Counter::Evaluations);
    }
    Ok(answers)
}

fn shown(answer: &Answer) -> Value {
    match answer.told {
        Some(told) => json!({ "decision": answer.decision, "context": { "reason": told.as_str() } }),
        None => json!({ "decision": answer.decision }),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Who asks: a client by its secret in the header, or by its own access token with the scope `evaluate`.
async fn asking(app: &App, parts: &mut Parts, reference: &str) -> Result<Client, Box<Response>> {
    let basic = parts.headers.get(header::AUTHORIZATION).is_some_and(|value| {
        value.as_bytes().get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"basic "))
    });
    if basic {
        let shown = client_auth::client(app, &parts.headers, &Fields::default(), reference).await;
        return shown.map_err(|error| Box::new(error.into_response()));
    }
    let Bearer(live) = Bearer::from_request_parts(parts, app).await.map_err(Box::new)?;
    if is_own_token(&live, SCOPE) { Ok(live.client) } else { Err(Box::new(insufficient(reference))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> BatchIn {
        read_unambiguous(text.as_bytes()).expect("a request")
    }

    #[test]
    fn a_question_of_a_batch_takes_what_it_lacks_from_the_batch() {
        let batch = read(
            r#"{"subject":{"type":"aidant","id":"a"},"action":{"name":"social"},"context":{"x":1},
                "evaluations":[{"resource":{"type":"mandate","id":"m"}},
                               {"action":{"name":"logement"},"resource":{"type":"mandate","id":"n"}},{}]}"#,
        );
        let usual = batch.usual;
        let asked: Vec<_> = batch.evaluations.into_iter().map(|one| one.or(&usual).asked()).collect();
        let of = |place: usize| asked[place].as_ref().expect("whole");
        assert_eq!(
            (of(0).action.as_str(), of(0).resource.1.as_str(), of(0).subject.1.as_str()),
            ("social", "m", "a")
        );
        assert_eq!((of(1).action.as_str(), of(1).resource.1.as_str()), ("logement", "n"));
        assert_eq!(asked[2], Err("resource is missing"));
    }

    #[test]
    fn what_is_not_the_clients_matter_is_not_explained() {
        let told = crate::operations::evaluate::Told::ClientTheme;
        assert_eq!(shown(&Answer { decision: false, told: None }), json!({"decision": false}));
        let explained = shown(&Answer { decision: false, told: Some(told) });
        assert_eq!(explained, json!({"decision": false, "context": {"reason": "client_theme"}}));
    }

    #[test]
    fn only_a_plain_request_id_comes_back() {
        let with = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(REQUEST_ID, HeaderValue::from_str(value).expect("a value"));
            request_id(&headers).is_some()
        };
        assert!(with("bfe9eb29-ab87-4ca3-be83-a1d5d8305716"));
        assert!(!with("a b") && !with(&"a".repeat(129)));
    }
}
