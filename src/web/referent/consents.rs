//! `/referent/mandats`: drafts of persons known by declaration, for the referent to approve beside them, and their letters.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::contact::spoken;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::mandate::Channel;
use crate::http::error_page::Trouble;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::qr;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::referent_consents;
use crate::operations::referent_consents::Managing;
use crate::operations::referent_consents::WaitingConsent;
use crate::operations::referent_consents::Word;
use crate::operations::refusal::Refusal;
use crate::text::Html;
use crate::text::Text;
use crate::text::themes;
use crate::web::aidant::handover::spaced;
use crate::web::badges::Badge;
use crate::web::referent::Desk;
use crate::web::referent::FreshDesk;
use crate::web::sheet::sheet;

/// As many drafts as a page lists.
const PAGE: usize = 50;

struct Row {
    href: String,
    name: String,
    born: String,
    organisation: String,
    aidant: String,
    themes: Html,
    badge: Badge,
}

#[derive(Template)]
#[template(path = "web/referent/consents.html")]
struct ListPage {
    page: Page,
    rows: Vec<Row>,
    next: Option<String>,
    others: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "web/referent/consent.html")]
struct ConsentPage {
    page: Page,
    id: String,
    name: String,
    born: String,
    birthplace: Option<String>,
    reached: Vec<String>,
    deceives: bool,
    organisation: String,
    aidant: String,
    drafted: String,
    themes: Html,
    duration: String,
    agreed: Option<String>,
    approved: Option<String>,
    letter: bool,
    own: bool,
    until: String,
    reason: String,
    sheet: Html,
}

#[derive(Template)]
#[template(path = "web/referent/letter.html")]
struct LetterPage {
    page: Page,
    id: String,
    to: Vec<String>,
    organisation: String,
    address: String,
    today: String,
    aidant: String,
    code: String,
    url: String,
    qr: Html,
    until: String,
    sheet: Html,
}

/// What a link to the list may say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    structure: String,
    #[serde(default)]
    apres: String,
}

impl Desk {
    fn managing(&self) -> Managing<'_> {
        (&self.referent, self.organisations.as_slice())
    }

    /// What an operation refused; a draft that is over goes back to the list.
    fn over(&self, refusal: Refusal) -> PageError {
        match refusal {
            Refusal::Conflict(referent_consents::OVER | "not-approved") => {
                respond::see_other("/referent/mandats").into()
            }
            other => self.refuse(other),
        }
    }
}

