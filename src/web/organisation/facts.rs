//! What a request says, as facts to read: the same for whoever asked and for operators.

use crate::domain::organisation_profile::departement;
use crate::domain::organisation_request::RequestForm;
use crate::domain::organisation_request::RequestState;
use crate::domain::organisation_request::Somebody;
use crate::text::Text;

/// A state as a badge: kind, icon, words.
pub(crate) fn badge(t: Text, state: RequestState) -> (&'static str, &'static str, String) {
    let (kind, icon) = match state {
        RequestState::Unconfirmed => ("waiting", "letter"),
        RequestState::Submitted => ("waiting", "clock"),
        RequestState::ChangesAsked => ("waiting", "pause"),
        RequestState::Accepted => ("active", "tick"),
        RequestState::Refused => ("stopped", "refused"),
        RequestState::Withdrawn | RequestState::Lapsed => ("ended", "stop"),
    };
    (kind, icon, t.get(&format!("request-state-{}", state.as_str().replace('_', "-"))))
}

/// One line: what, and its values.
pub(crate) struct Fact {
    pub(crate) term: String,
    pub(crate) value: String,
    pub(crate) hint: String,
}

fn fact(t: Text, key: &str, value: impl Into<String>, hint: impl Into<String>) -> Fact {
    Fact { term: t.get(key), value: value.into(), hint: hint.into() }
}

fn reach(one: &Somebody) -> String {
    let mut parts = vec![one.professional.email.show().clone()];
    parts.extend(one.phone.as_ref().map(|phone| phone.show().clone()));
    parts.extend(one.function.clone());
    parts.join(" · ")
}

/// Everything that was asked.
pub(crate) fn facts(t: Text, form: &RequestForm) -> Vec<Fact> {
    let kind = t.get(&format!("organisation-kind-{}", form.kind.as_str().replace('_', "-")));
    let area = departement(&form.postcode).unwrap_or_default();
    let mut all = vec![
        fact(t, "request-siret", form.siret.as_str(), ""),
        fact(t, "request-kind", kind, ""),
        fact(t, "request-place", form.address(), t.with("request-departement", &[("code", &area)])),
    ];
    all.extend(form.website.as_ref().map(|site| fact(t, "request-website", site, "")));
    all.push(fact(t, "request-contact", form.contact.professional.full_name(), reach(&form.contact)));
    all.push(fact(t, "request-referent", form.referent.professional.full_name(), reach(&form.referent)));
    for (place, one) in form.aidants.iter().enumerate() {
        all.push(Fact {
            term: t.with("request-aidant", &[("place", &(place + 1))]),
            value: one.professional.full_name(),
            hint: reach(one),
        });
    }
    all
}
