//! Registers clients, confirms them by a second operator, and switches them off.

pub mod document;
pub(super) mod rules;

use std::collections::BTreeSet;

use secrecy::ExposeSecret;
use secrecy::SecretString;
use serde_json::Value;

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::crypto::random::random_token;
use crate::crypto::random::secret_token;
use crate::domain::client::AssertionAudience;
use crate::domain::client::Client;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientKind;
use crate::domain::client::ClientOptions;
use crate::domain::client::ClientStatus;
use crate::domain::client::Registration;
use crate::domain::client::TokenAlgorithm;
use crate::domain::ids::ClientId;
use crate::domain::person::ConsentGrade;
use crate::domain::redirect::is_registrable;
use crate::domain::theme::Theme;
use crate::ledger::entry::Actor;
use crate::ledger::entry::Role;
use crate::ledger::kinds::Event;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::identity_broker;
use crate::operations::refusal::Refusal;
use crate::operations::register_client::rules::faults;
use crate::operations::suspend::checked_reason;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::clients;
use crate::storage::db::DbError;

/// Who registered a client from the command line, for the rule of two persons.
const COMMAND_LINE: &str = "cli";
pub(super) const SAME_OPERATOR: &str = "client-same-operator";
/// It is not what the page had shown.
pub(super) const OTHER_THAN_SEEN: &str = "client-other-than-shown";

/// What an operator says of a new client; `None` takes the default of its kind.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Its identifier on the wire.
    pub id: Option<ClientId>,
    /// The name people read.
    pub name: String,
    /// What kind of system it is.
    pub kind: ClientKind,
    /// Themes its service accepts.
    pub themes: BTreeSet<Theme>,
    /// Exact redirect addresses.
    pub redirect_uris: BTreeSet<String>,
    /// Exact addresses to come back to after logout.
    pub post_logout_redirect_uris: BTreeSet<String>,
    /// How it authenticates.
    pub auth: Option<ClientAuth>,
    /// Its public keys (RFC 7517).
    pub jwks: Option<Value>,
    /// The profile of deployed clients.
    pub compat: bool,
    /// Scopes it is granted.
    pub scopes: Option<BTreeSet<String>>,
    /// The lowest consent it accepts.
    pub min_consent_grade: Option<ConsentGrade>,
    /// Receives the aidant's name.
    pub aidant_name: bool,
    /// Must push its requests.
    pub require_par: bool,
    /// Audience of its assertions.
    pub assertion_audience: Option<AssertionAudience>,
    /// Algorithm of its ID tokens.
    pub id_token_alg: Option<TokenAlgorithm>,
    /// Algorithm of a signed userinfo answer.
    pub userinfo_alg: Option<TokenAlgorithm>,
    /// Clients of one sector share aliases.
    pub sector: Option<String>,
    /// What not every client has.
    pub options: ClientOptions,
    /// The addresses that `sector_identifier_uri` lists, read just now; needed where there is one.
    pub sector_listed: Option<BTreeSet<String>>,
    /// The secret it is known to use already; a new one where there is none.
    pub secret: Option<SecretString>,
}

impl NewClient {
    /// A client with every default of its kind.
    pub fn new(kind: ClientKind, name: impl Into<String>) -> Self {
        Self {
            id: None,
            name: name.into(),
            kind,
            themes: BTreeSet::new(),
            redirect_uris: BTreeSet::new(),
            post_logout_redirect_uris: BTreeSet::new(),
            auth: None,
            jwks: None,
            compat: false,
            scopes: None,
            min_consent_grade: None,
            aidant_name: false,
            require_par: false,
            assertion_audience: None,
            id_token_alg: None,
            userinfo_alg: None,
            sector: None,
            options: ClientOptions::default(),
            sector_listed: None,
            secret: None,
        }
    }
}

/// A client just registered; its secret is shown once.
#[derive(Debug)]
pub struct Registered {
    /// The client.
    pub client: Client,
    /// Its secret, where it has one.
    pub secret: Option<SecretString>,
}

