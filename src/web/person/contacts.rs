//! Where the person can be told: her addresses and numbers, how she adds one, proves it with a code, and takes one away.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::contact::ContactKind;
use crate::domain::contact::ContactSource;
use crate::domain::contact::spoken;
use crate::domain::ids::ContactId;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::change_contact;
use crate::operations::contacts;
use crate::operations::contacts::Contact;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::person::Visit;

/// The identifier, in addresses, of FranceConnect's address where none is on record.
const GIVEN: &str = "franceconnect";
const PLACE: &str = "/personne/coordonnees";

/// What a link to these pages may say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    fait: String,
    #[serde(default)]
    moyen: String,
}

struct Row {
    id: String,
    address: String,
    words: String,
    confirmed: bool,
    own: bool,
}

#[derive(Template)]
#[template(path = "web/person/contacts.html")]
struct ContactsPage {
    page: Page,
    rows: Vec<Row>,
    sms: bool,
    full: bool,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "web/person/contact_add.html")]
struct AddPage {
    page: Page,
    phone: bool,
    typed: String,
}

#[derive(Template)]
#[template(path = "web/person/contact_confirm.html")]
struct ConfirmPage {
    page: Page,
    row: Row,
    phone: bool,
    again: &'static str,
}

#[derive(Template)]
#[template(path = "web/person/contact_remove.html")]
struct RemovePage {
    page: Page,
    row: Row,
    last: bool,
}

/// An address as a page shows it.
pub(super) fn shown(contact: &Contact) -> String {
    match contact.kind() {
        ContactKind::Email => contact.address.show().clone(),
        ContactKind::Phone => spoken(contact.address.show()),
    }
}

fn row(t: Text, contact: &Contact) -> Row {
    let words = match (contact.confirmed(), contact.source) {
        (false, ContactSource::Aidant) => t.get("contact-typed-by-aidant"),
        (false, _) => t.get("contact-unconfirmed"),
        (true, ContactSource::FranceConnect) => t.get("contact-from-franceconnect"),
        (true, _) => t.with("contact-confirmed", &[("day", &t.day_long(contact.since.day()))]),
    };
    Row {
        id: contact.id.map_or_else(|| GIVEN.to_owned(), |id| id.to_string()),
        address: shown(contact),
        words,
        confirmed: contact.confirmed(),
        own: contact.source == ContactSource::Herself,
    }
}

