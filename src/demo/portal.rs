//! The newcomer's page: where to go, who is who with the one-time codes of this moment, and every message sent.

use std::sync::Arc;
use std::sync::OnceLock;

use askama::Template;
use axum::Json;
use axum::Router;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use serde::Serialize;

use crate::crypto::second_factor::TotpSecret;
use crate::demo::file::Account;
use crate::demo::file::DemoFile;
use crate::demo::look::Look;
use crate::demo::look::Sheet;
use crate::demo::mailbox::Channel;
use crate::demo::mailbox::Mailbox;
use crate::demo::mailbox::Message;
use crate::domain::time::Clock;
use crate::domain::time::Instant;

const STEP: i64 = 30;
const REFRESH: u32 = 3;
const SHOWN_MESSAGES: usize = 50;

/// The page; clones share everything.
#[derive(Clone)]
pub struct Portal {
    inner: Arc<Inner>,
}

struct Inner {
    demo: OnceLock<DemoFile>,
    mailbox: Mailbox,
    clock: Arc<dyn Clock>,
}

/// One account's code of this moment, as in `/codes.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Code {
    email: String,
    code: String,
    seconds_left: i64,
}

struct Row<'a> {
    account: &'a Account,
    code: String,
}

struct Group<'a> {
    title: &'static str,
    login: String,
    rows: Vec<Row<'a>>,
}

struct Line {
    message: Message,
    clock: String,
    channel: &'static str,
}

#[derive(Template)]
#[template(
    source = r#"<h1>Essayer Procura</h1>
<section><h2>Où aller</h2><ul>
<li><a href="{{ demo.gateway }}">La passerelle</a> : <a href="{{ demo.gateway }}/aidant/connexion">espace aidant</a>, <a href="{{ demo.gateway }}/personne">espace de la personne</a>, <a href="{{ demo.gateway }}/referent">référent</a>, <a href="{{ demo.gateway }}/autorite">autorité</a>, <a href="{{ demo.gateway }}/operateur">exploitant</a>, <a href="{{ demo.gateway }}/verifier">vérifier un mandat</a></li>
<li><a href="{{ demo.administration }}">Une administration</a>, et <a href="{{ demo.administration }}/impots">une autre</a></li>
<li>Un service qui ne connaît que FranceConnect : <a href="{{ demo.administration }}/ville">la ville</a>, et <a href="{{ demo.administration }}/justice">un autre</a>, par <a href="{{ demo.broker }}">FranceConnect côté services</a></li>
<li>FranceConnect de démonstration : {{ demo.franceconnect }}</li></ul></section>
<section><h2>Le chemin, pas à pas</h2><ol>
<li>Ouvrez l’<a href="{{ demo.gateway }}/aidant/connexion">espace aidant</a> ; entrez l’adresse et le code de la première ligne ci-dessous.</li>
<li>Ouvrez le lien reçu par courriel (plus bas), dans le même navigateur.</li>
<li>Établissez un mandat, puis ouvrez la page de la personne : son identifiant FranceConnect est <strong>{{ first_login }}</strong>. Lisez, puis approuvez.</li>
<li>Allez sur le site de l’<a href="{{ demo.administration }}">administration</a>, « Connexion des aidants ». Choisissez la personne et la démarche. Enregistrez une démarche.</li>
<li>Ouvrez l’<a href="{{ demo.gateway }}/personne">espace de la personne</a> : tout y est écrit. Retirez le mandat, puis revenez à l’administration et vérifiez encore.</li></ol></section>
<section><h2>Qui est qui</h2>
<p>Codes valables encore {{ left }} s. Un code ne sert qu’une fois.{% if paused %} <a href="/">Reprendre la mise à jour</a>{% else %} Cette page se met à jour toute seule. <a href="/?pause">Arrêter</a>{% endif %}</p>
{% for group in groups %}<h3>{{ group.title }} : <a href="{{ group.login }}">connexion</a></h3><div class="scroll"><table>
<tr><th scope="col">Nom</th><th scope="col">Adresse</th><th scope="col">Code</th><th scope="col">Structure</th><th scope="col">À savoir</th></tr>
{% for row in group.rows %}<tr><td>{{ row.account.name }}</td><td>{{ row.account.email }}</td><td class="code">{{ row.code }}</td><td>{{ row.account.organisation }}</td><td>{% if let Some(note) = row.account.note.as_ref() %}{{ note }}{% endif %}</td></tr>
{% endfor %}</table></div>{% endfor %}
<h3>Personnes aidées</h3><div class="scroll"><table>
<tr><th scope="col">Nom</th><th scope="col">Identifiant FranceConnect</th><th scope="col">Née le</th><th scope="col">Adresse</th><th scope="col">À savoir</th></tr>
{% for person in demo.persons %}<tr><td>{{ person.given_name }} {{ person.family_name }}</td><td class="code">{{ person.login }}</td><td>{{ person.birthdate }}</td><td>{{ person.email }}</td><td>{% if let Some(note) = person.note.as_ref() %}{{ note }}{% endif %}</td></tr>
{% endfor %}</table></div></section>
<section><h2>Messages envoyés ({{ total }})</h2>
{% if lines.is_empty() %}<p>Aucun pour l’instant.</p>{% endif %}
{% for line in lines %}<article><h3>{% if line.message.subject.is_empty() %}SMS{% else %}{{ line.message.subject }}{% endif %}</h3><p class="small">{{ line.channel }} à {{ line.message.to }}, à {{ line.clock }}</p>
{% if let Some(link) = line.message.links.first() %}<p><a href="{{ link }}">Ouvrir le lien de ce message</a></p>{% endif %}<details><summary>Lire</summary><pre>{{ line.message.text }}</pre></details></article>
{% endfor %}</section>"#,
    ext = "html"
)]
struct PortalPage<'a> {
    demo: &'a DemoFile,
    first_login: &'a str,
    groups: Vec<Group<'a>>,
    left: i64,
    paused: bool,
    lines: Vec<Line>,
    total: usize,
}

