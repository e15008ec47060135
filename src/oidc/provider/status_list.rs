//! `/status/{list}`: what became of mandates, for those who check their tokens by themselves (IETF Token Status List).

use axum::Json;
use axum::body::Bytes;
use axum::extract::Path;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::json;

use crate::crypto::status_list::MEDIA_TYPE;
use crate::http::errors::ApiError;
use crate::http::form::FormFields;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::read_status::SignedList;
use crate::operations::read_status::read_status_list;
use crate::operations::read_status::status_list_addresses;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// A list as it was at an instant never changes.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// The list now; as it was where `time` names a second (section 8.4).
pub(super) async fn status_list(
    State(app): State<App>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    reader: Reader,
    headers: HeaderMap,
) -> Response {
    let reference = reader.reference;
    if !accepts(&headers) {
        let title = "The list comes as application/statuslist+jwt";
        return open(
            ApiError::new(StatusCode::NOT_ACCEPTABLE, "406", title).reference(reference).into_response(),
        );
    }
    let time = match time_of(query.as_deref()) {
        Ok(time) => time,
        Err(problem) => return open(problem.reference(reference).into_response()),
    };
    let list = match read_status_list(&app.bench, &name, time).await {
        Ok(list) => list,
        Err(refusal) => return open(ApiError::from_refusal(&refusal, &reference).into_response()),
    };
    metrics::count(Counter::StatusListServed);
    if time.is_none() && list.expires_at <= app.bench.now() {
        let title = "The list has not been signed for too long";
        let problem = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", title);
        return open(problem.reference(reference).into_response());
    }
    let cache = match time {
        Some(_) => FOREVER.to_owned(),
        None => format!("public, max-age={}", app.config().oidc.status_every.as_secs() / 2),
    };
    open(answer(list, &cache, &headers))
}

/// Every list's address (section 9.3), so that a client may fetch them all and show nobody which it needed.
pub(super) async fn status_lists(State(app): State<App>, reader: Reader) -> Response {
    match status_list_addresses(&app.bench).await {
        Ok(lists) => {
            let cache = (header::CACHE_CONTROL, "public, max-age=60");
            open(([cache], Json(json!({ "status_lists": lists }))).into_response())
        }
        Err(refusal) => open(ApiError::from_refusal(&refusal, &reader.reference).into_response()),
    }
}

/// Scripts of any site may read it: it is public (section 8.1).
fn open(mut response: Response) -> Response {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn accepts(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::ACCEPT).iter().peekable();
    values.peek().is_none()
        || values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            ["*/*", "application/*", MEDIA_TYPE].iter().any(|known| kind.eq_ignore_ascii_case(known))
        })
}

fn time_of(query: Option<&str>) -> Result<Option<i64>, ApiError> {
    let invalid = || {
        let title = "`time` is one whole number of seconds since 1970";
        ApiError::new(StatusCode::BAD_REQUEST, "invalid", title)
    };
    let fields = FormFields::parse(query.unwrap_or_default().as_bytes()).map_err(|_| invalid())?;
    let Some(time) = fields.one("time").map_err(|_| invalid())? else { return Ok(None) };
    let digits = !time.is_empty() && time.len() <= 12 && time.bytes().all(|byte| byte.is_ascii_digit());
    let time = digits.then(|| time.parse().ok()).flatten();
    time.map(Some).ok_or_else(invalid)
}

fn answer(list: SignedList, cache: &str, headers: &HeaderMap) -> Response {
    let tag = format!("\"{}\"", list.tag);
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let unchanged = known
        .flat_map(|value| value.split(','))
        .map(|one| one.trim().trim_start_matches("W/"))
        .any(|one| one == tag || one == "*");
    let common = [(header::CACHE_CONTROL, cache), (header::ETAG, tag.as_str())];
    if unchanged {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, MEDIA_TYPE)], Bytes::from_owner(list.token)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Instant;

    #[test]
    fn a_time_is_one_number() {
        assert_eq!(time_of(None).expect("none"), None);
        assert_eq!(time_of(Some("x=1")).expect("none"), None);
        assert_eq!(time_of(Some("time=1795000000")).expect("a time"), Some(1_795_000_000));
        for wrong in ["time=", "time=-1", "time=1.5", "time=now", "time=1&time=2", "time=1234567890123"] {
            assert_eq!(time_of(Some(wrong)).map_err(|problem| problem.status), Err(400), "{wrong}");
        }
    }

    #[test]
    fn whoever_takes_jwt_is_served() {
        let with = |value: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            if let Some(value) = value {
                headers.insert(header::ACCEPT, HeaderValue::from_static(value));
            }
            accepts(&headers)
        };
        assert!(with(None) && with(Some("*/*")) && with(Some("text/html, application/statuslist+jwt;q=0.5")));
        assert!(!with(Some("application/statuslist+cwt")) && !with(Some("text/html")));
    }

    #[test]
    fn an_unchanged_list_is_not_sent_again() {
        let list = |token: &str| SignedList::new(token.to_owned(), Instant::from_seconds(0));
        let first = answer(list("a.b.c"), "public", &HeaderMap::new());
        assert_eq!(first.status(), StatusCode::OK);
        let tag = first.headers().get(header::ETAG).cloned().expect("a tag");
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, tag);
        assert_eq!(answer(list("a.b.c"), "public", &headers).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(answer(list("a.b.d"), "public", &headers).status(), StatusCode::OK);
    }
}
