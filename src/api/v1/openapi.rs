//! `GET /api/v1/openapi.json`: the interface as OpenAPI 3.1 describes it.

use axum::Json;
use axum::extract::State;
use utoipa::Modify;
use utoipa::OpenApi;
use utoipa::openapi::Server;
use utoipa::openapi::security::HttpAuthScheme;
use utoipa::openapi::security::HttpBuilder;
use utoipa::openapi::security::SecurityScheme;

use crate::api::v1::mandates;
use crate::api::v1::receipts;
use crate::api::v1::trails;
use crate::http::state::App;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Procura",
        version = "1",
        description = "For administrations that open their services to delegated logins, and for aidants’ business software. Tokens come from /oauth/token; see /.well-known/openid-configuration."
    ),
    paths(mandates::list, mandates::issue, receipts::report, trails::read),
    components(schemas(
        mandates::MandatesOut,
        mandates::MandateOut,
        mandates::ValidityOut,
        mandates::PersonOut,
        mandates::MandateTokenOut,
        receipts::ReceiptIn,
        receipts::ReceiptOut,
        receipts::Problem,
        trails::TrailOut,
        trails::EntryOut
    )),
    tags(
        (name = "mandates", description = "What an aidant may use in her business software"),
        (name = "receipts", description = "What was done during an act"),
        (name = "trails", description = "What an administration’s authority reads of the acts at its services")
    ),
    modifiers(&Tokens)
)]
struct Document;

struct Tokens;

impl Modify for Tokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("at+jwt").build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// The description, with this gateway's address.
pub(super) async fn show(State(app): State<App>) -> Json<utoipa::openapi::OpenApi> {
    let mut document = Document::openapi();
    document.servers = Some(vec![Server::new(app.config().server.public_url.as_str())]);
    Json(document)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_names_every_path_with_its_answers() {
        let document = serde_json::to_value(Document::openapi()).expect("json");
        let paths = document["paths"].as_object().expect("paths");
        assert_eq!(
            paths.keys().collect::<Vec<_>>(),
            [
                "/api/v1/acts/{txn}/receipts",
                "/api/v1/mandates",
                "/api/v1/mandates/{identifier}/token",
                "/api/v1/trails"
            ]
        );
        let responses = document["paths"]["/api/v1/acts/{txn}/receipts"]["post"]["responses"].as_object();
        assert!(
            responses.is_some_and(|all| ["200", "201", "401", "409"]
                .iter()
                .all(|status| all.contains_key(*status)))
        );
        assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
        assert_eq!(document["info"]["title"], "Procura");
    }
}
