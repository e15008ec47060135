//! A client gets a new secret or other keys; the former ones serve beside them for a while, or end at once.

use std::time::Duration;

use secrecy::ExposeSecret;
use secrecy::SecretString;
use serde_json::Value;

use crate::crypto::hash::TokenHash;
use crate::crypto::jwk::JwkSet;
use crate::crypto::random::secret_token;
use crate::domain::client::Client;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientStatus;
use crate::domain::client::Registration;
use crate::domain::ids::ClientId;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors::IntegratorActor;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::identity_broker;
use crate::operations::refusal::Refusal;
use crate::operations::register_client::operator_line;
use crate::operations::register_client::rules::has_keys;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::client_changes;
use crate::storage::clients;

/// How long a former secret or key serves where nobody says otherwise.
pub const USUAL_OVERLAP: Duration = Duration::from_secs(7 * 86_400);
/// The longest it may serve.
pub const LONGEST_OVERLAP: Duration = Duration::from_secs(30 * 86_400);

/// Who rotates: an operator, or the integrator who looks after the client.
#[derive(Clone, Copy, Debug)]
pub enum Rotator<'a> {
    /// An operator.
    Operator(&'a OperatorActor),
    /// The client's integrator.
    Integrator(&'a IntegratorActor),
}

/// A client's new secret, shown once.
#[derive(Debug)]
pub struct Rotated {
    /// The secret.
    pub secret: SecretString,
    /// Until when the former one serves; none: it ended at once.
    pub former_until: Option<Instant>,
}

/// What still serves of a client's former secret and keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// Until when the former secret serves.
    pub secret_until: Option<Instant>,
    /// Until when the former keys serve.
    pub keys_until: Option<Instant>,
}

/// Gives a client a new secret; the former one serves for `overlap` more, and one before it ends now. Tokens that are keyed with
/// the secret (HS256) are keyed with the new one at once.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown client or another integrator's; [`Refusal::Invalid`] for an overlap of more than
/// [`LONGEST_OVERLAP`]; [`Refusal::Conflict`] `client-disabled`, `client-no-secret`.
pub async fn rotate_secret(
    bench: &Bench,
    by: Rotator<'_>,
    id: &ClientId,
    overlap: Duration,
    reference: Option<&str>,
) -> Result<Rotated, Refusal> {
    let mut work = begin(bench, by, id, overlap, reference).await?;
    let client = living(&mut work, id).await?;
    if client.registration.auth == ClientAuth::PrivateKeyJwt {
        return Err(Refusal::Conflict("client-no-secret"));
    }
    let secret = secret_token(bench.random.as_ref());
    let hash = TokenHash::of(secret.expose_secret());
    let until = work.now.plus(overlap);
    client_changes::drop_secret(&mut work.tx, id).await?;
    let former = client.secret_hash.as_ref().filter(|_| !overlap.is_zero());
    if let Some(former) = former {
        client_changes::keep_secret(&mut work.tx, id, former, until).await?;
    }
    let former_until = former.map(|_| until);
    clients::set_secret(&mut work.tx, id, hash.as_bytes()).await?;
    if identity_broker::is_keyed(&client.registration) {
        identity_broker::keep_secret(bench, &mut work.tx, id, &secret).await?;
    }
    record(work, by, &client, "client_secret").await?;
    Ok(Rotated { secret, former_until })
}

