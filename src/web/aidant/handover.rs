//! The hand-over to a person who is elsewhere or has no FranceConnect: what was sent, what to tell her, how far she has come.

use askama::Template;
use axum::extract::Path;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::domain::mandate::Channel;
use crate::http::actor::Aidant;
use crate::http::errors::PageError;
use crate::http::page::Banner;
use crate::http::page::Page;
use crate::http::qr;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::actors::AidantActor;
use crate::operations::aidant_mandates::Away;
use crate::operations::aidant_mandates::HandOver;
use crate::operations::aidant_mandates::MandateView;
use crate::operations::aidant_mandates::Waiting;
use crate::operations::refusal::Refusal;
use crate::operations::send_again;
use crate::text::Html;
use crate::text::Text;
use crate::web::aidant::mandate_id;
use crate::web::aidant::refused;
use crate::web::aidant::rows;

/// One step of what happens.
struct Step {
    title: String,
    words: Html,
    /// `done`, `now` or nothing.
    place: &'static str,
}

/// The address and the square code, for a person elsewhere who got nothing.
struct Address {
    path: String,
    address: String,
    qr: Html,
}

#[derive(Template)]
#[template(path = "web/aidant/handover_away.html")]
struct AwayPage {
    page: Page,
    id: String,
    lead: String,
    waiting_title: String,
    waiting_since: String,
    too_late: bool,
    pairing: Option<String>,
    pairing_words: String,
    wrong: Option<String>,
    sent: Vec<String>,
    again: bool,
    address: Option<Address>,
    code_href: Option<String>,
    code_words: String,
    steps: Vec<Step>,
    until: String,
}

/// The waiting page of a draft whose person is not at the desk with FranceConnect.
pub(super) fn page(
    app: &App,
    reader: &Reader,
    aidant: &AidantActor,
    view: &MandateView,
    (hand_over, away): (&HandOver, &Away),
) -> Result<Response, Refusal> {
    let t = reader.t;
    let channel = view.mandate.terms.channel;
    let id = view.mandate.id;
    let path = format!("/consentement/{}", hand_over.code.show());
    let address = app.config().server.public_url.join(&path);
    let square = match channel {
        Channel::Remote => Some(Address {
            qr: qr::svg(&address, &t.get("qr-label")).map_err(|error| Refusal::Fault(error.into()))?,
            path,
            address,
        }),
        _ => None,
    };
    let who = match (&view.person, &away.expected) {
        (Some(person), _) => person.identity.full_name(),
        (None, Some(expected)) => expected.show().clone(),
        (None, None) => t.get("mandate-person-unknown"),
    };
    let (key, since) = waiting(hand_over);
    let banner = Banner { icon: "hand-over", label: t.get("handover-banner"), words: who, note: None };
    let answerable =
        channel.is_declared() && away.confirmed_at.is_none() && hand_over.waiting != Waiting::TooLate;
    let told = answerable && (channel == Channel::Sms || away.sent_at.is_some());
    let page = AwayPage {
        page: reader
            .aidant_page(aidant)
            .titled(t.get(&format!("handover-{channel}-title")))
            .form()
            .with_banner(banner),
        id: id.to_string(),
        lead: t.get(&format!("handover-{channel}-lead")),
        waiting_title: t.get(key),
        waiting_since: t.with("handover-away-since", &[("time", &t.moment_short(since))]),
        too_late: hand_over.waiting == Waiting::TooLate,
        pairing: away
            .pairing
            .as_ref()
            .filter(|_| away.confirmed_at.is_none())
            .map(|code| spaced(code.show())),
        pairing_words: t.get("handover-pairing-words"),
        wrong: (away.wrong > 0 && can_try(hand_over))
            .then(|| t.with("handover-wrong", &[("left", &away.left)])),
        sent: sent(t, away),
        again: away.again,
        address: square,
        code_href: told.then(|| format!("/aidant/mandats/{id}/code")),
        code_words: match channel {
            Channel::Sms => t.with("handover-code-until", &[("time", &t.moment_short(away.code_until))]),
            _ => String::new(),
        },
        steps: steps(t, view, hand_over, away),
        until: t.with("handover-until", &[("moment", &t.moment(hand_over.until))]),
    };
    Ok(respond::html(StatusCode::OK, &page, &page.page.csp()))
}

