//! `/api/v1/mandates`: the mandates an aidant may use in her business software, and the signed one for it.

use axum::Json;
use axum::extract::Path;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::v1::receipts::Problem;
use crate::domain::theme::Theme;
use crate::http::bearer::Bearer;
use crate::http::bearer::insufficient;
use crate::http::errors::ApiError;
use crate::http::form::FormFields;
use crate::http::reader::Reader;
use crate::http::state::App;
use crate::operations::issue_mandate_token::issue_mandate_token;
use crate::operations::refusal::Refusal;
use crate::operations::usable_mandates::MOST;
use crate::operations::usable_mandates::UsableMandate;
use crate::operations::usable_mandates::may_list;
use crate::operations::usable_mandates::usable_mandates;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

const USUAL: u32 = 50;

/// One page of mandates.
#[derive(Serialize, ToSchema)]
pub(super) struct MandatesOut {
    /// The mandates; a page may hold fewer than asked for.
    mandates: Vec<MandateOut>,
    /// The value of `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// A mandate that the aidant may use now. Every identifier means something at this software only.
#[derive(Serialize, ToSchema)]
pub(super) struct MandateOut {
    /// The mandate.
    identifier: String,
    /// The person.
    sub: String,
    /// The themes that may be used, as in `authorization_details`.
    #[schema(value_type = Vec<String>, example = json!(["social"]))]
    privileges: Vec<Theme>,
    /// From when to when it runs, in whole days.
    validity: ValidityOut,
    /// Who gave it.
    person: PersonOut,
}

/// Seconds since 1970.
#[derive(Serialize, ToSchema)]
pub(super) struct ValidityOut {
    /// Start of the first day.
    nbf: i64,
    /// End of the last day.
    exp: i64,
}

/// A person as the aidant's own pages show her.
#[derive(Serialize, ToSchema)]
pub(super) struct PersonOut {
    /// All given names.
    given_name: String,
    /// The name at birth.
    family_name: String,
    /// The name in use, where it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    preferred_username: Option<String>,
    /// The date of birth as civil records know it.
    birthdate: String,
}

/// The signed mandate.
#[derive(Serialize, ToSchema)]
pub(super) struct MandateTokenOut {
    /// A `mandate+jwt` whose audience is this software: the `subject_token` of a token exchange.
    mandate_token: String,
    /// When it ends, in seconds since 1970.
    expires_at: i64,
}

impl From<UsableMandate> for MandateOut {
    fn from(one: UsableMandate) -> Self {
        let (from, until) = one.validity.in_days();
        let identity = &one.identity;
        Self {
            identifier: one.identifier,
            sub: one.sub,
            privileges: one.themes.into_iter().collect(),
            validity: ValidityOut { nbf: from.seconds(), exp: until.seconds() },
            person: PersonOut {
                given_name: identity.given_name.show().clone(),
                family_name: identity.family_name.show().clone(),
                preferred_username: identity.preferred_username.as_ref().map(|name| name.show().clone()),
                birthdate: identity.civil_birthdate().to_owned(),
            },
        }
    }
}

/// Lists the mandates that the aidant may use now at this software.
///
/// With the access token of her own login (scope `mandates`). What she may not use is left out: mandates that ended or are
/// suspended, other organisations', themes that the software or the organisation does not do, persons who blocked her.
#[utoipa::path(
    get,
    path = "/api/v1/mandates",
    tag = "mandates",
    params(
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "How many at most; 50 where it is left out"),
        ("after" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses(
        (status = 200, description = "One page", body = MandatesOut),
        (status = 400, description = "Something does not fit", body = Problem, content_type = "application/problem+json"),
        (status = 401, description = "No active access token", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "A token that does not reach as far", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; the same request may succeed later", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn list(
    State(app): State<App>,
    Bearer(token): Bearer,
    RawQuery(query): RawQuery,
    reader: Reader,
) -> Response {
    let reference = reader.reference;
    if !may_list(&token) {
        return insufficient(&reference);
    }
    let (after, limit) = match read(query.as_deref().unwrap_or_default()) {
        Ok(read) => read,
        Err(problem) => return problem.reference(reference).into_response(),
    };
    match usable_mandates(&app.bench, &token, after.as_deref(), limit).await {
        Ok(page) => {
            metrics::count(Counter::MandatesListed);
            let mandates = page.mandates.into_iter().map(Into::into).collect();
            fresh(MandatesOut { mandates, next: page.next })
        }
        Err(refusal) => ApiError::from_refusal(&refusal, &reference).into_response(),
    }
}

/// Gives the signed mandate for this software.
///
/// With the access token of the aidant's own login (scope `mandates`). It is an entry that the person sees, and the
/// `subject_token` of a token exchange until the mandate ends.
#[utoipa::path(
    post,
    path = "/api/v1/mandates/{identifier}/token",
    tag = "mandates",
    params(
        ("identifier" = String, Path, pattern = "^[A-Za-z0-9_-]{32}$", description = "`identifier` of a mandate in the list"),
    ),
    responses(
        (status = 201, description = "Issued", body = MandateTokenOut),
        (status = 401, description = "No active access token", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "A token that does not reach as far, or a mandate that may not be used here", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such mandate of the aidant's organisation", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Busy; the same request may succeed later", body = Problem, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
pub(super) async fn issue(
    State(app): State<App>,
    Path(identifier): Path<String>,
    Bearer(token): Bearer,
    reader: Reader,
) -> Response {
    let reference = reader.reference;
    if !may_list(&token) {
        return insufficient(&reference);
    }
    match issue_mandate_token(&app.bench, &token, &identifier, Some(&reference)).await {
        Ok(issued) => {
            metrics::count(Counter::TokenIssued);
            let out =
                MandateTokenOut { mandate_token: issued.token, expires_at: issued.expires_at.seconds() };
            (StatusCode::CREATED, fresh(out)).into_response()
        }
        Err(refusal) => ApiError::from_refusal(&refusal, &reference).into_response(),
    }
}

fn fresh(out: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(out)).into_response()
}

fn read(query: &str) -> Result<(Option<String>, u32), ApiError> {
    let invalid = || ApiError::from_refusal(&Refusal::field("limit", "1 to 100, and after, each once"), "");
    let fields = FormFields::parse(query.as_bytes()).map_err(|_| invalid())?;
    let (after, limit) =
        (fields.one("after").map_err(|_| invalid())?, fields.one("limit").map_err(|_| invalid())?);
    let limit = limit.map_or(Ok(USUAL), str::parse::<u32>).map_err(|_| invalid())?;
    if !(1..=MOST).contains(&limit) {
        return Err(invalid());
    }
    Ok((after.map(str::to_owned), limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_one_to_a_hundred() {
        assert_eq!(read("").ok(), Some((None, 50)));
        assert_eq!(read("limit=100&after=abc").ok(), Some((Some("abc".to_owned()), 100)));
        for bad in ["limit=0", "limit=101", "limit=x", "limit=1&limit=2", "after=a&after=b", "after=%ff"] {
            assert_eq!(read(bad).err().map(|problem| problem.status), Some(400), "{bad}");
        }
    }
}
