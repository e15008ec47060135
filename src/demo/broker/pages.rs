//! The broker's pages: where it stands, the choice of an account, what goes to the service, the errors.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Map;
use serde_json::Value;

use crate::demo::broker::ServiceRecord;
use crate::demo::look::Look;
use crate::demo::look::Sheet;

const SITE: &str = "FranceConnect de démonstration, côté services";

#[derive(Template)]
#[template(
    source = r#"<h1>Entre les services et Procura</h1>
<p>Ce site tient le rôle de FranceConnect pour les services qui ne connaissent pas Procura. Commencez chez un service :</p>
<ul>{% for service in services %}<li>{{ service.name }}{% if !service.labels.is_empty() %} : {{ service.labels.join(", ") }}{% endif %}</li>{% endfor %}</ul>"#,
    ext = "html"
)]
struct HomePage<'a> {
    services: &'a [ServiceRecord],
}

#[derive(Template)]
#[template(
    source = r#"<h1>Connexion à {{ service }}</h1>
{% if let Some(error) = failed %}<p role="alert"><strong>La connexion par {{ provider }} n’a pas abouti.</strong> <span class="small">{{ error }}</span></p>{% endif %}
<p>Vous êtes un professionnel et vous aidez une personne qui vous a donné mandat :</p>
<form method="post" action="{{ action }}/professionnel"><button type="submit">Continuer avec {{ provider }}</button></form>"#,
    ext = "html"
)]
struct ChoicePage<'a> {
    service: &'a str,
    provider: &'a str,
    failed: Option<&'a str>,
    action: &'a str,
}

#[derive(Template)]
#[template(
    source = r#"<h1>Vous allez entrer au nom de {{ person }}</h1>
<p>L’identité de cette personne va être transmise à <strong>{{ service }}</strong>.</p>
<form method="post" action="{{ action }}/continue"><button type="submit">Continuer sur {{ service }}</button></form>"#,
    ext = "html"
)]
struct InformationPage<'a> {
    person: String,
    service: &'a str,
    action: &'a str,
}

#[derive(Template)]
#[template(
    source = r#"<h1>Une erreur est survenue</h1>
<p>{{ words }}</p>
<p>Code : <span class="code">{{ code }}</span><br><span class="small">Identifiant : {{ id }}</span></p>"#,
    ext = "html"
)]
struct ErrorPage<'a> {
    words: &'a str,
    code: &'a str,
    id: &'a str,
}

fn answer(status: StatusCode, title: &str, body: &impl Template) -> Response {
    Sheet { look: Look::FranceConnect, site: SITE, title, refresh: None }.answer(status, body, "")
}

/// What this is, and which services there are.
pub(super) fn home(services: &[ServiceRecord]) -> Response {
    answer(StatusCode::OK, "Côté services", &HomePage { services })
}

/// The choice of an account; `failed` is the error the identity provider came back with.
pub(super) fn choice(service: &str, provider: &str, failed: Option<&str>, action: &str) -> Response {
    answer(StatusCode::OK, "Connexion", &ChoicePage { service, provider, failed, action })
}

/// Whose identity will be given to the service.
pub(super) fn information(identity: &Map<String, Value>, service: &str, action: &str) -> Response {
    let of = |name: &str| identity.get(name).and_then(Value::as_str).unwrap_or_default();
    let person = format!("{} {}", of("given_name"), of("family_name"));
    answer(StatusCode::OK, "Vos informations", &InformationPage { person, service, action })
}

/// An error that is not sent to the service.
pub(super) fn error(status: StatusCode, code: &str, words: &str, id: &str) -> Response {
    answer(status, "Erreur", &ErrorPage { words, code, id })
}
