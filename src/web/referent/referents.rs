//! `/referent/structures/{id}/referents`: who manages an organisation, and one more.

use askama::Template;
use axum::extract::Path;
use axum::extract::Query;
use axum::extract::State;
use axum::response::Response;

use crate::domain::account::AccountStatus;
use crate::domain::account::Professional;
use crate::domain::ids::AccountId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::ReferentKind;
use crate::http::errors::PageError;
use crate::http::form::BadForm;
use crate::http::form::FormErrors;
use crate::http::form::FormFields;
use crate::http::page::Page;
use crate::http::respond;
use crate::http::state::App;
use crate::operations::referents;
use crate::operations::referents::Decider;
use crate::operations::referents::InCharge;
use crate::operations::refusal::Refusal;
use crate::text::Text;
use crate::web::badges::Badge;
use crate::web::period::status;
use crate::web::referent::Desk;
use crate::web::referent::errors;
use crate::web::referent::told;
use crate::web::referent::told::Notice;
use crate::web::referent::told::Told;

/// One who manages an organisation, as a row.
pub(in crate::web) struct Row {
    pub(in crate::web) name: String,
    pub(in crate::web) email: String,
    pub(in crate::web) kind: String,
    pub(in crate::web) badge: Badge,
    pub(in crate::web) href: Option<String>,
}

/// What was typed to name somebody.
#[derive(Default)]
pub(in crate::web) struct Typed {
    pub(in crate::web) given_name: String,
    pub(in crate::web) family_name: String,
    pub(in crate::web) email: String,
    pub(in crate::web) kind: String,
}

/// One of the two ways to manage an organisation.
pub(in crate::web) struct KindChoice {
    pub(in crate::web) value: &'static str,
    pub(in crate::web) title: String,
    pub(in crate::web) words: String,
    pub(in crate::web) attributes: &'static str,
}

#[derive(Template)]
#[template(path = "web/referent/referents.html")]
pub(in crate::web) struct ReferentsPage {
    pub(in crate::web) page: Page,
    pub(in crate::web) notice: Option<Notice>,
    pub(in crate::web) organisation: String,
    pub(in crate::web) back: String,
    pub(in crate::web) action: String,
    pub(in crate::web) leave: Option<String>,
    pub(in crate::web) rows: Vec<Row>,
    pub(in crate::web) may_name: bool,
    pub(in crate::web) kinds: Vec<KindChoice>,
    pub(in crate::web) typed: Typed,
}

/// The rows of a list; `own` has no link of her own.
pub(in crate::web) fn rows(t: Text, all: &[InCharge], path: &str, own: Option<AccountId>) -> Vec<Row> {
    all.iter()
        .map(|one| Row {
            name: one.name.show().clone(),
            email: one.email.show().clone(),
            kind: t.get(kind_key(one.kind)),
            badge: Badge::in_charge(t, one.status),
            href: (Some(one.account) != own).then(|| format!("{path}/{}", one.account)),
        })
        .collect()
}

/// The key of the words of a kind.
pub(in crate::web) const fn kind_key(kind: ReferentKind) -> &'static str {
    match kind {
        ReferentKind::Referent => "referent-kind-referent",
        ReferentKind::Deputy => "referent-kind-deputy",
    }
}

/// The two kinds to choose from.
pub(in crate::web) fn kinds(t: Text, typed: &str) -> Vec<KindChoice> {
    ReferentKind::ALL
        .iter()
        .map(|kind| KindChoice {
            value: kind.as_str(),
            title: t.get(kind_key(*kind)),
            words: t.get(&format!("{}-words", kind_key(*kind))),
            attributes: if typed == kind.as_str() { "required checked" } else { "required" },
        })
        .collect()
}

/// `GET /referent/structures/{id}/referents`
pub(super) async fn show(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    Query(told): Query<Told>,
) -> Result<Response, PageError> {
    let notice = told.notice(desk.t());
    page(&app, &desk, &id, notice, FormErrors::default(), Typed::default()).await
}

