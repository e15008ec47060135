//! The request form: its groups of fields as the template draws them, and what it sends.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::message::MessageLanguage;
use crate::domain::organisation_profile::OrganisationKind;
use crate::domain::organisation_request::CHARTER;
use crate::domain::organisation_request::MOST_AIDANTS;
use crate::domain::organisation_request::typed::TypedFault;
use crate::domain::organisation_request::typed::TypedRequest;
use crate::domain::organisation_request::typed::TypedSomebody;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::text::Language;
use crate::text::Text;

const NAMES: &str = "autocomplete=\"off\"";
const NEEDED: &str = "required autocomplete=\"off\"";

/// One text field.
pub(super) struct Line {
    name: String,
    kind: &'static str,
    label: String,
    hint: String,
    value: String,
    attributes: &'static str,
}

/// Fields about one thing.
pub(super) struct Group {
    id: String,
    title: String,
    words: String,
    lines: Vec<Line>,
}

struct Kind {
    value: &'static str,
    words: String,
    attributes: &'static str,
}

#[derive(Template)]
#[template(path = "web/organisation/form.html")]
struct FormPage {
    page: Page,
    action: String,
    back: Option<String>,
    lead: String,
    notice: Option<String>,
    said: Option<String>,
    house: Vec<Line>,
    kinds: Vec<Kind>,
    place: Vec<Line>,
    people: Vec<Group>,
    aidants: Vec<Group>,
    count: usize,
    more: bool,
    charter: Vec<String>,
    ticked: &'static str,
    submit: String,
}

/// Where the form stands and what is said above it.
#[derive(Default)]
pub(super) struct Frame {
    /// Where it is sent.
    pub(super) action: String,
    /// The follow-up page it belongs to; none for a new request.
    pub(super) back: Option<String>,
    /// Why nothing could be kept, although every field fits.
    pub(super) notice: Option<String>,
    /// What an operator asked for.
    pub(super) said: Option<String>,
    /// What is wrong.
    pub(super) faults: Vec<TypedFault>,
    /// The status of the answer where it is not the usual one.
    pub(super) status: Option<StatusCode>,
}

/// The language mails are written in, as the page is read.
pub(super) fn language(t: Text) -> MessageLanguage {
    match t.language() {
        Language::Fr => MessageLanguage::French,
        Language::En => MessageLanguage::English,
    }
}

/// What was sent, and whether it was only asked for one more line.
pub(super) fn read(fields: &FormFields) -> Result<(TypedRequest, bool), BadForm> {
    let one = |name: &str| Ok::<_, BadForm>(fields.one(name)?.unwrap_or_default().to_owned());
    let somebody = |prefix: &str| {
        Ok::<_, BadForm>(TypedSomebody {
            given_name: one(&format!("{prefix}_given_name"))?,
            family_name: one(&format!("{prefix}_family_name"))?,
            email: one(&format!("{prefix}_email"))?,
            phone: one(&format!("{prefix}_phone"))?,
            function: one(&format!("{prefix}_function"))?,
        })
    };
    let count = one("aidants")?.parse::<usize>().unwrap_or(1).clamp(1, MOST_AIDANTS);
    let mut aidants = Vec::with_capacity(count);
    for place in 1..=count {
        aidants.push(somebody(&format!("aidant_{place}"))?);
    }
    let more = fields.one("do")? == Some("add");
    if more && aidants.len() < MOST_AIDANTS {
        aidants.push(TypedSomebody::default());
    }
    let typed = TypedRequest {
        siret: one("siret")?,
        name: one("name")?,
        kind: one("kind")?,
        street: one("street")?,
        postcode: one("postcode")?,
        commune: one("commune")?,
        website: one("website")?,
        contact: somebody("contact")?,
        referent: somebody("referent")?,
        aidants,
        charter: fields.one("charter")?.is_some(),
    };
    Ok((typed, more))
}

/// What is wrong, in words; each names its field, since several have the same label.
fn errors(t: Text, faults: &[TypedFault]) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        let words = t.with(&format!("request-fault-{}", fault.key), &[("label", &label(t, &fault.field))]);
        match fault.field.as_str() {
            "kind" => errors.add_at("kind", "kind-ccas", words),
            field => errors.add(field, words),
        }
    }
    errors
}

