//! The form of a registration: every kind and option of a client, grouped, the same for a new one and for a change.

use serde_json::Value;

use crate::domain::client::AssertionAudience;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientKind;
use crate::domain::person::ConsentGrade;
use crate::domain::theme::Theme;
use crate::http::errors::PageError;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::operations::refusal::FieldFault;
use crate::operations::register_client::document::Document;
use crate::text::Text;
use crate::text::themes;
use crate::web::operator::Choice;
use crate::web::operator::Desk;
use crate::web::operator::clients::kind_words;

/// Fields of one line or several, with the member each fills; `true`: one address per line.
const LISTS: [(&str, &str); 3] = [
    ("redirect_uri", "redirect_uris"),
    ("post_logout_redirect_uri", "post_logout_redirect_uris"),
    ("resource", "procura_resources"),
];
const TEXTS: [(&str, &str); 10] = [
    ("name", "client_name"),
    ("kind", "procura_kind"),
    ("auth", "token_endpoint_auth_method"),
    ("jwks_uri", "jwks_uri"),
    ("grade", "procura_min_consent_grade"),
    ("assertion_audience", "procura_assertion_audience"),
    ("scope", "scope"),
    ("backchannel_logout_uri", "backchannel_logout_uri"),
    ("sector_identifier_uri", "sector_identifier_uri"),
    ("id_token_alg", "id_token_signed_response_alg"),
];
const ALGORITHMS: [(&str, &str); 3] = [
    ("userinfo_alg", "userinfo_signed_response_alg"),
    ("response_alg", "authorization_signed_response_alg"),
    ("introspection_alg", "introspection_signed_response_alg"),
];
const SWITCHES: [(&str, &str); 4] = [
    ("aidant_name", "procura_aidant_name"),
    ("require_par", "require_pushed_authorization_requests"),
    ("dpop", "dpop_bound_access_tokens"),
    ("request_object", "require_signed_request_object"),
];
const SIGNING: [&str; 3] = ["ES256", "EdDSA", "RS256"];

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    /// The members as they were read.
    pub(super) members: Document,
    /// The keys as they were typed.
    pub(super) jwks: String,
}