async fn page(
    app: &App,
    desk: &Desk,
    id: &str,
    notice: Option<Notice>,
    errors: FormErrors,
    typed: Typed,
) -> Result<Response, PageError> {
    let t = desk.t();
    let organisation = desk.organisation(id)?;
    let by = Decider::Referent(&desk.referent, &desk.organisations);
    let all = referents::of(&app.bench, by, organisation.id).await.map_err(|refusal| desk.refuse(refusal))?;
    let own = desk.referent.account.id;
    let in_charge = all.iter().any(|one| one.account == own && one.kind == ReferentKind::Referent);
    let back = format!("/referent/structures/{}", organisation.id);
    let action = format!("{back}/referents");
    let status = status(&errors);
    let mut rows = rows(t, &all, &action, Some(own));
    if !in_charge {
        rows.iter_mut().for_each(|row| row.href = None);
    }
    let view = ReferentsPage {
        page: desk
            .page(t.with("referent-referents-title", &[("organisation", &organisation.name)]))
            .form()
            .with_errors(errors),
        notice,
        organisation: organisation.name.clone(),
        leave: Some(format!("{back}/quitter")),
        back,
        action,
        rows,
        may_name: in_charge,
        kinds: kinds(t, &typed.kind),
        typed,
    };
    Ok(respond::html(status, &view, &view.page.csp()))
}

/// Who is named as what, or what is to correct.
type Named = Result<(Professional, ReferentKind), FormErrors>;

/// What was typed, and as what the new one is named.
pub(in crate::web) fn read(
    t: Text,
    one: impl Fn(&str) -> Result<String, PageError>,
) -> Result<(Typed, Named), PageError> {
    let typed = Typed {
        given_name: one("given_name")?,
        family_name: one("family_name")?,
        email: one("email")?,
        kind: one("kind")?,
    };
    let Some(kind) = ReferentKind::parse(&typed.kind) else {
        let mut errors = FormErrors::default();
        errors.add_at("kind", "kind-referent", t.get("referent-fault-kind-missing"));
        return Ok((typed, Err(errors)));
    };
    let professional = Professional {
        given_name: typed.given_name.clone().into(),
        family_name: typed.family_name.clone().into(),
        email: typed.email.clone().into(),
    };
    Ok((typed, Ok((professional, kind))))
}

/// `POST /referent/structures/{id}/referents`: names one more.
pub(super) async fn appoint(
    State(app): State<App>,
    desk: Desk,
    Path(id): Path<String>,
    fields: Result<FormFields, BadForm>,
) -> Result<Response, PageError> {
    let fields = desk.fields(fields)?;
    let organisation: OrganisationId = desk.organisation(&id)?.id;
    let (typed, read) = read(desk.t(), |name| desk.one(&fields, name))?;
    let (professional, kind) = match read {
        Ok(read) => read,
        Err(errors) => return page(&app, &desk, &id, None, errors, typed).await,
    };
    let by = Decider::Referent(&desk.referent, &desk.organisations);
    let done =
        referents::appoint(&app.bench, by, organisation, (&professional, kind), desk.reference()).await;
    if let Err(Refusal::Invalid(faults)) = &done {
        return page(&app, &desk, &id, None, errors(desk.t(), faults), typed).await;
    }
    let path = format!("/referent/structures/{organisation}/referents");
    let next = told::after(&path, "nomme", done).map_err(|refusal| desk.refuse(refusal))?;
    Ok(respond::see_other(&next))
}

impl Badge {
    /// Of somebody who manages an organisation.
    fn in_charge(t: Text, status: AccountStatus) -> Self {
        match status {
            AccountStatus::Active => Self { kind: "active", icon: "tick", words: t.get("referent-active") },
            AccountStatus::Invited => {
                Self { kind: "waiting", icon: "clock", words: t.get("referent-invited") }
            }
            AccountStatus::Suspended => {
                Self { kind: "stopped", icon: "pause", words: t.get("habilitation-account-suspended") }
            }
        }
    }
}
