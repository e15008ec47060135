//! `/referent/aidants/{id}`: one aidant of the team, and what may change.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::domain::habilitation::Life;
use crate::domain::habilitation::Standing;
use crate::domain::habilitation::SuspendedBy;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::refusal::Refusal;
use crate::operations::request_habilitation;
use crate::operations::request_renewal;
use crate::operations::suspend;
use crate::operations::suspend::Changer;
use crate::operations::suspend::HabilitationChange;
use crate::operations::teams;
use crate::operations::teams::Member;
use crate::text::Text;
use crate::web::badges::Badge;
use crate::web::period::status;
use crate::web::referent::Desk;
use crate::web::referent::errors;
use crate::web::referent::told;
use crate::web::referent::told::Notice;
use crate::web::referent::told::Told;

const SUSPEND: &str = "suspend";
const RESTORE: &str = "restore";
const END: &str = "end";

struct Way {
    value: &'static str,
    title: String,
    words: String,
    attributes: &'static str,
}

/// Facts of a habilitation in words, for every page that shows one.
pub(in crate::web) struct Facts {
    pub(in crate::web) until: String,
    pub(in crate::web) training: String,
    pub(in crate::web) charter: String,
}

impl Facts {
    pub(in crate::web) fn of(t: Text, member: &crate::domain::habilitation::Habilitation) -> Self {
        let until = member.until().map(|until| t.until(until.day()));
        let training = member.training().map(|training| {
            let key = if training.done_at.is_some() {
                "habilitation-training-done"
            } else {
                "habilitation-training-set"
            };
            t.with(key, &[("date", &t.day_long(training.on))])
        });
        let charter = member.charter().map(|charter| {
            t.with("habilitation-charter-signed", &[("date", &t.day_long(charter.signed_at.day()))])
        });
        Self {
            until: until.unwrap_or_else(|| t.get("team-until-none")),
            training: training.unwrap_or_else(|| t.get("habilitation-training-none")),
            charter: charter.unwrap_or_else(|| t.get("habilitation-charter-none")),
        }
    }
}

#[derive(Template)]
#[template(path = "web/referent/member.html")]
struct MemberPage {
    page: Page,
    notice: Option<Notice>,
    id: String,
    account: String,
    name: String,
    organisation: String,
    back: String,
    email: String,
    profession: String,
    badge: Badge,
    why: Option<String>,
    facts: Facts,
    invited: Option<String>,
    renewal: Option<String>,
    may_renew: bool,
    options: Vec<Way>,
    access: Option<String>,
    reason: String,
}

#[derive(Default)]
struct Typed {
    change: String,
    reason: String,
}

/// `GET /referent/aidants/{id}`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Result<Response, PageError> {
    page(&app, &desk, id, told.notice(desk.t()), FormErrors::default(), Typed::default()).await
}

/// Which changes a referent may make from here.
fn offered(member: &Member) -> &'static [&'static str] {
    let life = &member.habilitation.life;
    match member.standing {
        Standing::Awaited => &[END],
        Standing::InForce | Standing::Unsigned => &[SUSPEND, END],
        Standing::Suspended if matches!(life, Life::Suspended { by: SuspendedBy::Referent, .. }) => {
            &[RESTORE, END]
        }
        Standing::Suspended => &[END],
        Standing::Ended => &[],
    }
}

async fn page(
    app: &App,
    desk: &Desk,
    id: String,
    notice: Option<Notice>,
    errors: FormErrors,
    typed: Typed,
) -> Result<Response, PageError> {
    let t = desk.t();
    let found = teams::managed_member(&app.bench, desk.whose(), desk.id(&id)?).await;
    let (organisation, member) = found.map_err(|refusal| desk.refuse(refusal))?;
    let now = app.bench.now();
    let awaited = member.standing == Standing::Awaited;
    let option = |value: &'static str| Way {
        value,
        title: t.get(&format!("referent-change-{}-title", words_of(value, awaited))),
        words: t.get(&format!("referent-change-{}-words", words_of(value, awaited))),
        attributes: if typed.change == value { "required checked" } else { "required" },
    };
    let by_operator = matches!(&member.habilitation.life, Life::Suspended { by: SuspendedBy::Operator, .. });
    let notice_span = app.config().habilitation.renewal_notice;
    let near = member.habilitation.until().is_some_and(|until| until.since(now) <= notice_span);
    let lives = matches!(member.standing, Standing::InForce | Standing::Unsigned | Standing::Suspended);
    let name = member.shown.name.show().clone();
    let status = status(&errors);
    let view = MemberPage {
        page: desk.page(format!("{name}, {}", organisation.name)).form().with_errors(errors),
        name,
        account: format!("/referent/aidants/{}", member.account.id),
        notice,
        back: format!("/referent/structures/{}", organisation.id),
        organisation: organisation.name,
        email: member.shown.email.show().clone(),
        profession: member.shown.profession.show().clone(),
        badge: Badge::step(t, &member.account, &member.habilitation, now),
        why: by_operator.then(|| t.get("referent-suspended-by-operator")),
        facts: Facts::of(t, &member.habilitation),
        invited: awaited.then_some(member.invited_at).flatten().map(|at| t.moment(at)),
        renewal: member.renewal_requested_at.map(|at| t.moment(at)),
        may_renew: near && lives && member.renewal_requested_at.is_none(),
        options: offered(&member).iter().map(|value| option(value)).collect(),
        access: (lives || awaited).then(|| format!("/referent/aidants/{}/carte", member.account.id)),
        reason: typed.reason,
        id,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Ending what was never given is cancelling it.
const fn words_of(value: &'static str, awaited: bool) -> &'static str {
    if awaited { "cancel" } else { value }
}

/// `POST /referent/aidants/{id}`
pub(super) async fn change(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let typed = Typed { change: desk.one(&fields, "change")?, reason: desk.one(&fields, "reason")? };
    let (change, fait) = match typed.change.as_str() {
        SUSPEND => (HabilitationChange::Suspend(&typed.reason), "suspendu"),
        RESTORE => (HabilitationChange::Restore, "retabli"),
        END => (HabilitationChange::End(&typed.reason), "retire"),
        "" => {
            let mut errors = FormErrors::default();
            errors.add_at("change", "change-end", desk.t().get("operator-fault-change-missing"));
            return page(&app, &desk, id, None, errors, typed).await;
        }
        _ => return Err(desk.bad_request()),
    };
    let by = Changer::Referent(&desk.referent, &desk.organisations);
    match suspend::change(&app.bench, by, desk.id(&id)?, change, desk.reference()).await {
        Err(Refusal::Invalid(faults)) => page(&app, &desk, id, None, errors(desk.t(), &faults), typed).await,
        done => next(&desk, &id, fait, done),
    }
}

fn next(desk: &Desk, id: &str, fait: &str, done: Result<(), Refusal>) -> Result<Response, PageError> {
    let path = format!("/referent/aidants/{id}");
    let next = told::after(&path, fait, done).map_err(|refusal| desk.refuse(refusal))?;
    Ok(respond::see_other(&next))
}

/// `POST /referent/aidants/{id}/relancer`: the invitation once more.
pub(super) async fn invite_again(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let done = request_habilitation::invite_again(&app.bench, desk.whose(), desk.id(&id)?, desk.reference());
    next(&desk, &id, "relance", done.await)
}

/// `POST /referent/aidants/{id}/renouvellement`: asks that it go on.
pub(super) async fn request_renewal(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let done = request_renewal::request_renewal(&app.bench, desk.whose(), desk.id(&id)?, desk.reference());
    next(&desk, &id, "renouvellement", done.await)
}
