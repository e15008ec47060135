//! `/operateur/personnes`: a person who telephoned or wrote is found, what she asks is recorded and done, and confirmed in writing.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::HoldCause;
use crate::domain::person::Person;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::find_person;
use crate::operations::record_revocation;
use crate::operations::record_revocation::Asked;
use crate::operations::record_revocation::AskedBy;
use crate::operations::record_revocation::Call;
use crate::operations::record_revocation::Caller;
use crate::operations::record_revocation::Living;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::suspend_mandate;
use crate::operations::suspend_mandate::Suspender;
use crate::text::Text;
use crate::text::themes;
use crate::web::badges::Badge;
use crate::web::case::radio;
use crate::web::lines::read_day;
use crate::web::operator::Choice;
use crate::web::operator::Desk;

const LIST: &str = "/operateur/personnes";

struct Found {
    name: String,
    born: String,
    href: String,
}

#[derive(Template)]
#[template(path = "web/operator/persons.html")]
struct SearchPage {
    page: Page,
    family_name: String,
    birthdate: String,
    found: Option<Vec<Found>>,
}

struct MandateRow {
    id: String,
    organisation: String,
    themes: String,
    until: String,
    badge: Badge,
    held: Vec<String>,
    by_operator: bool,
    field: String,
    reason: String,
}

#[derive(Default)]
struct Typed {
    channel: String,
    asked_on: String,
    asked: String,
    check: String,
    held: Option<(MandateId, String)>,
}

impl Typed {
    /// Each mandate has its own form: words typed for one never stand at another.
    fn reason(&self, mandate: MandateId) -> String {
        let typed = self.held.as_ref().filter(|(held, _)| *held == mandate);
        typed.map(|(_, reason)| reason.clone()).unwrap_or_default()
    }

    fn telephone(&self) -> &'static str {
        radio(&self.channel, "telephone")
    }

    fn letter(&self) -> &'static str {
        radio(&self.channel, "letter")
    }
}

#[derive(Template)]
#[template(path = "web/operator/person.html")]
struct PersonPage {
    page: Page,
    id: String,
    born: String,
    mandates: Vec<MandateRow>,
    choices: Vec<Choice>,
    typed: Typed,
    records: Vec<(String, String)>,
}

fn born(t: Text, person: &Person) -> String {
    t.birthdate(person.identity.civil_birthdate(), Some(person.identity.gender.show()))
}

/// The search.
pub(super) async fn form(desk: Desk) -> Response {
    search_page(&desk, FormErrors::default(), (String::new(), String::new()), None)
}

fn search_page(
    desk: &Desk,
    errors: FormErrors,
    (family_name, birthdate): (String, String),
    found: Option<Vec<Found>>,
) -> Response {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let title = desk.t().get("nav-operator-persons");
    let view =
        SearchPage { page: desk.page(title).form().with_errors(errors), family_name, birthdate, found };
    respond::html(status, &view, &view.page.csp())
}

/// Looks; each look is written down.
pub(super) async fn search(
    State(app): State<App>,
    desk: Desk,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let t = desk.t();
    let fields = desk.fields(fields)?;
    let typed = (desk.one(&fields, "family_name")?, desk.one(&fields, "birthdate")?);
    match find_person::look_up(&app.bench, &desk.operator, &typed.0, &typed.1, desk.reference()).await {
        Ok(found) => {
            if let [only] = found.as_slice() {
                return Ok(respond::see_other(&format!("{LIST}/{}", only.person.id)));
            }
            let one = |person: &Person| Found {
                name: person.identity.full_name(),
                born: born(t, person),
                href: format!("{LIST}/{}", person.id),
            };
            let found = found.iter().map(|actor| one(&actor.person)).collect();
            Ok(search_page(&desk, FormErrors::default(), typed, Some(found)))
        }
        Err(Refusal::Invalid(faults)) => Ok(search_page(&desk, errors(t, &faults), typed, None)),
        Err(refusal) => Err(desk.refuse(refusal)),
    }
}