/// Registers a client: active at once, or waiting for a second operator where `operators.two_persons` says so.
///
/// # Errors
/// [`Refusal::Invalid`] names what does not fit; [`Refusal::Conflict`] `client-id-taken`.
pub async fn register_client(
    bench: &Bench,
    operator: &OperatorActor,
    new: NewClient,
    reference: Option<&str>,
) -> Result<Registered, Refusal> {
    let faults = faults(&new);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let id = match &new.id {
        Some(id) => id.clone(),
        None => ClientId::parse(&typable(random_token(bench.random.as_ref(), 12)))
            .ok_or_else(|| Refusal::fault("a drawn client id"))?,
    };
    let auth = auth_of(&new);
    let known = new.secret.clone();
    let secret = (auth != ClientAuth::PrivateKeyJwt)
        .then(|| known.unwrap_or_else(|| secret_token(bench.random.as_ref())));
    let secret_hash = secret.as_ref().map(|secret| TokenHash::of(secret.expose_secret()).as_bytes().to_vec());
    let status =
        if bench.config.operators.two_persons { ClientStatus::Pending } else { ClientStatus::Active };
    let kept = secret.clone().filter(|_| is_keyed(&new));
    let client = Client { id, status, secret_hash, registration: registration(new, auth) };
    let mut work = Work::begin(bench, reference).await?;
    let now = work.now;
    match clients::insert(&mut work.tx, &client, &signature(operator), now).await {
        Ok(()) => {}
        Err(DbError::Unique(_)) => return Err(Refusal::Conflict("client-id-taken")),
        Err(error) => return Err(error.into()),
    }
    if let Some(secret) = &kept {
        identity_broker::keep_secret(bench, &mut work.tx, &client.id, secret).await?;
    }
    let registered = &client.registration;
    let event = Event::ClientRegistered {
        client_kind: registered.kind.as_str().to_owned(),
        themes: registered.themes.iter().copied().collect(),
        redirect_uris: registered.redirect_uris.iter().cloned().collect(),
        authentication: registered.auth.as_str().to_owned(),
        min_grade: registered.min_consent_grade.as_str().to_owned(),
        compat: registered.compat,
    };
    write(work, operator, &client, event, None).await?;
    Ok(Registered { client, secret })
}

/// What stands for settings as an operator was shown them, so that nothing else is confirmed.
///
/// # Errors
/// A fault when they cannot be written down.
pub fn seen(settings: &impl serde::Serialize) -> Result<String, Refusal> {
    Ok(b64(&sha256(&serde_json::to_vec(settings)?)))
}