/// `GET /referent/mandats`
pub(super) async fn list(
    State(app): State<App>,
    desk: Desk,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let not_found = || desk.refuse(Refusal::NotFound);
    let chosen: Option<OrganisationId> = match asked.structure.as_str() {
        "" => desk.organisations.first().map(|organisation| organisation.id),
        id => Some(id.parse().map_err(|_| not_found())?),
    };
    let organisation = chosen.ok_or_else(not_found)?;
    let after: Option<MandateId> = match asked.apres.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| not_found())?),
    };
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX) + 1;
    let mut all = referent_consents::waiting(&app.bench, desk.managing(), organisation, after, most)
        .await
        .map_err(|refusal| desk.refuse(refusal))?;
    let more = all.len() > PAGE;
    all.truncate(PAGE);
    let next = all
        .last()
        .filter(|_| more)
        .map(|last| format!("/referent/mandats?structure={organisation}&apres={}", last.mandate.id));
    let others = desk.organisations.iter().filter(|own| own.id != organisation);
    let view = ListPage {
        page: desk.page(t.get("nav-referent-consents")).wide(),
        rows: all.iter().map(|waiting| row(t, waiting)).collect(),
        next,
        others: others
            .map(|own| (format!("/referent/mandats?structure={}", own.id), own.name.clone()))
            .collect(),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

fn row(t: Text, waiting: &WaitingConsent) -> Row {
    let identity = &waiting.person.identity;
    let (kind, icon, key) = match (waiting.approved_at, waiting.agreed_at) {
        (None, _) => ("waiting", "clock", "referent-consent-yours"),
        (Some(_), _) => ("active", "tick", "referent-consent-hers"),
    };
    Row {
        href: format!("/referent/mandats/{}", waiting.mandate.id),
        name: identity.full_name(),
        born: t.birthdate(identity.civil_birthdate(), Some(identity.gender.show())),
        organisation: waiting.organisation.name.clone(),
        aidant: waiting.aidant.show().clone(),
        themes: theme_lines(t, waiting),
        badge: Badge { kind, icon, words: t.get(key) },
    }
}

fn theme_lines(t: Text, waiting: &WaitingConsent) -> Html {
    Html::lines(waiting.mandate.terms.themes.iter().map(|theme| themes().title(*theme, t.language())))
}

fn mandate(id: &str, desk: &Desk) -> Result<MandateId, PageError> {
    id.parse().map_err(|_| desk.refuse(Refusal::NotFound))
}

/// `GET /referent/mandats/{id}`
pub(super) async fn show(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id = mandate(&id, &desk)?;
    page(&app, &desk, id, FormErrors::default(), String::new()).await
}

async fn page(
    app: &App,
    desk: &Desk,
    id: MandateId,
    errors: FormErrors,
    reason: String,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let waiting = referent_consents::one(&app.bench, desk.managing(), id)
        .await
        .map_err(|refusal| desk.over(refusal))?;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let identity = &waiting.person.identity;
    let terms = &waiting.mandate.terms;
    let contacts = [("phone", &waiting.contacts.phone), ("postal", &waiting.contacts.postal)];
    let name = identity.full_name();
    let view = ConsentPage {
        page: desk.page(t.with("referent-consent-title", &[("name", &name)])).form().with_errors(errors),
        id: id.to_string(),
        born: t.birthdate(identity.civil_birthdate(), Some(identity.gender.show())),
        birthplace: birthplace(&waiting),
        reached: contacts
            .into_iter()
            .filter_map(|(key, value)| Some((key, value.as_ref()?.show())))
            .map(|(key, value)| match key {
                "phone" => (key, spoken(value)),
                _ => (key, value.replace('\n', ", ")),
            })
            .map(|(key, to)| t.with(&format!("referent-consent-{key}"), &[("to", &to)]))
            .collect(),
        deceives: waiting.deceives,
        organisation: waiting.organisation.name.clone(),
        aidant: waiting.aidant.show().clone(),
        drafted: t.moment(terms.drafted_at),
        themes: theme_lines(t, &waiting),
        duration: t.get(&format!("duration-{}", terms.duration)),
        agreed: waiting.agreed_at.map(|at| t.moment(at)),
        approved: waiting.approved_at.map(|at| t.moment(at)),
        letter: terms.channel == Channel::Post && waiting.agreed_at.is_none(),
        own: waiting.own,
        until: t.moment(waiting.until),
        reason,
        sheet: sheet(waiting.text.show()),
        name,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

fn birthplace(waiting: &WaitingConsent) -> Option<String> {
    let identity = &waiting.person.identity;
    let words = identity.birthplace_words.as_ref().map(|words| words.show().clone());
    let code = [&identity.birthplace, &identity.birthcountry]
        .into_iter()
        .map(crate::domain::private::Private::show)
        .find(|code| !code.is_empty())
        .cloned();
    words.or(code)
}

/// `POST /referent/mandats/{id}`
pub(super) async fn decide(
    State(app): State<App>,
    FreshDesk(desk): FreshDesk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let id = mandate(&id, &desk)?;
    let bad = |_: BadForm| PageError::of(Trouble::BadRequest, &desk.reader, Space::Referent);
    let fields = fields.map_err(bad)?;
    let reason = fields.one("reason").map_err(bad)?.unwrap_or_default();
    let word = match fields.one("decision").map_err(bad)? {
        Some("approve") => Word::Approve,
        Some("refuse") => Word::Refuse(reason),
        _ => return Err(PageError::of(Trouble::BadRequest, &desk.reader, Space::Referent)),
    };
    let request = Some(desk.reader.reference.as_str());
    match referent_consents::decide(&app.bench, desk.managing(), id, word, request).await {
        Ok(false) if matches!(word, Word::Approve) => {
            Ok(respond::see_other(&format!("/referent/mandats/{id}")))
        }
        Ok(_) => Ok(respond::see_other("/referent/mandats")),
        Err(Refusal::Invalid(faults)) => {
            let mut errors = FormErrors::default();
            for fault in faults {
                errors.add(fault.field, t.get(fault.key));
            }
            page(&app, &desk, id, errors, reason.to_owned()).await
        }
        Err(other) => Err(desk.over(other)),
    }
}

/// `POST /referent/mandats/{id}/lettre`: shows the letter; each look is written down, so a GET never shows it.
pub(super) async fn letter(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let t = desk.reader.t;
    let id = mandate(&id, &desk)?;
    let request = Some(desk.reader.reference.as_str());
    let letter = referent_consents::letter(&app.bench, desk.managing(), id, request)
        .await
        .map_err(|refusal| desk.over(refusal))?;
    let waiting = &letter.waiting;
    let url = app.config().server.public_url.join(&format!("/consentement/{}", letter.link.show()));
    let square =
        qr::svg(&url, &t.get("qr-label")).map_err(|error| desk.refuse(Refusal::Fault(error.into())))?;
    let postal = waiting.contacts.postal.as_ref().map(|postal| postal.show().clone()).unwrap_or_default();
    let name = waiting.person.identity.full_name();
    let view = LetterPage {
        page: desk.page(t.with("letter-title", &[("name", &name)])),
        id: id.to_string(),
        to: std::iter::once(name).chain(postal.lines().map(str::to_owned)).collect(),
        organisation: waiting.organisation.name.clone(),
        address: waiting.organisation.address.clone(),
        today: t.day_long(app.bench.now().day()),
        aidant: waiting.aidant.show().clone(),
        code: spaced(letter.code.show()),
        url,
        qr: square,
        until: t.day_long(waiting.until.day()),
        sheet: sheet(waiting.text.show()),
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}