/// Puts other public keys (RFC 7517) in the place of those a client gave by value.
///
/// # Errors
/// As [`rotate_secret`]; [`Refusal::Invalid`] for what is no set of public keys; [`Refusal::Conflict`]
/// `client-keys-elsewhere` when it gave none by value.
pub async fn replace_keys(
    bench: &Bench,
    by: Rotator<'_>,
    id: &ClientId,
    (jwks, overlap): (Value, Duration),
    reference: Option<&str>,
) -> Result<Option<Instant>, Refusal> {
    if !has_keys(&jwks) {
        return Err(Refusal::field("jwks", "client-fault-jwks"));
    }
    let mut work = begin(bench, by, id, overlap, reference).await?;
    let mut client = living(&mut work, id).await?;
    if client.registration.jwks.is_none() {
        return Err(Refusal::Conflict("client-keys-elsewhere"));
    }
    let next = Registration { jwks: Some(jwks), ..client.registration.clone() };
    let until = work.now.plus(overlap);
    keep_former_keys(&mut work, &client, &next, until).await?;
    client.registration = next;
    let registered_by = clients::registered_by(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    clients::change(&mut work.tx, &client, &registered_by).await?;
    record(work, by, &client, "jwks").await?;
    Ok((!overlap.is_zero()).then_some(until))
}

/// Ends a former secret and former keys at once.
///
/// # Errors
/// [`Refusal::NotFound`]; [`Refusal::Conflict`] `client-no-overlap` when there are none.
pub async fn end_overlap(
    bench: &Bench,
    by: Rotator<'_>,
    id: &ClientId,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let mut work = begin(bench, by, id, Duration::ZERO, reference).await?;
    let client = living(&mut work, id).await?;
    let secret = client_changes::drop_secret(&mut work.tx, id).await?;
    let keys = client_changes::drop_keys(&mut work.tx, id).await?;
    let what = match (secret, keys) {
        (false, false) => return Err(Refusal::Conflict("client-no-overlap")),
        (true, _) => "former_client_secret",
        (false, true) => "former_jwks",
    };
    record(work, by, &client, what).await
}

/// What still serves of a client's former secret and keys.
///
/// # Errors
/// As the database says.
pub async fn overlap(bench: &Bench, id: &ClientId) -> Result<Overlap, Refusal> {
    let mut tx = bench.db.read().await?;
    let now = bench.now();
    let secret = client_changes::former_secret(&mut tx, id).await?.map(|(_, until)| until);
    let keys = client_changes::former_keys(&mut tx, id).await?.map(|(_, until)| until);
    let serves = |until: Option<Instant>| until.filter(|until| now < *until);
    Ok(Overlap { secret_until: serves(secret), keys_until: serves(keys) })
}

/// Where a change replaces keys given by value, keeps the former ones until `until`; a key that stays is not doubled.
pub(super) async fn keep_former_keys(
    work: &mut Work<'_>,
    client: &Client,
    next: &Registration,
    until: Instant,
) -> Result<(), Refusal> {
    let id = &client.id;
    let Some(former) = client.registration.jwks.as_ref().filter(|_| client.registration.jwks != next.jwks)
    else {
        return Ok(());
    };
    client_changes::drop_keys(&mut work.tx, id).await?;
    if next.jwks.is_some() && work.now < until {
        let set: JwkSet = serde_json::from_value(former.clone())?;
        client_changes::keep_keys(&mut work.tx, id, &serde_json::to_string(&set)?, until).await?;
    }
    Ok(())
}

async fn begin<'b>(
    bench: &'b Bench,
    by: Rotator<'_>,
    id: &ClientId,
    overlap: Duration,
    reference: Option<&str>,
) -> Result<Work<'b>, Refusal> {
    if overlap > LONGEST_OVERLAP {
        return Err(Refusal::field("overlap", "client-fault-overlap"));
    }
    if matches!(by, Rotator::Integrator(integrator) if !integrator.looks_after(id)) {
        return Err(Refusal::NotFound);
    }
    Work::begin(bench, reference).await
}

async fn living(work: &mut Work<'_>, id: &ClientId) -> Result<Client, Refusal> {
    let client = clients::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    if client.status == ClientStatus::Disabled {
        return Err(Refusal::Conflict("client-disabled"));
    }
    Ok(client)
}

async fn record(mut work: Work<'_>, by: Rotator<'_>, client: &Client, changed: &str) -> Result<(), Refusal> {
    let event = Event::ClientChanged { changed: vec![changed.to_owned()] };
    let line = match by {
        Rotator::Operator(operator) => operator_line(&mut work, operator, client, event).await?,
        Rotator::Integrator(integrator) => {
            let key = data_keys::system(work.bench);
            let account = &integrator.staff.account;
            Line::new(event, actor(account), key).client(client).account(account.id)
        }
    };
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await
}