/// A second operator confirms a waiting client, as [`seen`] where a page had shown it.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `client-same-operator` for whoever had a hand in it, which is written,
/// `client-not-pending` when it does not wait, [`OTHER_THAN_SEEN`].
pub async fn confirm_client(
    bench: &Bench,
    operator: &OperatorActor,
    id: &ClientId,
    shown: Option<&str>,
    reference: Option<&str>,
) -> Result<Client, Refusal> {
    let mut work = Work::begin(bench, reference).await?;
    let mut client = clients::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let by = clients::registered_by(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let event = Event::ClientChanged { changed: vec!["status".to_owned()] };
    if client.status == ClientStatus::Pending && bench.config.operators.two_persons && has_hand(&by, operator)
    {
        write(work, operator, &client, event, Some(SAME_OPERATOR)).await?;
        return Err(Refusal::Conflict(SAME_OPERATOR));
    }
    let known = seen(&client.registration)?;
    if client.status == ClientStatus::Pending && shown.is_some_and(|shown| shown != known) {
        return Err(Refusal::Conflict(OTHER_THAN_SEEN));
    }
    if !clients::set_status(&mut work.tx, id, ClientStatus::Pending, ClientStatus::Active).await? {
        return Err(Refusal::Conflict("client-not-pending"));
    }
    client.status = ClientStatus::Active;
    write(work, operator, &client, event, None).await?;
    Ok(client)
}

/// Gives a client other redirect and post-logout addresses; it waits for a second operator again where
/// `operators.two_persons` says so.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Invalid`] for an address a code may not be sent to.
pub async fn move_client(
    bench: &Bench,
    operator: &OperatorActor,
    id: &ClientId,
    (redirect_uris, post_logout_redirect_uris): (BTreeSet<String>, BTreeSet<String>),
    reference: Option<&str>,
) -> Result<(), Refusal> {
    if redirect_uris.is_empty()
        || !redirect_uris.iter().chain(&post_logout_redirect_uris).all(|uri| is_registrable(uri))
    {
        return Err(Refusal::field("redirect_uri", "client-fault-redirect"));
    }
    let mut work = Work::begin(bench, reference).await?;
    let mut client = clients::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let by = hands(&mut work, &client, &signature(operator)).await?;
    client.registration.redirect_uris = redirect_uris;
    client.registration.post_logout_redirect_uris = post_logout_redirect_uris;
    if bench.config.operators.two_persons && client.status == ClientStatus::Active {
        client.status = ClientStatus::Pending;
    }
    clients::change(&mut work.tx, &client, &by).await?;
    let changed = ["redirect_uris", "post_logout_redirect_uris"].map(str::to_owned).to_vec();
    write(work, operator, &client, Event::ClientChanged { changed }, None).await
}

/// Switches a client off, waiting or active; its tokens are worth nothing from then on.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `client-disabled` when it was off already; [`Refusal::Invalid`] without a
/// reason.
pub async fn disable_client(
    bench: &Bench,
    operator: &OperatorActor,
    id: &ClientId,
    reason: &str,
    reference: Option<&str>,
) -> Result<Client, Refusal> {
    let reason = checked_reason(reason)?;
    let mut work = Work::begin(bench, reference).await?;
    let mut client = clients::find(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let from = client.status;
    if from == ClientStatus::Disabled
        || !clients::set_status(&mut work.tx, id, from, ClientStatus::Disabled).await?
    {
        return Err(Refusal::Conflict("client-disabled"));
    }
    work.now = bench.now();
    client.status = ClientStatus::Disabled;
    write(work, operator, &client, Event::ClientDisabled { reason }, None).await?;
    Ok(client)
}

/// Every client, oldest first.
///
/// # Errors
/// As the database says.
pub async fn list_clients(bench: &Bench) -> Result<Vec<Client>, Refusal> {
    Ok(clients::every(&mut bench.db.read().await?).await?)
}

/// One client.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn show_client(bench: &Bench, id: &ClientId) -> Result<Client, Refusal> {
    clients::find(&mut bench.db.read().await?, id).await?.ok_or(Refusal::NotFound)
}

/// One client as an operator finds it, and whether this operator may not confirm it: who had a hand in it does not.
///
/// # Errors
/// [`Refusal::NotFound`].
pub async fn examine_client(
    bench: &Bench,
    operator: &OperatorActor,
    id: &ClientId,
) -> Result<(Client, bool), Refusal> {
    let mut tx = bench.db.read().await?;
    let client = clients::find(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    let by = clients::registered_by(&mut tx, id).await?.ok_or(Refusal::NotFound)?;
    Ok((client, bench.config.operators.two_persons && has_hand(&by, operator)))
}

async fn write(
    mut work: Work<'_>,
    operator: &OperatorActor,
    client: &Client,
    event: Event,
    refused: Option<&'static str>,
) -> Result<(), Refusal> {
    let mut line = operator_line(&mut work, operator, client, event).await?;
    if let Some(reason) = refused {
        line = line.refused(reason);
    }
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await
}

/// What an operator did about a client, under the system's key.
pub(super) async fn operator_line(
    work: &mut Work<'_>,
    operator: &OperatorActor,
    client: &Client,
    event: Event,
) -> Result<Line, Refusal> {
    let key = data_keys::system(work.bench);
    let line = Line::new(event, operator_actor(operator), key).client(client);
    Ok(match &operator.staff {
        Some(staff) => line.account(staff.account.id),
        None => line,
    })
}

fn operator_actor(operator: &OperatorActor) -> Actor {
    match &operator.staff {
        Some(staff) => actor(&staff.account),
        None => Actor::new(Role::Operator, COMMAND_LINE, COMMAND_LINE),
    }
}

pub(super) fn signature(operator: &OperatorActor) -> String {
    operator.staff.as_ref().map_or_else(|| COMMAND_LINE.to_owned(), |staff| staff.account.id.to_string())
}

/// Everybody who had a hand in a client once `who` changes it, a line each: all since it waits, or `who` alone for one that is
/// in service.
pub(super) async fn hands(work: &mut Work<'_>, client: &Client, who: &str) -> Result<String, Refusal> {
    if client.status != ClientStatus::Pending {
        return Ok(who.to_owned());
    }
    let before = clients::registered_by(&mut work.tx, &client.id).await?.ok_or(Refusal::NotFound)?;
    let known = before.lines().any(|one| one == who);
    Ok(if known { before } else { format!("{before}\n{who}") })
}

fn has_hand(by: &str, operator: &OperatorActor) -> bool {
    let own = signature(operator);
    by.lines().any(|one| one == own)
}

pub(super) fn auth_of(new: &NewClient) -> ClientAuth {
    new.auth.unwrap_or(match (new.kind, new.jwks.is_some() || new.options.jwks_uri.is_some()) {
        (ClientKind::IdentityBroker, _) => ClientAuth::SecretPost,
        (_, true) => ClientAuth::PrivateKeyJwt,
        (_, false) => ClientAuth::SecretBasic,
    })
}

/// The host of a sector identifier (OIDC Core section 8.1).
fn sector_of(options: &ClientOptions) -> Option<String> {
    let url = url::Url::parse(options.sector_identifier_uri.as_deref()?).ok()?;
    url.host_str().map(str::to_owned)
}

/// The scopes of a kind of client that is registered without any.
fn default_scopes(kind: ClientKind) -> &'static [&'static str] {
    match kind {
        ClientKind::Administration => &["openid", "profile", "birth", "email", "receipts"],
        ClientKind::IdentityBroker => &["openid", "profile", "birth", "email"],
        ClientKind::Software => &["openid", "mandates", "offline_access"],
        ClientKind::ResourceServer => &["receipts", "evaluate", "ssf.manage", "ssf.read"],
    }
}

pub(super) fn registration(new: NewClient, auth: ClientAuth) -> Registration {
    let defaults = default_scopes(new.kind).iter().map(|scope| (*scope).to_owned());
    let audience = if new.compat { AssertionAudience::TokenEndpoint } else { AssertionAudience::Issuer };
    Registration {
        name: new.name.trim().to_owned(),
        kind: new.kind,
        auth,
        compat: new.compat,
        redirect_uris: new.redirect_uris,
        post_logout_redirect_uris: new.post_logout_redirect_uris,
        themes: new.themes,
        scopes: new.scopes.unwrap_or_else(|| defaults.collect()),
        mandate_type: true,
        client_credentials: matches!(new.kind, ClientKind::Administration | ClientKind::ResourceServer),
        min_consent_grade: new.min_consent_grade.unwrap_or(ConsentGrade::FranceConnect),
        aidant_name: new.aidant_name,
        require_par: new.require_par,
        assertion_audience: new.assertion_audience.unwrap_or(audience),
        jwks: new.jwks,
        id_token_alg: new.id_token_alg.unwrap_or(TokenAlgorithm::Es256).as_str().to_owned(),
        userinfo_alg: new.userinfo_alg.map(|algorithm| algorithm.as_str().to_owned()),
        sector: sector_of(&new.options).or(new.sector),
        options: new.options,
    }
}

/// An identifier that no command line takes for an option.
fn typable(drawn: String) -> String {
    match drawn.strip_prefix('-') {
        Some(rest) => format!("c{rest}"),
        None => drawn,
    }
}

/// Whether a token of this client is signed with its own secret, which is then kept.
pub(super) fn is_keyed(new: &NewClient) -> bool {
    let keyed = Some(TokenAlgorithm::Hs256);
    new.id_token_alg == keyed || new.userinfo_alg == keyed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_no_option() {
        assert_eq!(typable("-bc".to_owned()), "cbc");
        assert_eq!(typable("a-c".to_owned()), "a-c");
    }
}
