//! How the person wants to be told of what, and in which language.

use askama::Template;
use axum::extract::Query;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::contact::ContactKind;
use crate::domain::contact::Delivery;
use crate::domain::contact::Topic;
use crate::domain::message::MessageLanguage;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::change_contact;
use crate::operations::preferences;
use crate::operations::preferences::Preferences;
use crate::text::Text;
use crate::web::person::Visit;
use crate::web::person::contacts::shown;

/// In the order of the page: what may be silenced first.
const TOPICS: [Topic; 9] = [
    Topic::Use,
    Topic::Renewal,
    Topic::EndSoon,
    Topic::End,
    Topic::Grant,
    Topic::Contact,
    Topic::Reading,
    Topic::Case,
    Topic::Data,
];

/// What a link to this page may say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    fait: String,
}

struct Choice {
    value: &'static str,
    words: String,
    chosen: bool,
}

struct Row {
    name: String,
    title: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "web/person/notices.html")]
struct NoticesPage {
    page: Page,
    reached: Vec<String>,
    free: Vec<Row>,
    kept: Vec<Row>,
    languages: Vec<Choice>,
    saved: bool,
}

fn field(topic: Topic) -> String {
    format!("avis-{}", topic.as_str().replace('_', "-"))
}

fn row(t: Text, topic: Topic, chosen: Delivery) -> Row {
    let ways = Delivery::ALL.iter().filter(|way| **way != Delivery::None || topic.can_be_silenced());
    let choice = |way: &Delivery| Choice {
        value: way.as_str(),
        words: t.get(&format!("notices-by-{way}")),
        chosen: *way == chosen,
    };
    let key = topic.as_str().replace('_', "-");
    Row {
        name: field(topic),
        title: t.get(&format!("notices-of-{key}")),
        choices: ways.map(choice).collect(),
    }
}

/// The choices as they are.
pub(super) async fn show(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, PageError> {
    let t = visit.reader.t;
    let refuse = |refusal| visit.refuse(refusal);
    let all = change_contact::list(&app.bench, &visit.person).await.map_err(refuse)?;
    let chosen = preferences::read(&app.bench, &visit.person).await.map_err(refuse)?;
    let confirmed: Vec<_> = all.iter().filter(|contact| contact.confirmed()).collect();
    let by_email = confirmed.iter().any(|contact| contact.kind() == ContactKind::Email);
    let usual = if by_email || confirmed.is_empty() { Delivery::Email } else { Delivery::Sms };
    let rows = |free: bool| {
        let mine = TOPICS.into_iter().filter(|topic| topic.can_be_silenced() == free);
        mine.map(|topic| row(t, topic, chosen.of(topic).unwrap_or(usual))).collect::<Vec<_>>()
    };
    let spoken = chosen.language.unwrap_or(MessageLanguage::French);
    let language = |one: &MessageLanguage| Choice {
        value: one.as_str(),
        words: t.get(&format!("notices-language-{one}")),
        chosen: *one == spoken,
    };
    let view = NoticesPage {
        page: visit.page(t.get("notices-title")),
        reached: confirmed.iter().map(|contact| shown(contact)).collect(),
        free: rows(true),
        kept: rows(false),
        languages: MessageLanguage::ALL.iter().map(language).collect(),
        saved: asked.fait == "choix",
    };
    Ok(respond::html(StatusCode::OK, &view, &view.page.csp()))
}

/// Keeps the choices.
pub(super) async fn choose(
    State(app): State<App>,
    visit: Visit,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = fields.map_err(|bad| visit.bad_form(bad))?;
    let one = |name: &str| fields.one(name).map_err(|bad| visit.bad_form(bad));
    let mut chosen = Preferences::default();
    for topic in TOPICS {
        if let Some(value) = one(&field(topic))? {
            let way = Delivery::parse(value).ok_or_else(|| visit.bad_form(BadForm::Encoding))?;
            chosen.topics.push((topic, way));
        }
    }
    if let Some(value) = one("language")? {
        let language = MessageLanguage::parse(value).ok_or_else(|| visit.bad_form(BadForm::Encoding))?;
        chosen.language = Some(language);
    }
    let kept = preferences::choose(&app.bench, &visit.person, &chosen, visit.reference()).await;
    kept.map_err(|refusal| visit.refuse(refusal))?;
    Ok(respond::see_other("/personne/avis?fait=choix"))
}
