//! The provider's pages: the login, the information page, the errors.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::demo::look::Look;
use crate::demo::look::Sheet;
use crate::demo::people::Person;

const SITE: &str = "FranceConnect de démonstration";

#[derive(Template)]
#[template(
    source = r#"<h1>Connexion à {{ client }}</h1>
<p>Choisissez qui vous êtes. Il n’y a pas de mot de passe dans cette démonstration.</p>
{% if unknown %}<p role="alert"><strong>Ce compte n’existe pas ici.</strong></p>{% endif %}
<details><summary>Les comptes d’essai</summary><ul>
{% for person in persons %}{% if person.franceconnect %}<li><span class="code">{{ person.login }}</span> : {{ person.given_name }} {{ person.family_name }}</li>
{% endif %}{% endfor %}</ul></details>
<form method="post" action="{{ action }}/login">
<label for="login">Votre identifiant</label>
<input id="login" name="login" autocomplete="off" autocapitalize="none" required>
<br><button type="submit">Se connecter</button>
</form>"#,
    ext = "html"
)]
struct LoginPage<'a> {
    client: &'a str,
    unknown: bool,
    persons: &'a [Person],
    action: &'a str,
}

#[derive(Template)]
#[template(
    source = r#"<h1>Vous êtes {{ person.given_name }} {{ person.family_name }}</h1>
<p>Les informations suivantes vont être transmises à <strong>{{ client }}</strong> :</p>
<dl>{% for (name, value) in claims %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
<form method="post" action="{{ action }}/continue"><button type="submit">Continuer sur {{ client }}</button></form>"#,
    ext = "html"
)]
struct InformationPage<'a> {
    person: &'a Person,
    client: &'a str,
    claims: &'a [(String, String)],
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

#[derive(Template)]
#[template(
    source = r#"<form class="aside" method="post" action="{{ action }}/cancel"><button class="plain" type="submit">Annuler et revenir</button></form>"#,
    ext = "html"
)]
struct CancelForm<'a> {
    action: &'a str,
}

fn sheet(title: &str) -> Sheet<'_> {
    Sheet { look: Look::FranceConnect, site: SITE, title, refresh: None }
}

fn cancel(action: &str) -> String {
    CancelForm { action }.render().unwrap_or_default()
}

/// The login form; `action` is the interaction's address.
pub(super) fn login(client: &str, unknown: bool, persons: &[Person], action: &str) -> Response {
    let body = LoginPage { client, unknown, persons, action };
    sheet("Connexion").answer(StatusCode::OK, &body, &cancel(action))
}

/// The page that lists what will be transmitted.
pub(super) fn information(
    person: &Person,
    client: &str,
    claims: &[(String, String)],
    action: &str,
) -> Response {
    let body = InformationPage { person, client, claims, action };
    sheet("Vos informations").answer(StatusCode::OK, &body, &cancel(action))
}

/// An error that is not sent to the client.
pub(super) fn error(code: &str, words: &str, id: &str) -> Response {
    sheet("Erreur").answer(StatusCode::BAD_REQUEST, &ErrorPage { words, code, id }, "")
}