/// Whether a code can still be given.
const fn can_try(hand_over: &HandOver) -> bool {
    !matches!(hand_over.waiting, Waiting::ToDecide(_) | Waiting::ToReferent(_) | Waiting::TooLate)
}

/// Six digits in two groups, as they are said.
pub(in crate::web) fn spaced(code: &str) -> String {
    let (first, last) = code.split_at(code.len() / 2);
    format!("{first}\u{a0}{last}")
}

const fn waiting(hand_over: &HandOver) -> (&'static str, crate::domain::time::Instant) {
    match hand_over.waiting {
        Waiting::ToOpen(at) => ("handover-waiting-open", at),
        Waiting::ToIdentify(at) => ("handover-waiting-identify", at),
        Waiting::ToPair(at) => ("handover-waiting-pair", at),
        Waiting::ToDecide(at) => ("handover-waiting-decide", at),
        Waiting::ToAnswer(at) => ("handover-waiting-answer", at),
        Waiting::ToPost(at) => ("handover-waiting-post", at),
        Waiting::ToReferent(at) => ("handover-waiting-referent", at),
        Waiting::TooLate => ("handover-too-late", hand_over.until),
    }
}

fn sent(t: Text, away: &Away) -> Vec<String> {
    let when = away.sent_at.map(|at| t.moment_short(at)).unwrap_or_default();
    let line = |(way, to): &(&'static str, String)| match (*way, away.sent_at) {
        ("post", None) => t.with("handover-sent-post-not-yet", &[("to", to)]),
        (way, _) => t.with(&format!("handover-sent-{way}"), &[("to", to), ("when", &when)]),
    };
    away.sent_to.iter().map(line).collect()
}

/// What has been done, what is waited for, what follows.
fn steps(t: Text, view: &MandateView, hand_over: &HandOver, away: &Away) -> Vec<Step> {
    let terms = &view.mandate.terms;
    let drafted = t.html(
        "handover-away-draft-words",
        &[
            ("time", &t.moment_short(terms.drafted_at)),
            ("themes", &rows::theme_list(t, &terms.themes)),
            ("duration", &t.get(&format!("duration-{}", terms.duration))),
        ],
    );
    let (keys, now): (&[&str], usize) = match terms.channel {
        Channel::Present | Channel::Remote => (
            &["sent", "identify", "pair", "decide", "act"],
            match hand_over.waiting {
                Waiting::ToIdentify(_) => 1,
                Waiting::ToPair(_) => 2,
                Waiting::ToDecide(_) => 3,
                _ => 0,
            },
        ),
        Channel::Sms => {
            (&["code", "referent", "act"], usize::from(matches!(hand_over.waiting, Waiting::ToReferent(_))))
        }
        Channel::Post => (
            &["referent", "letter", "code", "act"],
            match hand_over.waiting {
                Waiting::ToPost(_) => 1,
                Waiting::ToAnswer(_) => 2,
                _ => 0,
            },
        ),
    };
    let first = Step { title: t.get("handover-step-draft"), words: drafted, place: "done" };
    let others = keys.iter().enumerate().map(|(place, key)| {
        let over = place < now || (*key == "referent" && away.referent_at.is_some());
        Step {
            title: t.get(&format!("handover-away-{key}")),
            words: Html::escaped(&t.get(&format!("handover-away-{key}-words"))),
            place: match (over, place == now) {
                (true, _) => "done",
                (false, true) => "now",
                (false, false) => "",
            },
        }
    });
    std::iter::once(first).chain(others).collect()
}

/// `POST /aidant/mandats/{id}/renvoyer`: the link or the code once more.
pub async fn send(
    State(app): State<App>,
    reader: Reader,
    Aidant(aidant): Aidant,
    id: Path<String>,
) -> Result<Response, PageError> {
    let id = mandate_id(&id, &reader)?;
    match send_again::send_again(&app.bench, &aidant, id, Some(&reader.reference)).await {
        // The person was faster: her answer is what there is to see.
        Ok(()) | Err(Refusal::Conflict(_)) => Ok(respond::see_other(&format!("/aidant/mandats/{id}"))),
        Err(other) => Err(refused(&reader)(other)),
    }
}