fn errors(t: Text, faults: &[FieldFault]) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        let (target, key) = match (fault.field, fault.key) {
            ("family_name", _) => ("family_name", "end-fault-name-missing"),
            ("birthdate", _) => ("birthdate", "end-fault-birthdate"),
            ("asked_on", _) => ("asked_on", "record-day-wrong"),
            ("check", "record-check-missing") => ("check", "record-check-missing"),
            ("check", _) => ("check", "record-check-long"),
            ("channel", _) => ("channel-telephone", "record-channel-missing"),
            _ => ("asked-1", "record-asked-missing"),
        };
        errors.add_at(fault.field, target, t.get(key));
    }
    errors
}

/// The id of the reason's field: the page shows the form once for each mandate.
fn reason_field(mandate: MandateId) -> String {
    format!("raison-{mandate}")
}

fn reason_errors(t: Text, mandate: MandateId, faults: &[FieldFault]) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        let missing = fault.key == "missing";
        let key = if missing { "end-fault-reason-missing" } else { "end-fault-reason-long" };
        errors.add(&reason_field(mandate), t.get(key));
    }
    errors
}

/// What she may ask to end.
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    page(&app, &desk, desk.id(&id)?, FormErrors::default(), Typed::default()).await
}

async fn page(
    app: &App,
    desk: &Desk,
    id: PersonId,
    errors: FormErrors,
    typed: Typed,
) -> Result<Response, PageError> {
    let t = desk.t();
    let caller = match record_revocation::look(&app.bench, &desk.operator, id).await {
        Ok(caller) => caller,
        // Whoever was not looked for within the hour is looked for again.
        Err(Refusal::NotFound) => return Ok(respond::see_other(LIST)),
        Err(other) => return Err(desk.refuse(other)),
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let person = &caller.person.person;
    let now = app.bench.now();
    let view = PersonPage {
        page: desk.page(person.identity.full_name()).form().with_errors(errors),
        id: id.to_string(),
        born: born(t, person),
        mandates: caller.living.iter().map(|living| mandate_row(t, living, &typed, now)).collect(),
        choices: choices(t, &caller, &typed.asked),
        typed,
        records: caller
            .records
            .iter()
            .map(|record| (format!("{LIST}/{id}/courriers/{}", record.id), t.moment(record.at)))
            .collect(),
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

fn mandate_row(t: Text, living: &Living, typed: &Typed, now: crate::domain::time::Instant) -> MandateRow {
    let mandate = &living.mandate;
    let open: Vec<_> = mandate.open_themes().into_iter().collect();
    let titles: Vec<String> = themes().titles(&open, t.language()).into_iter().map(str::to_owned).collect();
    let mut causes: Vec<HoldCause> = Vec::new();
    for hold in &living.holds {
        if !causes.contains(&hold.cause) {
            causes.push(hold.cause);
        }
    }
    MandateRow {
        id: mandate.id.to_string(),
        organisation: living.organisation.name.clone(),
        themes: t.list(&titles),
        until: mandate.consent().map(|consent| t.until(consent.validity.until.day())).unwrap_or_default(),
        badge: Badge::mandate(t, mandate.status_at(now)),
        by_operator: causes.contains(&HoldCause::Operator),
        held: causes.iter().map(|cause| t.get(&format!("mandate-held-{cause}"))).collect(),
        field: reason_field(mandate.id),
        reason: typed.reason(mandate.id),
    }
}

fn choices(t: Text, caller: &Caller, chosen: &str) -> Vec<Choice> {
    let mut all: Vec<(Asked, String)> = Vec::new();
    for living in &caller.living {
        let (mandate, place) = (&living.mandate, &living.organisation);
        let until = mandate.consent().map(|consent| t.day_short(consent.validity.until.day()));
        let until = until.unwrap_or_default();
        let words: [(&str, &dyn crate::text::Arg); 2] = [("organisation", &place.name), ("until", &until)];
        all.push((Asked::Mandate(mandate.id), t.with("record-asked-mandate", &words)));
        let open = mandate.open_themes();
        for theme in open.iter().copied().filter(|_| open.len() > 1) {
            let title = themes().title(theme, t.language());
            let words: [(&str, &dyn crate::text::Arg); 3] =
                [("theme", &title), ("organisation", &place.name), ("until", &until)];
            all.push((Asked::Theme(mandate.id, theme), t.with("record-asked-theme", &words)));
        }
        let same = caller.living.iter().filter(|other| other.organisation.id == place.id).count();
        let whole = Asked::Organisation(place.id);
        if same > 1 && !all.iter().any(|(known, _)| *known == whole) {
            all.push((whole, t.with("record-asked-organisation", &[("organisation", &place.name)])));
        }
    }
    if caller.living.len() > 1 {
        all.push((Asked::All, t.get("record-asked-all")));
    }
    let choice = |(asked, words): (Asked, String)| {
        let value = asked.to_text();
        Choice { chosen: value == chosen, value, words }
    };
    all.into_iter().map(choice).collect()
}

/// Records what she asks, and does it.
pub(super) async fn record(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let id: PersonId = desk.id(&id)?;
    let fields = desk.fields(fields)?;
    let one = |name: &str| desk.one(&fields, name);
    let typed = Typed {
        channel: one("channel")?,
        asked_on: one("asked_on")?,
        asked: one("asked")?,
        check: one("check")?,
        held: None,
    };
    let read = (AskedBy::parse(&typed.channel), read_day(&typed.asked_on), Asked::parse(&typed.asked));
    let (Some(by), Some(asked_on), Some(asked)) = read else {
        let missing =
            [("channel", read.0.is_none()), ("asked", read.2.is_none()), ("asked_on", read.1.is_none())];
        let faults: Vec<FieldFault> = missing
            .into_iter()
            .filter(|(_, missing)| *missing)
            .map(|(field, _)| FieldFault { field, key: "missing" })
            .collect();
        return page(&app, &desk, id, errors(desk.t(), &faults), typed).await;
    };
    let call = Call { by, asked_on, asked, check: &typed.check };
    match record_revocation::record(&app.bench, &desk.operator, id, &call, desk.reference()).await {
        Ok(record) => Ok(respond::see_other(&format!("{LIST}/{id}/courriers/{record}"))),
        Err(Refusal::Invalid(faults)) => page(&app, &desk, id, errors(desk.t(), &faults), typed).await,
        // It ended meanwhile: the page shows what is left.
        Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("{LIST}/{id}"))),
        Err(Refusal::NotFound) => Ok(respond::see_other(LIST)),
        Err(other) => Err(desk.refuse(other)),
    }
}

/// Holds one mandate, or lets go what an operator held.
pub(super) async fn hold(
    State(app): State<App>,
    desk: Desk,
    Path((id, mandate)): Path<(String, String)>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let (id, mandate): (PersonId, MandateId) = (desk.id(&id)?, desk.id(&mandate)?);
    let fields = desk.fields(fields)?;
    let (what, reason) = (desk.one(&fields, "what")?, desk.one(&fields, "reason")?);
    // Only for somebody who was looked for: the mandate is one of hers.
    let caller = record_revocation::look(&app.bench, &desk.operator, id).await;
    let caller = caller.map_err(|refusal| desk.refuse(refusal))?;
    if !caller.living.iter().any(|living| living.mandate.id == mandate) {
        return Ok(respond::see_other(&format!("{LIST}/{id}")));
    }
    let by = Suspender::Operator(&desk.operator);
    let done = match what.as_str() {
        "suspendre" => suspend_mandate::suspend(&app.bench, by, mandate, &reason, desk.reference()).await,
        "retablir" => suspend_mandate::restore(&app.bench, by, mandate, &reason, desk.reference()).await,
        _ => return Err(desk.bad_request()),
    };
    match done {
        Ok(()) | Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("{LIST}/{id}"))),
        Err(Refusal::Invalid(faults)) => {
            let errors = reason_errors(desk.t(), mandate, &faults);
            page(&app, &desk, id, errors, Typed { held: Some((mandate, reason)), ..Typed::default() }).await
        }
        Err(other) => Err(desk.refuse(other)),
    }
}