/// The list.
pub(super) async fn list(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let all =
        change_contact::list(&app.bench, &visit.person).await.map_err(|refusal| visit.refuse(refusal))?;
    let done = match asked.fait.as_str() {
        "ajout" => Some(t.get("contact-added")),
        "retrait" => Some(t.get("contact-removed")),
        _ => None,
    };
    let view = ContactsPage {
        page: visit.page(t.get("contacts-title")),
        rows: all.iter().map(|contact| row(t, contact)).collect(),
        sms: app.config().sms.leaves(),
        full: all.len() >= change_contact::MOST,
        done,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// One field: the address, or the number.
pub(super) async fn ask(Query(asked): Query<Asked>, visit: Visit) -> Response {
    add_form(&visit, asked.moyen == "telephone", String::new(), FormErrors::default())
}

fn add_form(visit: &Visit, phone: bool, typed: String, errors: FormErrors) -> Response {
    let title = visit.reader.t.get(if phone { "contact-add-phone" } else { "contact-add-email" });
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = AddPage { page: visit.page(title).with_errors(errors), phone, typed };
    respond::html(status, &view, &view.page.csp())
}

/// Writes it down and sends the code.
pub(super) async fn add(
    State(app): State<App>,
    visit: Visit,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let fields = fields.map_err(|bad| visit.bad_form(bad))?;
    let one = |name: &str| fields.one(name).map_err(|bad| visit.bad_form(bad));
    let (email, phone) = (one("email")?, one("phone")?);
    let is_phone = phone.is_some();
    let typed = phone.or(email).unwrap_or_default().to_owned();
    let read = if is_phone { contacts::read_phone(&typed) } else { contacts::read_email(&typed) };
    let added = match read {
        Ok(address) => {
            let language = visit.reader.message_language();
            change_contact::begin(&app.bench, &visit.person, &address, language, visit.reference()).await
        }
        Err(refusal) => Err(refusal),
    };
    let field = if is_phone { "phone" } else { "email" };
    let key = match added {
        Ok(id) => return Ok(respond::see_other(&format!("{PLACE}/{id}/confirmer"))),
        Err(Refusal::Invalid(faults)) => faults.first().map_or("contact-email-wrong", |fault| fault.key),
        Err(Refusal::Conflict(key)) => key,
        Err(Refusal::Throttled) => "contact-too-many-codes",
        Err(refusal) => return Err(visit.refuse(refusal)),
    };
    let mut errors = FormErrors::default();
    errors.add(field, t.get(key));
    Ok(add_form(&visit, is_phone, typed, errors))
}

async fn find(app: &App, visit: &Visit, id: &str) -> Result<(Vec<Contact>, usize), PageError> {
    let all =
        change_contact::list(&app.bench, &visit.person).await.map_err(|refusal| visit.refuse(refusal))?;
    let wanted: Option<ContactId> = match id {
        GIVEN => None,
        id => Some(id.parse().map_err(|_| visit.not_found())?),
    };
    let place = all.iter().position(|contact| contact.id == wanted).ok_or_else(|| visit.not_found())?;
    Ok((all, place))
}

/// The field for the code.
pub(super) async fn ask_code(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    code_form(&app, &visit, &id, FormErrors::default()).await
}

async fn code_form(app: &App, visit: &Visit, id: &str, errors: FormErrors) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let (all, place) = find(app, visit, id).await?;
    let Some(contact) = all.get(place) else { return Err(visit.not_found()) };
    if contact.confirmed() {
        return Ok(respond::see_other(&format!("{PLACE}?fait=ajout")));
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let phone = contact.kind() == ContactKind::Phone;
    let view = ConfirmPage {
        page: visit.page(t.get("contact-confirm-title")).with_errors(errors),
        row: row(t, contact),
        phone,
        again: if phone { "telephone" } else { "email" },
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Takes the code.
pub(super) async fn confirm(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let fields = fields.map_err(|bad| visit.bad_form(bad))?;
    let code = fields.one("code").map_err(|bad| visit.bad_form(bad))?.unwrap_or_default();
    let contact: ContactId = id.parse().map_err(|_| visit.not_found())?;
    let confirmed =
        change_contact::confirm(&app.bench, &visit.person, contact, code, visit.reference()).await;
    let key = match confirmed {
        Ok(()) => return Ok(respond::see_other(&format!("{PLACE}?fait=ajout"))),
        Err(Refusal::Invalid(_)) => "contact-code-wrong",
        Err(Refusal::Conflict(_)) => "contact-code-over",
        Err(refusal) => return Err(visit.refuse(refusal)),
    };
    let mut errors = FormErrors::default();
    errors.add("code", t.get(key));
    code_form(&app, &visit, &id, errors).await
}

/// What will change, and one question.
pub(super) async fn ask_removal(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let (all, place) = find(&app, &visit, &id).await?;
    let Some(contact) = all.get(place) else { return Err(visit.not_found()) };
    let others = all.iter().filter(|one| one.confirmed() && one.id != contact.id).count();
    let view = RemovePage {
        page: visit.page(t.get("contact-remove-title")),
        row: row(t, contact),
        last: contact.confirmed() && others == 0,
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// Takes it away.
pub(super) async fn remove(
    State(app): State<App>,
    Path(id): Path<String>,
    visit: Visit,
) -> Result<Response, PageError> {
    let contact: Option<ContactId> = match id.as_str() {
        GIVEN => None,
        id => Some(id.parse().map_err(|_| visit.not_found())?),
    };
    match change_contact::remove(&app.bench, &visit.person, contact, visit.reference()).await {
        // Taken away already is what was wanted.
        Ok(()) | Err(Refusal::NotFound) => Ok(respond::see_other(&format!("{PLACE}?fait=retrait"))),
        Err(refusal) => Err(visit.refuse(refusal)),
    }
}