/// One field as the template draws it.
pub(super) enum Field {
    /// A line.
    Line { name: &'static str, label: String, hint: String, value: String },
    /// Several lines.
    Area { name: &'static str, label: String, hint: String, value: String },
    /// One of a short list.
    Select { name: &'static str, label: String, hint: String, choices: Vec<Choice> },
    /// Cards of which one, or some, are chosen.
    Cards {
        name: &'static str,
        label: String,
        hint: String,
        kind: &'static str,
        cards: Vec<(Choice, String)>,
    },
}

/// Fields that belong together.
pub(super) struct Group {
    pub(super) id: &'static str,
    pub(super) title: String,
    pub(super) words: String,
    pub(super) fields: Vec<Field>,
}

impl Typed {
    /// The form of a new client, as it opens.
    pub(super) fn fresh() -> Self {
        let mut members = Document::new();
        members.insert("procura_kind".to_owned(), Value::from("administration"));
        members.insert("procura_min_consent_grade".to_owned(), Value::from("franceconnect"));
        Self { members, jwks: String::new() }
    }

    /// The form of a client as it is registered.
    pub(super) fn of(members: Document) -> Self {
        let jwks = members.get("jwks").map(|jwks| format!("{jwks:#}")).unwrap_or_default();
        Self { members, jwks }
    }

    /// Reads the form; the fault is that of keys that are no JSON.
    pub(super) fn read(desk: &Desk, fields: &FormFields) -> Result<(Self, Option<FieldFault>), PageError> {
        let mut members = Document::new();
        let text = |value: String| if value.is_empty() { Value::Null } else { Value::from(value) };
        for (field, member) in TEXTS.into_iter().chain(ALGORITHMS) {
            members.insert(member.to_owned(), text(desk.one(fields, field)?));
        }
        for (field, member) in LISTS {
            let lines: Vec<String> = desk.one(fields, field)?.split_whitespace().map(str::to_owned).collect();
            members.insert(member.to_owned(), Value::from(lines));
        }
        for (field, member) in SWITCHES {
            members.insert(member.to_owned(), Value::from(!desk.one(fields, field)?.is_empty()));
        }
        let deployed = desk.one(fields, "profile")? == "compat";
        let administration = members["procura_kind"] == "administration";
        members.insert("procura_compat".to_owned(), Value::from(deployed && administration));
        let themes: Option<Vec<Theme>> = fields.all("theme").into_iter().map(Theme::parse).collect();
        let themes = themes.ok_or_else(|| desk.bad_request())?;
        members.insert("procura_themes".to_owned(), themes.iter().map(|theme| theme.key()).collect());
        let jwks = desk.one(fields, "jwks")?;
        let (keys, fault) = match jwks.as_str() {
            "" => (Value::Null, None),
            typed => match serde_json::from_str(typed) {
                Ok(keys) => (keys, None),
                Err(_) => (Value::Null, Some(FieldFault { field: "jwks", key: "client-fault-jwks" })),
            },
        };
        members.insert("jwks".to_owned(), keys);
        Ok((Self { members, jwks }, fault))
    }

    fn text(&self, member: &str) -> String {
        self.members.get(member).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn lines(&self, member: &str) -> Vec<&str> {
        let all = self.members.get(member).and_then(Value::as_array);
        all.map(|all| all.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
    }

    fn is_on(&self, member: &str) -> bool {
        self.members.get(member).and_then(Value::as_bool).unwrap_or_default()
    }

    /// The groups of the form; the kind stands fixed where a client is changed.
    pub(super) fn groups(&self, t: Text, fixed: bool) -> Vec<Group> {
        let form = Drawing { typed: self, t };
        vec![form.who(fixed), form.addresses(), form.rights(), form.proof(), form.more()]
    }
}

struct Drawing<'a> {
    typed: &'a Typed,
    t: Text,
}

impl Drawing<'_> {
    fn label(&self, name: &str) -> (String, String) {
        let key = name.replace('_', "-");
        (self.t.get(&format!("client-form-{key}")), self.t.get(&format!("client-form-{key}-hint")))
    }

    fn group(&self, id: &'static str, fields: Vec<Field>) -> Group {
        let title = self.t.get(&format!("client-form-group-{id}"));
        Group { id, title, words: self.t.get(&format!("client-form-group-{id}-words")), fields }
    }

    fn line(&self, name: &'static str, member: &str) -> Field {
        let (label, hint) = self.label(name);
        Field::Line { name, label, hint, value: self.typed.text(member) }
    }

    fn list(&self, name: &'static str, member: &str) -> Field {
        let (label, hint) = self.label(name);
        Field::Area { name, label, hint, value: self.typed.lines(member).join("\n") }
    }

    fn select(&self, name: &'static str, chosen: &str, values: &[&str]) -> Field {
        let (label, hint) = self.label(name);
        let choice = |value: &&str| Choice {
            value: (*value).to_owned(),
            words: self.t.get(&format!("client-form-{}-{}", name.replace('_', "-"), word(value))),
            chosen: *value == chosen,
        };
        Field::Select { name, label, hint, choices: values.iter().map(choice).collect() }
    }

    fn algorithm(&self, name: &'static str, member: &str, none: bool) -> Field {
        let (label, hint) = self.label(name);
        let chosen = self.typed.text(member);
        let plain = none.then(|| Choice {
            value: String::new(),
            words: self.t.get("client-form-unsigned"),
            chosen: chosen.is_empty(),
        });
        let signed = SIGNING.iter().map(|value| Choice {
            value: (*value).to_owned(),
            words: (*value).to_owned(),
            chosen: chosen == *value,
        });
        Field::Select { name, label, hint, choices: plain.into_iter().chain(signed).collect() }
    }

    fn who(&self, fixed: bool) -> Group {
        let typed = self.typed;
        let kind = |kind: &ClientKind| {
            let value = kind.as_str().to_owned();
            let words = self.t.get(&format!("operator-kind-{value}-words"));
            let chosen = value == typed.text("procura_kind");
            (Choice { value, words: kind_words(self.t, *kind), chosen }, words)
        };
        let cards: Vec<_> =
            ClientKind::ALL.iter().map(kind).filter(|(one, _)| !fixed || one.chosen).collect();
        let (label, hint) = self.label("kind");
        let profile = if typed.is_on("procura_compat") { "compat" } else { "fapi" };
        self.group(
            "who",
            vec![
                self.line("name", "client_name"),
                Field::Cards { name: "kind", label, hint, kind: "radio", cards },
                self.select("profile", profile, &["fapi", "compat"]),
            ],
        )
    }

    fn addresses(&self) -> Group {
        self.group(
            "addresses",
            vec![
                self.list("redirect_uri", "redirect_uris"),
                self.list("post_logout_redirect_uri", "post_logout_redirect_uris"),
                self.line("backchannel_logout_uri", "backchannel_logout_uri"),
                self.list("resource", "procura_resources"),
                self.line("sector_identifier_uri", "sector_identifier_uri"),
            ],
        )
    }

    fn rights(&self) -> Group {
        let chosen = self.typed.lines("procura_themes");
        let theme = |theme: &Theme| {
            let words = themes().title(*theme, self.t.language()).to_owned();
            let value = theme.key().to_owned();
            (Choice { chosen: chosen.contains(&theme.key()), value, words }, String::new())
        };
        let (label, hint) = self.label("theme");
        let cards = Theme::ALL.iter().map(theme).collect();
        let grades: Vec<&str> = ConsentGrade::ALL.iter().map(|grade| grade.as_str()).collect();
        let grade = self.typed.text("procura_min_consent_grade");
        self.group(
            "rights",
            vec![
                Field::Cards { name: "theme", label, hint, kind: "checkbox", cards },
                self.select("grade", &grade, &grades),
                self.line("scope", "scope"),
            ],
        )
    }

    fn proof(&self) -> Group {
        let methods: Vec<&str> =
            [""].into_iter().chain(ClientAuth::ALL.iter().map(|method| method.as_str())).collect();
        let audiences: Vec<&str> =
            [""].into_iter().chain(AssertionAudience::ALL.iter().map(|one| one.as_str())).collect();
        let (label, hint) = self.label("jwks");
        self.group(
            "proof",
            vec![
                self.select("auth", &self.typed.text("token_endpoint_auth_method"), &methods),
                self.line("jwks_uri", "jwks_uri"),
                Field::Area { name: "jwks", label, hint, value: self.typed.jwks.clone() },
                self.select("assertion_audience", &self.typed.text("procura_assertion_audience"), &audiences),
            ],
        )
    }

    fn more(&self) -> Group {
        let switch = |(name, member): (&'static str, &str)| {
            let (words, hint) = self.label(name);
            (Choice { value: name.to_owned(), words, chosen: self.typed.is_on(member) }, hint)
        };
        let label = self.t.get("operator-client-options");
        let cards = SWITCHES.into_iter().map(switch).collect();
        let mut fields = vec![
            Field::Cards { name: "options", label, hint: String::new(), kind: "switch", cards },
            self.algorithm("id_token_alg", "id_token_signed_response_alg", false),
        ];
        fields.extend(ALGORITHMS.iter().map(|(name, member)| self.algorithm(name, member, true)));
        self.group("more", fields)
    }
}

/// The last part of a translation key for a value.
fn word(value: &str) -> String {
    if value.is_empty() { "usual".to_owned() } else { value.replace('_', "-") }
}

/// What to correct, each at its field.
pub(super) fn corrections(t: Text, faults: &[FieldFault]) -> FormErrors {
    let mut errors = FormErrors::default();
    for fault in faults {
        let (field, target) = match fault.field {
            "theme" => ("theme", "theme-papiers"),
            "kind" | "client_id" | "registration" => ("kind", "kind-administration"),
            "alg" => ("id_token_alg", "id_token_alg"),
            "compat" => ("profile", "profile"),
            "sector" => ("sector_identifier_uri", "sector_identifier_uri"),
            field => (field, field),
        };
        errors.add_at(field, target, t.get(fault.key));
    }
    errors
}
