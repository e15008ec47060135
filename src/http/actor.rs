//! Who is logged in: each extractor reads one session and gives an actor, or sends the browser to the login.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Deserialize;
use serde::Serialize;

use crate::domain::account::SecondFactor;
use crate::domain::habilitation::Standing;
use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::PersonId;
use crate::domain::organisation::Organisation;
use crate::domain::time::Instant;
use crate::http::errors;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::AidantSession;
use crate::http::session::AuthoritySession;
use crate::http::session::IntegratorSession;
use crate::http::session::OperatorSession;
use crate::http::session::PersonSession;
use crate::http::session::ReferentSession;
use crate::http::session::Session;
use crate::http::state::App;
use crate::operations::actors::AidantActor;
use crate::operations::actors::AuthorityActor;
use crate::operations::actors::IntegratorActor;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::PersonActor;
use crate::operations::actors::StaffActor;
use crate::operations::current;
use crate::operations::refusal::Refusal;

const LOGGED_IN: &str = "logged_in";

/// What the session of a professional holds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct LoggedIn {
    /// Whose.
    pub account: AccountId,
    /// For an aidant: the habilitation she works under now.
    pub habilitation: Option<HabilitationId>,
    /// When the second factor was last checked in this session.
    pub factor_at: Instant,
    /// Which one.
    #[serde(default = "own_code")]
    pub factor: SecondFactor,
}

const fn own_code() -> SecondFactor {
    SecondFactor::OwnCode
}

/// What the session of a person holds.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct PersonLoggedIn {
    person: PersonId,
}

/// Who is logged in with this session.
///
/// # Errors
/// A fault when the database fails.
pub async fn logged_in(session: &Session) -> Result<Option<LoggedIn>, Refusal> {
    session.read(LOGGED_IN).await
}

/// Logs a professional in: a new id, a new day of at most `sessions.absolute`.
///
/// # Errors
/// A fault when the database fails.
pub async fn log_in(session: &Session, who: LoggedIn) -> Result<(), Refusal> {
    session.begin().await?;
    session.write(LOGGED_IN, &who).await
}

/// Notes another organisation or a fresh second factor of who is logged in; the session gets a new id.
///
/// # Errors
/// A fault when the database fails.
pub async fn change(session: &Session, who: LoggedIn) -> Result<(), Refusal> {
    session.cycle().await?;
    session.write(LOGGED_IN, &who).await
}

/// Logs a person into her space.
///
/// # Errors
/// A fault when the database fails.
pub async fn log_in_person(session: &PersonSession, person: PersonId) -> Result<(), Refusal> {
    session.begin().await?;
    session.write(LOGGED_IN, &PersonLoggedIn { person }).await
}

/// Pages of the aidant's space that stay open to one who may not act: what she lacks, and what is her own.
const OPEN_TO_ANY: [&str; 5] = [
    "/aidant/habilitations",
    "/aidant/charte",
    "/aidant/structure",
    "/aidant/second-facteur",
    "/aidant/proconnect",
];

/// Where an aidant goes instead of a page of her space that shows persons and mandates: to the charter where her signature
/// is what is missing, else to where she reads why. The choice pages of acts decide for themselves and write it down.
fn waits_at(path: &str, standing: Standing) -> Option<&'static str> {
    let below =
        |root: &str| path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
    if !below("/aidant") || OPEN_TO_ANY.into_iter().any(below) {
        return None;
    }
    match standing {
        Standing::InForce => None,
        Standing::Unsigned => Some("/aidant/charte"),
        Standing::Awaited | Standing::Suspended | Standing::Ended => Some("/aidant/habilitations"),
    }
}

/// A logged-in aidant; on the pages of her space, one who may act there now.
#[derive(Clone, Debug)]
pub struct Aidant(pub AidantActor);

/// The aidant who may be logged in, read only where the answer depends on it.
#[derive(Clone, Debug)]
pub struct PerhapsAidant(Parts);

impl PerhapsAidant {
    /// Who is logged in, if anybody is.
    pub async fn read(&self, app: &App) -> Option<AidantActor> {
        let found = Aidant::from_request_parts(&mut self.0.clone(), app).await;
        found.ok().map(|Aidant(actor)| actor)
    }
}

