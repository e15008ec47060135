//! `/operateur/aidants/habilitations/{id}`: what an operator decides of one habilitation, from its request to its end.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::Life;
use crate::domain::habilitation::Standing;
use crate::domain::ids::HabilitationId;
use crate::domain::time::Instant;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::decide_habilitation::Verdict;
use crate::operations::decide_habilitation::decide_habilitation;
use crate::operations::refusal::Refusal;
use crate::operations::suspend;
use crate::operations::suspend::HabilitationChange;
use crate::operations::teams;
use crate::operations::teams::Member;
use crate::text::Text;
use crate::web::badges::Badge;
use crate::web::lines::read_day;
use crate::web::operator::Desk;
use crate::web::operator::errors;
use crate::web::period::status;
use crate::web::referent::member::Facts;
use crate::web::referent::told;
use crate::web::referent::told::Notice;
use crate::web::referent::told::Told;

/// What the form offers.
const ACCEPT: &str = "accept";
const TRAINED: &str = "trained";
const HABILITATE: &str = "habilitate";
const REFUSE: &str = "refuse";
const RENEW: &str = "renew";
const REFUSE_RENEWAL: &str = "refuse-renewal";
const SUSPEND: &str = "suspend";
const RESTORE: &str = "restore";
const END: &str = "end";

/// Which day the form asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// The training's.
    Training,
    /// The last one.
    Until,
    /// None.
    Nothing,
}

struct Way {
    value: &'static str,
    title: String,
    words: String,
    attributes: &'static str,
}

#[derive(Template)]
#[template(path = "web/operator/habilitation.html")]
struct HabilitationPage {
    page: Page,
    notice: Option<Notice>,
    id: String,
    account: String,
    name: String,
    email: String,
    profession: String,
    known_as: Option<String>,
    organisation: String,
    place: String,
    facts: Facts,
    renewal: Option<String>,
    badge: Badge,
    options: Vec<Way>,
    day: Option<(String, String)>,
    typed: Typed,
}

#[derive(Default)]
struct Typed {
    change: String,
    day: String,
    reason: String,
}

/// `GET /operateur/aidants/habilitations/{id}`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Result<Response, PageError> {
    page(&app, &desk, id, told.notice(desk.t()), FormErrors::default(), None).await
}

/// What may be decided from here, and the day it takes.
fn offered(one: &Habilitation, renewal: bool, now: Instant) -> (Vec<&'static str>, Wanted) {
    match &one.life {
        Life::Requested => (vec![ACCEPT, REFUSE], Wanted::Training),
        Life::InTraining { training, .. } if training.done_at.is_none() => {
            (vec![TRAINED, ACCEPT, REFUSE], Wanted::Training)
        }
        Life::InTraining { .. } => (vec![HABILITATE, REFUSE], Wanted::Until),
        _ => match one.standing(now) {
            Standing::Ended | Standing::Awaited => (Vec::new(), Wanted::Nothing),
            standing => {
                let mut all = vec![RENEW];
                if renewal {
                    all.push(REFUSE_RENEWAL);
                }
                all.push(if standing == Standing::Suspended { RESTORE } else { SUSPEND });
                all.push(END);
                (all, Wanted::Until)
            }
        },
    }
}

/// What stands in the day's field before anything is typed: as far as a habilitation usually goes.
fn usual_day(app: &App, wanted: Wanted) -> String {
    match wanted {
        Wanted::Until => {
            let (year, month, day) = app.bench.now().plus(app.config().habilitation.lifetime).day().parts();
            format!("{day:02}/{month:02}/{year}")
        }
        Wanted::Training | Wanted::Nothing => String::new(),
    }
}

