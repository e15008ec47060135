//! The administrations' pages.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;

use crate::demo::administration::File;
use crate::demo::administration::relying_party::Receipt;
use crate::demo::administration::relying_party::StepError;
use crate::demo::look::Look;
use crate::demo::look::Sheet;
use crate::demo::people::Administration;
use crate::domain::status::StatusValue;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;

#[derive(Template)]
#[template(
    source = r#"<h1>{{ about.service }}</h1>
<p>Bienvenue sur le site de : {{ about.name }}.</p>
<h2>Vous aidez une personne ?</h2>
<p>Les professionnels habilités entrent ici, avec un mandat de la personne.</p>
<p><a class="go" href="{{ about.path }}/connexion">Connexion des aidants</a></p>
<p>Ou pour une démarche précise :</p>
<ul>{% for (key, title) in themes %}<li><a href="{{ about.path }}/connexion?theme={{ key }}">Connexion des aidants : {{ title }}</a></li>{% endfor %}</ul>
{% if open %}<p><a href="{{ about.path }}/dossier">Revenir au dossier ouvert</a></p>{% endif %}"#,
    ext = "html"
)]
struct HomePage<'a> {
    about: &'a Administration,
    themes: Vec<(&'static str, &'static str)>,
    open: bool,
}

#[derive(Template)]
#[template(
    source = r#"<h1>Vous agissez pour {{ person }}</h1>
<div class="who"><p><strong>{{ organisation }}</strong> (SIRET {{ siret }})<br>
Aidant : {{ aidant }}<br>Démarche : <strong>{{ themes }}</strong></p></div>
<h2>Le mandat</h2>
<dl><dt>Valable jusqu’au</dt><dd>{{ until }} inclus</dd>
<dt>Référence chez nous</dt><dd>{{ mandate }}</dd>
<dt>Acte</dt><dd>{{ txn }}</dd>
<dt>Aujourd’hui, il est</dt><dd>{% match active %}{% when Some(true) %}<span class="yes">actif</span>{% when Some(false) %}<span class="no">inactif</span>{% when None %}inconnu : la passerelle ne répond pas{% endmatch %}</dd>
<dt>D’après la liste publique des états, il est</dt><dd>{{ listed }}</dd></dl>
<p><a class="go plain" href="{{ path }}/dossier">Vérifier encore</a></p>
<h2>La personne</h2>
<dl>{% for (name, value) in identity %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>
<h2>Déjà fait pendant cet acte</h2>
{% if receipts.is_empty() %}<p>Rien pour l’instant.</p>{% else %}<ul>{% for receipt in receipts %}<li>{{ receipt.label }} <span class="small">({{ receipt.reference }})</span></li>{% endfor %}</ul>{% endif %}
<form method="post" action="{{ path }}/deconnexion"><button class="plain" type="submit">Fermer le dossier</button></form>
<h2>Faire une démarche</h2>
<form method="post" action="{{ path }}/compte-rendu">
<input type="hidden" name="key" value="{{ key }}">
<label for="label">Ce qui est fait</label><input id="label" name="label" value="Déclaration de ressources" maxlength="200" required>
<label for="kind">Nature</label>
<select id="kind" name="kind"><option value="submitted">Déposé</option><option value="consulted">Consulté</option><option value="changed">Modifié</option><option value="paid">Payé</option><option value="other">Autre</option></select>
<br><button type="submit">Enregistrer et le dire à la personne</button></form>"#,
    ext = "html"
)]
struct FilePage<'a> {
    path: &'static str,
    person: String,
    organisation: &'a str,
    siret: &'a str,
    aidant: &'a str,
    themes: String,
    until: String,
    mandate: &'a str,
    txn: &'a str,
    active: Option<bool>,
    listed: &'static str,
    identity: Vec<(&'static str, String)>,
    receipts: &'a [Receipt],
    key: &'a str,
}

#[derive(Template)]
#[template(
    source = r#"<h1>{{ title }}</h1><p>{{ words }}</p><p class="small">{{ detail }}</p>
<p><a class="go" href="{{ home }}">Revenir à l’accueil</a></p>"#,
    ext = "html"
)]
struct ErrorPage<'a> {
    title: &'a str,
    words: &'a str,
    detail: &'a str,
    home: &'a str,
}

fn answer(about: &Administration, title: &str, status: StatusCode, body: &impl Template) -> Response {
    Sheet { look: Look::Administration, site: about.name, title, refresh: None }.answer(status, body, "")
}

const fn theme_title(theme: Theme) -> &'static str {
    match theme {
        Theme::Papiers => "Papiers, citoyenneté, élections",
        Theme::Famille => "Famille, scolarité",
        Theme::Social => "Social, santé",
        Theme::Travail => "Travail, formation",
        Theme::Logement => "Logement",
        Theme::Transports => "Transports, mobilité",
        Theme::Argent => "Argent, impôts, consommation",
        Theme::Justice => "Justice",
        Theme::Etranger => "Étranger, Europe",
        Theme::Loisirs => "Loisirs, sport, culture",
    }
}