impl FromRequestParts<App> for PerhapsAidant {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(parts.clone()))
    }
}

/// A logged-in aidant whose second factor is fresh enough to sign or act.
#[derive(Clone, Debug)]
pub struct FreshAidant(pub AidantActor);

/// A person in her space.
#[derive(Clone, Debug)]
pub struct Person(pub PersonActor);

/// A logged-in referent.
#[derive(Clone, Debug)]
pub struct Referent {
    /// Who it is.
    pub actor: StaffActor,
    /// The organisations managed.
    pub organisations: Vec<Organisation>,
}

/// A logged-in agent of an authority.
#[derive(Clone, Debug)]
pub struct Authority(pub AuthorityActor);

/// A logged-in operator.
#[derive(Clone, Debug)]
pub struct Operator(pub OperatorActor);

/// A logged-in integrator.
#[derive(Clone, Debug)]
pub struct Integrator(pub IntegratorActor);

/// Where the login of `space` is, coming back to `path` afterwards.
pub fn login_path(space: Space, path: &str) -> String {
    let back: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
    format!("{}/connexion?suite={back}", space.home())
}

/// Where to come back to: this page if it can be asked for again, else the page that held the form.
fn way_back(parts: &Parts, space: Space) -> String {
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return parts.uri.path_and_query().map_or_else(|| space.home().to_owned(), ToString::to_string);
    }
    referring_path(&parts.headers).unwrap_or_else(|| space.home().to_owned())
}

/// The path of `Referer`. Another site's stays a path of ours, which harms nobody: every page checks for itself.
fn referring_path(headers: &HeaderMap) -> Option<String> {
    let url = url::Url::parse(headers.get(header::REFERER)?.to_str().ok()?).ok()?;
    Some(url[url::Position::BeforePath..url::Position::AfterQuery].to_owned())
}

fn to_login(parts: &Parts, space: Space) -> Response {
    respond::see_other(&login_path(space, respond::local_path(&way_back(parts, space))))
}

/// Where the second factor is given again, coming back to this page afterwards.
pub fn to_second_factor(parts: &Parts, space: Space) -> Response {
    let back = way_back(parts, space);
    respond::see_other(&errors::second_factor_path(space, respond::local_path(&back)))
}

fn refuse(parts: &Parts, app: &App, space: Space, refusal: Refusal) -> Response {
    Reader::of(parts, app).refuse(space, refusal)
}

impl FromRequestParts<App> for Aidant {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let session =
            AidantSession::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let found = async {
            let Some(LoggedIn { account, habilitation: Some(habilitation), factor_at, factor }) =
                logged_in(&session).await?
            else {
                return Ok(None);
            };
            let aidant = current::aidant(&app.bench, account, habilitation, Some(factor_at)).await?;
            Ok(aidant.map(|aidant| AidantActor { factor, ..aidant }))
        };
        match found.await {
            Ok(Some(actor)) => {
                let standing = actor.habilitation.standing(app.bench.now());
                match waits_at(parts.uri.path(), standing) {
                    Some(instead) => Err(respond::see_other(instead)),
                    None => Ok(Self(actor)),
                }
            }
            Ok(None) => Err(to_login(parts, Space::Aidant)),
            Err(refusal) => Err(refuse(parts, app, Space::Aidant, refusal)),
        }
    }
}

impl FromRequestParts<App> for FreshAidant {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Aidant(actor) = Aidant::from_request_parts(parts, app).await?;
        let oldest = app.config().sessions.second_factor_max_age;
        if actor.factor_at.is_some_and(|at| app.bench.now().since(at) <= oldest) {
            return Ok(Self(actor));
        }
        Err(to_second_factor(parts, Space::Aidant))
    }
}

impl FromRequestParts<App> for Person {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let session =
            PersonSession::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
        let found = async {
            let Some(PersonLoggedIn { person }) = session.read(LOGGED_IN).await? else { return Ok(None) };
            current::person(&app.bench, person).await
        };
        match found.await {
            Ok(Some(actor)) => Ok(Self(actor)),
            Ok(None) => Err(to_login(parts, Space::Person)),
            Err(refusal) => Err(refuse(parts, app, Space::Person, refusal)),
        }
    }
}