/// `aidant_2_email`: "Adresse e-mail professionnelle (aidant 2)".
fn label(t: Text, field: &str) -> String {
    let mut parts = field.splitn(3, '_');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("aidant"), Some(place), Some(rest)) => {
            let label = t.get(&format!("request-{}", rest.replace('_', "-")));
            t.with("request-label-aidant", &[("label", &label), ("place", &place)])
        }
        (Some(who @ ("contact" | "referent")), Some(_), _) => {
            let rest = field.get(who.len() + 1..).unwrap_or_default();
            let label = t.get(&format!("request-{}", rest.replace('_', "-")));
            t.with(&format!("request-label-{who}"), &[("label", &label)])
        }
        _ => t.get(&format!("request-{field}")),
    }
}

fn line(t: Text, name: &str, key: &str, value: &str, attributes: &'static str) -> Line {
    let hint = match key {
        "siret" | "name" | "website" | "email" | "postcode" => t.get(&format!("request-{key}-hint")),
        _ => String::new(),
    };
    let kind = match key {
        "email" => "email",
        "phone" => "tel",
        _ => "text",
    };
    let label = t.get(&format!("request-{}", key.replace('_', "-")));
    Line { name: name.to_owned(), kind, label, hint, value: value.to_owned(), attributes }
}

fn somebody(t: Text, prefix: &str, typed: &TypedSomebody, number: bool) -> Vec<Line> {
    let of = |key: &str, value: &str, attributes| line(t, &format!("{prefix}_{key}"), key, value, attributes);
    let phone = if prefix == "referent" { NEEDED } else { NAMES };
    let mut lines = vec![
        of("given_name", &typed.given_name, NEEDED),
        of("family_name", &typed.family_name, NEEDED),
        of("email", &typed.email, NEEDED),
    ];
    if number {
        lines.push(of("phone", &typed.phone, phone));
    }
    if prefix != "contact" {
        lines.push(of("function", &typed.function, if number { NAMES } else { NEEDED }));
    }
    lines
}

/// The form with what was typed.
pub(super) fn page(reader: &Reader, typed: &TypedRequest, frame: Frame) -> Response {
    let t = reader.t;
    let errors = errors(t, &frame.faults);
    let usual = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let ticked = match (typed.charter, errors.has("charter")) {
        (true, _) => "checked",
        (false, true) => "aria-invalid=\"true\" aria-describedby=\"charter-erreur\"",
        (false, false) => "",
    };
    let key = if frame.back.is_some() { "request-correct" } else { "request" };
    let aidants = typed.aidants.iter().enumerate().map(|(place, one)| Group {
        id: format!("aidant-{}", place + 1),
        title: t.with("request-aidant", &[("place", &(place + 1))]),
        words: String::new(),
        lines: somebody(t, &format!("aidant_{}", place + 1), one, false),
    });
    let group = |who: &str, one: &TypedSomebody| Group {
        id: who.to_owned(),
        title: t.get(&format!("request-{who}")),
        words: t.get(&format!("request-{who}-words")),
        lines: somebody(t, who, one, true),
    };
    let view = FormPage {
        page: reader.page(Space::Public).titled(t.get(&format!("{key}-title"))).form().with_errors(errors),
        action: frame.action,
        back: frame.back,
        lead: t.get(&format!("{key}-lead")),
        notice: frame.notice,
        said: frame.said,
        house: vec![
            line(t, "siret", "siret", &typed.siret, "required inputmode=\"numeric\" autocomplete=\"off\""),
            line(t, "name", "name", &typed.name, "required autocomplete=\"organization\""),
        ],
        kinds: OrganisationKind::ALL
            .iter()
            .map(|kind| Kind {
                value: kind.as_str(),
                words: t.get(&format!("organisation-kind-{}", kind.as_str().replace('_', "-"))),
                attributes: if kind.as_str() == typed.kind { "required checked" } else { "required" },
            })
            .collect(),
        place: vec![
            line(t, "street", "street", &typed.street, "required autocomplete=\"street-address\""),
            line(
                t,
                "postcode",
                "postcode",
                &typed.postcode,
                "required inputmode=\"numeric\" autocomplete=\"postal-code\"",
            ),
            line(t, "commune", "commune", &typed.commune, "required autocomplete=\"address-level2\""),
            line(t, "website", "website", &typed.website, "inputmode=\"url\" autocomplete=\"url\""),
        ],
        people: vec![group("contact", &typed.contact), group("referent", &typed.referent)],
        count: typed.aidants.len(),
        more: typed.aidants.len() < MOST_AIDANTS,
        aidants: aidants.collect(),
        charter: (1..=6).map(|place| t.get(&format!("organisation-{CHARTER}-{place}"))).collect(),
        ticked,
        submit: t.get(&format!("{key}-send")),
    };
    respond::html(frame.status.unwrap_or(usual), &view, &view.page.csp())
}