async fn page(
    app: &App,
    desk: &Desk,
    id: String,
    notice: Option<Notice>,
    errors: FormErrors,
    typed: Option<Typed>,
) -> Result<Response, PageError> {
    let t = desk.t();
    let id_read: HabilitationId = desk.id(&id)?;
    let found = teams::listed(&app.bench, &desk.operator, id_read).await;
    let (organisation, member) = found.map_err(|refusal| desk.refuse(refusal))?;
    let now = app.bench.now();
    let (ways, wanted) = offered(&member.habilitation, member.renewal_requested_at.is_some(), now);
    let typed = typed.unwrap_or_else(|| Typed { day: usual_day(app, wanted), ..Typed::default() });
    let name = member.shown.name.show().clone();
    let status = status(&errors);
    let title = t.with("operator-habilitation-title", &[("name", &name)]);
    let view = HabilitationPage {
        page: desk.page(title).form().with_errors(errors),
        notice,
        account: format!("/operateur/aidants/{}", member.account.id),
        email: member.shown.email.show().clone(),
        profession: member.shown.profession.show().clone(),
        known_as: known_as(&member),
        place: format!("/operateur/structures/{}", organisation.id),
        organisation: organisation.name,
        facts: Facts::of(t, &member.habilitation),
        renewal: member.renewal_requested_at.map(|at| t.moment(at)),
        badge: Badge::step(t, &member.account, &member.habilitation, now),
        options: ways.iter().map(|value| way(t, value, &typed.change)).collect(),
        day: day_words(t, wanted),
        id,
        name,
        typed,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// The account's own name, where the organisation wrote another.
fn known_as(member: &Member) -> Option<String> {
    let own = member.account.professional.full_name();
    (own != *member.shown.name.show()).then_some(own)
}

fn way(t: Text, value: &'static str, typed: &str) -> Way {
    Way {
        value,
        title: t.get(&format!("operator-change-{value}")),
        words: t.get(&format!("operator-change-{value}-words")),
        attributes: if typed == value { "required checked" } else { "required" },
    }
}

/// Label and hint of the day's field.
fn day_words(t: Text, wanted: Wanted) -> Option<(String, String)> {
    match wanted {
        Wanted::Training => Some((t.get("operator-day-training"), t.get("operator-day-training-hint"))),
        Wanted::Until => Some((t.get("operator-until"), t.get("operator-day-until-hint"))),
        Wanted::Nothing => None,
    }
}

/// `POST /operateur/aidants/habilitations/{id}`
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let typed = Typed {
        change: desk.one(&fields, "change")?,
        day: desk.one(&fields, "day")?,
        reason: desk.one(&fields, "reason")?,
    };
    let t = desk.t();
    let mut wrong = FormErrors::default();
    let day = read_day(&typed.day);
    let done = match (typed.change.as_str(), day) {
        ("", _) => {
            wrong.add_at("change", &format!("change-{END}"), t.get("operator-fault-change-missing"));
            return page(&app, &desk, id, None, wrong, Some(typed)).await;
        }
        (ACCEPT | HABILITATE | RENEW, None) => {
            wrong.add("day", t.get("operator-fault-until-wrong"));
            return page(&app, &desk, id, None, wrong, Some(typed)).await;
        }
        (ACCEPT, Some(day)) => decide(&app, &desk, &id, Verdict::Accept(day)).await?,
        (HABILITATE, Some(day)) => decide(&app, &desk, &id, Verdict::Habilitate(day)).await?,
        (RENEW, Some(day)) => decide(&app, &desk, &id, Verdict::Renew(day)).await?,
        (TRAINED, _) => decide(&app, &desk, &id, Verdict::Trained).await?,
        (REFUSE, _) => decide(&app, &desk, &id, Verdict::Refuse(&typed.reason)).await?,
        (REFUSE_RENEWAL, _) => decide(&app, &desk, &id, Verdict::RefuseRenewal(&typed.reason)).await?,
        (SUSPEND, _) => set(&app, &desk, &id, HabilitationChange::Suspend(&typed.reason)).await?,
        (RESTORE, _) => set(&app, &desk, &id, HabilitationChange::Restore).await?,
        (END, _) => set(&app, &desk, &id, HabilitationChange::End(&typed.reason)).await?,
        _ => return Err(desk.bad_request()),
    };
    if let Err(Refusal::Invalid(faults)) = &done {
        let (days, others): (Vec<_>, Vec<_>) =
            faults.iter().cloned().partition(|fault| matches!(fault.field, "until" | "training_on"));
        let mut wrong = errors(t, &others);
        for fault in days {
            wrong.add("day", t.get(&format!("operator-fault-day-{}", fault.key)));
        }
        return page(&app, &desk, id, None, wrong, Some(typed)).await;
    }
    let path = match typed.change.as_str() {
        SUSPEND | RESTORE | END => after_change(&app, &desk, &id, done.is_ok()).await?,
        _ => format!("/operateur/aidants/habilitations/{id}"),
    };
    let next = told::after(&path, fait(&typed.change), done).map_err(|refusal| desk.refuse(refusal))?;
    Ok(respond::see_other(&next))
}

/// Which word says what was done.
fn fait(change: &str) -> &'static str {
    match change {
        ACCEPT => "accepte",
        TRAINED => "forme",
        HABILITATE => "habilite",
        SUSPEND => "suspendu",
        RESTORE => "retabli",
        END => "retire",
        RENEW => "change",
        _ => "refuse",
    }
}

async fn decide(
    app: &App,
    desk: &Desk,
    id: &str,
    verdict: Verdict<'_>,
) -> Result<Result<(), Refusal>, PageError> {
    let id = desk.id(id)?;
    Ok(decide_habilitation(&app.bench, &desk.operator, id, verdict, desk.reference()).await)
}

async fn set(
    app: &App,
    desk: &Desk,
    id: &str,
    change: HabilitationChange<'_>,
) -> Result<Result<(), Refusal>, PageError> {
    let id = desk.id(id)?;
    Ok(suspend::change_habilitation(&app.bench, &desk.operator, id, change, desk.reference()).await)
}

/// Her page after a change; where somebody was faster, the habilitation's own again.
async fn after_change(app: &App, desk: &Desk, id: &str, done: bool) -> Result<String, PageError> {
    if !done {
        return Ok(format!("/operateur/aidants/habilitations/{id}"));
    }
    let found = teams::listed(&app.bench, &desk.operator, desk.id(id)?).await;
    let (_, member) = found.map_err(|refusal| desk.refuse(refusal))?;
    Ok(format!("/operateur/aidants/{}", member.account.id))
}