/// An operator whose second factor is fresh enough for what cannot be undone.
#[derive(Clone, Debug)]
pub struct FreshOperator(pub OperatorActor);

impl FromRequestParts<App> for FreshOperator {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Operator(operator) = Operator::from_request_parts(parts, app).await?;
        let at = operator.staff.as_ref().and_then(|staff| staff.factor_at);
        match at.filter(|at| app.bench.now().since(*at) <= app.config().sessions.second_factor_max_age) {
            Some(_) => Ok(Self(operator)),
            None => Err(to_second_factor(parts, Space::Operator)),
        }
    }
}

/// An agent of an authority whose second factor is fresh enough to take lines away, to record an order, or to give another
/// agent her word.
#[derive(Clone, Debug)]
pub struct FreshAuthority(pub AuthorityActor);

impl FromRequestParts<App> for FreshAuthority {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Authority(authority) = Authority::from_request_parts(parts, app).await?;
        let at = authority.staff.factor_at;
        match at.filter(|at| app.bench.now().since(*at) <= app.config().sessions.second_factor_max_age) {
            Some(_) => Ok(Self(authority)),
            None => Err(to_second_factor(parts, Space::Authority)),
        }
    }
}

/// A referent whose second factor is fresh enough to change how an aidant enters.
#[derive(Clone, Debug)]
pub struct FreshReferent(pub Referent);

impl FromRequestParts<App> for FreshReferent {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let referent = Referent::from_request_parts(parts, app).await?;
        let at = referent.actor.factor_at;
        match at.filter(|at| app.bench.now().since(*at) <= app.config().sessions.second_factor_max_age) {
            Some(_) => Ok(Self(referent)),
            None => Err(to_second_factor(parts, Space::Referent)),
        }
    }
}

macro_rules! staff {
    ($name:ident, $session:ident, $space:ident, $current:path, $make:expr) => {
        impl FromRequestParts<App> for $name {
            type Rejection = Response;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
                let session =
                    $session::from_request_parts(parts, app).await.map_err(IntoResponse::into_response)?;
                let found = async {
                    let Some(who) = logged_in(&session).await? else { return Ok(None) };
                    $current(&app.bench, who.account, Some(who.factor_at)).await
                };
                match found.await {
                    Ok(Some(found)) => Ok($make(found)),
                    Ok(None) => Err(to_login(parts, Space::$space)),
                    Err(refusal) => Err(refuse(parts, app, Space::$space, refusal)),
                }
            }
        }
    };
}

staff!(Referent, ReferentSession, Referent, current::referent, |(actor, organisations)| Referent {
    actor,
    organisations
});
staff!(Authority, AuthoritySession, Authority, current::authority, Authority);
staff!(Operator, OperatorSession, Operator, current::operator, Operator);
staff!(Integrator, IntegratorSession, Integrator, current::integrator, Integrator);

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn who_may_not_act_sees_what_is_missing_and_no_person() {
        for path in ["/aidant", "/aidant/personnes", "/aidant/mandats/7/revoquer", "/aidant/journal"] {
            assert_eq!(waits_at(path, Standing::InForce), None, "{path}");
            assert_eq!(waits_at(path, Standing::Unsigned), Some("/aidant/charte"), "{path}");
            for standing in [Standing::Awaited, Standing::Suspended, Standing::Ended] {
                assert_eq!(waits_at(path, standing), Some("/aidant/habilitations"), "{path}");
            }
        }
        for path in ["/aidant/charte/7", "/aidant/habilitations", "/aidant/structure", "/acte/7", "/aidante"]
        {
            assert_eq!(waits_at(path, Standing::Ended), None, "{path}");
        }
    }

    #[test]
    fn the_way_back_is_a_path_only() {
        let mut headers = HeaderMap::new();
        assert_eq!(referring_path(&headers), None);
        headers.insert(
            header::REFERER,
            HeaderValue::from_static("https://p.example/aidant/mandats/nouveau?a=1#x"),
        );
        assert_eq!(referring_path(&headers).as_deref(), Some("/aidant/mandats/nouveau?a=1"));
        assert_eq!(
            login_path(Space::Aidant, "/aidant?x=1&y"),
            "/aidant/connexion?suite=%2Faidant%3Fx%3D1%26y"
        );
    }
}