#[derive(Template)]
#[template(source = "<h1>La démonstration démarre</h1><p>Encore quelques secondes.</p>", ext = "html")]
struct StartingPage;

impl Portal {
    /// A page that says "starting" until [`Portal::publish`].
    pub fn new(mailbox: Mailbox, clock: Arc<dyn Clock>) -> Self {
        Self { inner: Arc::new(Inner { demo: OnceLock::new(), mailbox, clock }) }
    }

    /// Shows this demo from now on; only the first call counts.
    pub fn publish(&self, demo: DemoFile) {
        drop(self.inner.demo.set(demo));
    }

    /// Its routes.
    pub fn router(&self) -> Router {
        Router::new()
            .route("/", get(page))
            .route("/messages.json", get(messages))
            .route("/codes.json", get(codes))
            .with_state(self.clone())
    }
}

fn code_of(account: &Account, now: Instant) -> String {
    TotpSecret::from_base32(&account.totp_secret).map(|secret| secret.code_at(now)).unwrap_or_default()
}

fn seconds_left(now: Instant) -> i64 {
    STEP - now.seconds().rem_euclid(STEP)
}

async fn messages(State(portal): State<Portal>) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(portal.inner.mailbox.messages())).into_response()
}

async fn codes(State(portal): State<Portal>) -> Response {
    let now = portal.inner.clock.now();
    let codes: Vec<Code> = portal
        .inner
        .demo
        .get()
        .map(|demo| {
            let code = |account: &Account| Code {
                email: account.email.clone(),
                code: code_of(account, now),
                seconds_left: seconds_left(now),
            };
            demo.accounts().map(code).collect()
        })
        .unwrap_or_default();
    ([(header::CACHE_CONTROL, "no-store")], Json(codes)).into_response()
}

async fn page(State(portal): State<Portal>, RawQuery(query): RawQuery) -> Response {
    let paused = query.is_some_and(|query| query.starts_with("pause"));
    let sheet = Sheet {
        look: Look::Portal,
        site: "Démonstration de Procura",
        title: "Essayer Procura",
        refresh: (!paused).then_some(REFRESH),
    };
    let Some(demo) = portal.inner.demo.get() else { return sheet.answer(StatusCode::OK, &StartingPage, "") };
    let now = portal.inner.clock.now();
    let all = portal.inner.mailbox.messages();
    let total = all.len();
    let body = PortalPage {
        demo,
        first_login: demo.persons.first().map_or("", |person| person.login.as_str()),
        groups: groups(demo, now),
        left: seconds_left(now),
        paused,
        lines: all.into_iter().rev().take(SHOWN_MESSAGES).map(line).collect(),
        total,
    };
    sheet.answer(StatusCode::OK, &body, "")
}

fn groups(demo: &DemoFile, now: Instant) -> Vec<Group<'_>> {
    [
        ("Aidants", "/aidant/connexion", &demo.aidants),
        ("Référents", "/referent", &demo.referents),
        ("Autorités", "/autorite", &demo.authorities),
        ("Exploitants", "/operateur", &demo.operators),
    ]
    .into_iter()
    .map(|(title, path, accounts)| Group {
        title,
        login: format!("{}{path}", demo.gateway),
        rows: accounts.iter().map(|account| Row { account, code: code_of(account, now) }).collect(),
    })
    .collect()
}

fn line(message: Message) -> Line {
    let (hour, minute) = Instant::parse(&message.at).map_or((0, 0), Instant::paris_clock);
    let channel = match message.channel {
        Channel::Email => "Courriel",
        Channel::Sms => "SMS",
    };
    Line { clock: format!("{hour} h {minute:02}"), channel, message }
}

#[cfg(test)]
mod tests;