/// The public page.
pub(super) fn home(about: &Administration, open: bool) -> Response {
    let themes = about.themes.iter().map(|theme| (theme.key(), theme_title(*theme))).collect();
    answer(about, about.service, StatusCode::OK, &HomePage { about, themes, open })
}

/// The open file.
pub(super) fn file(
    about: &Administration,
    file: &File,
    state: &Result<Value, StepError>,
    key: &str,
) -> Response {
    let delegation = &file.login.delegation;
    let detail = delegation.authorization_details.first();
    let themes: Vec<&str> = detail
        .map(|detail| {
            detail.privileges.iter().filter_map(|theme| Theme::parse(theme)).map(theme_title).collect()
        })
        .unwrap_or_default();
    let body = FilePage {
        path: about.path,
        person: person_name(&file.login.person),
        organisation: &delegation.act.org.name,
        siret: &delegation.act.org.siret,
        aidant: delegation.act.name.as_deref().unwrap_or(&delegation.act.sub),
        themes: themes.join(" ; "),
        until: detail.map(|detail| french_day(detail.validity.exp)).unwrap_or_default(),
        mandate: detail.map_or("", |detail| detail.identifier.as_str()),
        txn: &delegation.txn,
        active: state.as_ref().ok().and_then(|state| state.get("active")).and_then(Value::as_bool),
        listed: listed_words(state.as_ref().ok()),
        identity: identity_lines(&file.login.person),
        receipts: &file.receipts,
        key,
    };
    answer(about, "Dossier", StatusCode::OK, &body)
}

/// The gateway said no, or the aidant went back.
pub(super) fn refused(about: &Administration, error: &str, description: &str) -> Response {
    let body = ErrorPage {
        title: "La connexion n’a pas eu lieu",
        words: "La passerelle n’a pas ouvert de dossier. Rien n’a été fait pour la personne.",
        detail: &format!("{error} {description}"),
        home: home_of(about),
    };
    answer(about, "Connexion refusée", StatusCode::FORBIDDEN, &body)
}

/// An answer that nobody here asked for.
pub(super) fn unexpected_return(about: &Administration) -> Response {
    let body = ErrorPage {
        title: "Cette réponse n’était pas attendue",
        words: "La connexion a expiré ou a été commencée dans un autre navigateur. Recommencez.",
        detail: "",
        home: home_of(about),
    };
    answer(about, "Réponse inattendue", StatusCode::BAD_REQUEST, &body)
}

/// A step failed.
pub(super) fn trouble(about: &Administration, step: &str, detail: &str) -> Response {
    let body = ErrorPage {
        title: "Un contrôle a échoué",
        words: "Le dossier n’a pas été ouvert, ou la démarche n’a pas été enregistrée.",
        detail: &format!("{step} : {detail}"),
        home: home_of(about),
    };
    answer(about, "Erreur", StatusCode::BAD_GATEWAY, &body)
}

fn listed_words(state: Option<&Value>) -> &'static str {
    let value = state.and_then(|state| state.get("status")).and_then(Value::as_str);
    match value.and_then(StatusValue::parse) {
        Some(StatusValue::Valid) => "en vigueur",
        Some(StatusValue::Suspended) => "suspendu",
        Some(StatusValue::Invalid) => "terminé",
        None => "inconnu : la liste n’a pas pu être vérifiée",
    }
}

fn home_of(about: &Administration) -> &'static str {
    if about.path.is_empty() { "/" } else { about.path }
}

fn text<'a>(claims: &'a Value, name: &str) -> &'a str {
    claims.get(name).and_then(Value::as_str).unwrap_or("")
}

fn person_name(claims: &Value) -> String {
    format!("{} {}", text(claims, "given_name"), text(claims, "family_name"))
}

fn identity_lines(claims: &Value) -> Vec<(&'static str, String)> {
    [
        ("Prénoms", "given_name"),
        ("Nom de naissance", "family_name"),
        ("Nom d’usage", "preferred_username"),
        ("Date de naissance", "birthdate"),
        ("Commune de naissance (code)", "birthplace"),
        ("Pays de naissance (code)", "birthcountry"),
        ("Adresse électronique", "email"),
    ]
    .into_iter()
    .map(|(label, name)| (label, text(claims, name).to_owned()))
    .filter(|(_, value)| !value.is_empty())
    .collect()
}

fn french_day(seconds: i64) -> String {
    let (year, month, day) = Instant::from_seconds(seconds).day().parts();
    format!("{day:02}/{month:02}/{year}")
}
