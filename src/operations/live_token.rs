//! What a token of ours is worth at this very instant: signature, row, act, mandate and decision all still hold.

use serde_json::Map;
use serde_json::Value;

use crate::crypto::jose;
use crate::crypto::jose::Expected;
use crate::crypto::jose::TypRule;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keyed_hash::KeyedHash;
use crate::crypto::keys::Algorithm;
use crate::domain::act::Act;
use crate::domain::act::ActLife;
use crate::domain::act::Opened;
use crate::domain::client::Client;
use crate::domain::client::ClientStatus;
use crate::domain::client::TokenAlgorithm;
use crate::domain::decision::client_accepts;
use crate::domain::ids::ClientId;
use crate::domain::ids::MandateId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::MandateStatus;
use crate::domain::software::LoginStatus;
use crate::domain::software::SoftwareLogin;
use crate::domain::theme::Theme;
use crate::domain::time::CLOCKS_AGREE;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::identity_broker;
use crate::operations::keys;
use crate::operations::mandate_token::read_mandate;
use crate::operations::refusal::Refusal;
use crate::operations::software_standing::standing;
use crate::operations::weigh::Hold;
use crate::operations::weigh::Weighed;
use crate::operations::weigh::weigh_found;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::client_actor;
use crate::storage::acts;
use crate::storage::circumstances;
use crate::storage::circumstances::Presented;
use crate::storage::clients;
use crate::storage::db::Tx;
use crate::storage::mandates;
use crate::storage::software_logins;
use crate::storage::tokens;
use crate::storage::tokens::StoredToken;
use crate::storage::tokens::TokenKind;

const ALGORITHMS: &[Algorithm] = &[Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa];

/// A token whose signature is ours and whose row exists; whether it lives is [`LiveToken`]'s.
#[derive(Clone, Debug)]
pub struct OwnToken {
    /// Its claims.
    pub claims: Map<String, Value>,
    /// Its row.
    pub row: StoredToken,
}

/// A token that is active now.
#[derive(Clone, Debug)]
pub struct LiveToken {
    /// Its claims.
    pub claims: Map<String, Value>,
    /// Its row.
    pub row: StoredToken,
    /// To whom it was issued.
    pub client: Client,
    /// The act it belongs to, with what was decided, for the tokens of an act.
    pub act: Option<(Act, Opened)>,
    /// The parties as they stand now, for the access token of an act.
    pub weighed: Option<Weighed>,
    /// The aidant's own login at her software, for the access token of one.
    pub login: Option<SoftwareLogin>,
    /// Whether it is known that who asks has checked this mandate today already.
    pub checked: bool,
}

impl LiveToken {
    /// The thumbprint of the key it is bound to (RFC 9449 section 6.1), where it is.
    pub fn bound_key(&self) -> Option<&str> {
        self.claims.get("cnf")?.get("jkt")?.as_str()
    }
}

/// Reads a token of ours, of any age; `None` for anything else.
pub(super) async fn own_token(tx: &mut Tx, jwks: &JwkSet, token: &str) -> Result<Option<OwnToken>, Refusal> {
    let Some((claims, jti)) = own_claims(jwks, token) else { return Ok(None) };
    let row = tokens::find(tx, &jti).await?;
    Ok(row.map(|row| OwnToken { claims, row }))
}

/// The claims of a token that one of our keys signed, with its `jti`.
fn own_claims(jwks: &JwkSet, token: &str) -> Option<(Map<String, Value>, String)> {
    let expected = Expected { typ: TypRule::Exactly("at+jwt"), algorithms: ALGORITHMS };
    let access = jose::verify::<Map<String, Value>>(token, jwks, &expected).map(|verified| verified.claims);
    let claims = access.ok().or_else(|| read_mandate(token, jwks).ok())?;
    let jti = claims.get("jti")?.as_str()?.to_owned();
    Some((claims, jti))
}

/// What an ID token of ours says of who logs out (OIDC RP-Initiated Logout section 2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// `sid`: the act, or the aidant's login at her software.
    pub sid: String,
    /// `aud`: the client it was made for.
    pub audience: String,
}

impl Hint {
    fn of(claims: &Map<String, Value>, issuer: &str) -> Option<Self> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        if text("iss").as_deref() != Some(issuer) {
            return None;
        }
        Some(Self { sid: text("sid")?, audience: text("aud")? })
    }
}

/// Reads an ID token which `issuer` signed with one of `jwks`, at any age.
pub fn hinted(token: &str, jwks: &JwkSet, issuer: &str) -> Option<Hint> {
    let expected = Expected { typ: TypRule::JwtOrAbsent, algorithms: ALGORITHMS };
    Hint::of(&jose::verify::<Map<String, Value>>(token, jwks, &expected).ok()?.claims, issuer)
}

/// The act an ID token of ours speaks of, with the client it was made for; `None` for anything else. Its age is not judged.
pub(super) async fn act_of_id_token(bench: &Bench, token: &str) -> Result<Option<(Act, Client)>, Refusal> {
    let Some(hint) = own_hint(bench, token).await? else { return Ok(None) };
    let Ok(id) = hint.sid.parse() else { return Ok(None) };
    let mut tx = bench.db.read().await?;
    let found = acts::find(&mut tx, id).await?.map(|stored| stored.act);
    let Some(act) = found.filter(|act| hint.audience == act.client.as_str()) else { return Ok(None) };
    let client = clients::find(&mut tx, &act.client).await?;
    Ok(client.map(|client| (act, client)))
}

/// As [`act_of_id_token`], for an aidant's own login at her software.
pub(super) async fn login_of_id_token(
    bench: &Bench,
    token: &str,
) -> Result<Option<(SoftwareLogin, Client)>, Refusal> {
    let Some(hint) = own_hint(bench, token).await? else { return Ok(None) };
    let Ok(id) = hint.sid.parse() else { return Ok(None) };
    let mut tx = bench.db.read().await?;
    let found = software_logins::find(&mut tx, id).await?.map(|stored| stored.login);
    let Some(login) = found.filter(|login| hint.audience == login.client.as_str()) else { return Ok(None) };
    let client = clients::find(&mut tx, &login.client).await?;
    Ok(client.map(|client| (login, client)))
}

/// The hint of an ID token of ours: signed by one of our keys, or keyed with the secret of the broker it was made for.
async fn own_hint(bench: &Bench, token: &str) -> Result<Option<Hint>, Refusal> {
    let issuer = bench.config.server.public_url.as_str();
    let Ok(keyed) = KeyedHash::read(token) else {
        return Ok(hinted(token, &keys::jwks(bench).await?, issuer));
    };
    let Some(id) = keyed.claimed("aud").and_then(ClientId::parse) else { return Ok(None) };
    let mut tx = bench.db.read().await?;
    let Some(client) = clients::find(&mut tx, &id).await? else { return Ok(None) };
    if client.registration.id_token_alg != TokenAlgorithm::Hs256.as_str() {
        return Ok(None);
    }
    let secret = identity_broker::secret(bench, &mut tx, &client).await?;
    let claims = secret.and_then(|secret| keyed.verify(&secret).ok());
    Ok(claims.and_then(|claims| Hint::of(&claims, issuer)))
}

/// The token if it is active now; `None` for one that is not, whatever the cause. `asker` is who wants to know: its own client
/// without one.
///
/// # Errors
/// As the database says.
pub async fn live_token(
    bench: &Bench,
    token: &str,
    asker: Option<&ClientId>,
) -> Result<Option<LiveToken>, Refusal> {
    Box::pin(read_live(bench, token, asker)).await
}

async fn read_live(
    bench: &Bench,
    token: &str,
    asker: Option<&ClientId>,
) -> Result<Option<LiveToken>, Refusal> {
    let jwks = keys::jwks(bench).await?;
    let now = bench.now();
    let Some((claims, jti)) = own_claims(&jwks, token) else { return Ok(None) };
    let mut tx = bench.db.look().await?;
    let day = now.day().to_string();
    let presented = Box::pin(circumstances::by_token(&mut tx, &jti, asker, &day)).await?;
    if let Some(presented) = presented {
        return Box::pin(access_holds(bench, tx, now, claims, presented)).await;
    }
    drop(tx);
    let mut tx = bench.db.read().await?;
    let Some(row) = tokens::find(&mut tx, &jti).await? else { return Ok(None) };
    let Some(client) = clients::find(&mut tx, &row.client).await? else { return Ok(None) };
    let live = LiveToken { claims, row, client, act: None, weighed: None, login: None, checked: false };
    let Some(mut live) = Some(live).filter(|live| goes_on(live, now)) else { return Ok(None) };
    let holds = match live.row.kind {
        TokenKind::Client => true,
        // Its act, or a party to it, is not there any more.
        TokenKind::Access => false,
        TokenKind::Aidant => login_holds(bench, &mut tx, &mut live).await?,
        TokenKind::Mandate => mandate_holds(&mut tx, now, &mut live).await?,
    };
    Ok(holds.then_some(live))
}

/// Whether its own time is not over and its client is still one of ours.
fn goes_on(live: &LiveToken, now: Instant) -> bool {
    let issued = live.claims.get("iat").and_then(Value::as_i64);
    let ahead = issued.is_some_and(|at| at > now.plus(CLOCKS_AGREE).seconds());
    let over = live.row.ended_at.is_some() || now.seconds() >= live.row.expires_at.seconds();
    !ahead && !over && live.client.status == ClientStatus::Active
}

/// The access token of an act lives while the act does and the decision would still be yes.
async fn access_holds(
    bench: &Bench,
    mut tx: Tx,
    now: Instant,
    claims: Map<String, Value>,
    presented: Presented,
) -> Result<Option<LiveToken>, Refusal> {
    let Presented { token: row, client, act, circumstances, checked } = presented;
    let live = LiveToken { claims, row, client, act: None, weighed: None, login: None, checked };
    let ActLife::Redeemed { opened, .. } = act.act.life.clone() else { return Ok(None) };
    if !goes_on(&live, now) || circumstances.habilitation.account != opened.account {
        return Ok(None);
    }
    let weighed = match weigh_found(bench, &mut tx, (now, opened.theme), circumstances, true).await {
        Ok(weighed) => weighed,
        Err(Refusal::NotFound) => return Ok(None),
        Err(refusal) => return Err(refusal),
    };
    // An act opened by exchange rests on what its software may have, too.
    let mandate = Some(&weighed.mandate.mandate);
    let software = match &act.act.via {
        Some(_) => client_accepts(&live.client, mandate, opened.theme),
        None => Ok(()),
    };
    let holds = weighed.verdict.and(software).is_ok();
    let live = LiveToken { act: Some((act.act, opened)), weighed: Some(weighed), ..live };
    Ok(Some(live).filter(|_| holds))
}

/// The access token of an aidant's own login lives while she may work, her session goes on and the login was not ended.
async fn login_holds(bench: &Bench, tx: &mut Tx, live: &mut LiveToken) -> Result<bool, Refusal> {
    let sid = live.claims.get("sid").and_then(Value::as_str).and_then(|sid| sid.parse().ok());
    let Some(id) = sid else { return Ok(false) };
    let Some(login) = software_logins::find(tx, id).await?.map(|stored| stored.login) else {
        return Ok(false);
    };
    let Some(approved) = login.approved.as_ref().filter(|_| login.status == LoginStatus::Given) else {
        return Ok(false);
    };
    let verdict = standing(bench, tx, &live.client.id, approved, Hold::Seen).await?.verdict;
    live.login = Some(login);
    Ok(verdict.is_ok())
}

/// A mandate token lives while its mandate and every theme it names do.
async fn mandate_holds(tx: &mut Tx, now: Instant, live: &mut LiveToken) -> Result<bool, Refusal> {
    live.act = act_of(tx, live).await?;
    let Some(id) = live.row.mandate else { return Ok(false) };
    let Some(stored) = mandates::find(tx, id).await? else { return Ok(false) };
    let open = stored.mandate.open_themes();
    let named: Option<Vec<Theme>> = live
        .claims
        .get("authorization_details")
        .and_then(|details| details.get(0)?.get("privileges")?.as_array())
        .and_then(|names| names.iter().map(|name| Theme::parse(name.as_str()?)).collect());
    let covered =
        named.is_some_and(|named| !named.is_empty() && named.iter().all(|theme| open.contains(theme)));
    Ok(covered && stored.mandate.status_at(now) == MandateStatus::Active)
}

async fn act_of(tx: &mut Tx, live: &LiveToken) -> Result<Option<(Act, Opened)>, Refusal> {
    let Some(id) = live.row.act else { return Ok(None) };
    let stored = acts::find(tx, id).await?;
    Ok(stored.and_then(|stored| stored.act.opened().cloned().map(|opened| (stored.act, opened))))
}

/// Writes down, once per client, mandate and day, that the client of a token checked its mandate.
///
/// # Errors
/// As the database says.
pub async fn note_verification(
    bench: &Bench,
    live: &LiveToken,
    method: &str,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    if live.checked {
        return Ok(());
    }
    let Some(parties) = subject(bench, live).await? else { return Ok(()) };
    note_check(bench, &live.client, parties, method, reference).await
}

/// Writes down, once per client, mandate and day, that a client checked a mandate of a person.
///
/// # Errors
/// As the database says.
pub(super) async fn note_check(
    bench: &Bench,
    client: &Client,
    (person, mandate): (PersonId, MandateId),
    method: &str,
    reference: Option<&str>,
) -> Result<(), Refusal> {
    let day = bench.now().day().to_string();
    let mut tx = bench.db.look().await?;
    if tokens::verified(&mut tx, &client.id, mandate, &day).await? {
        return Ok(());
    }
    let person = match actors::person(bench, &mut tx, person).await {
        Ok(person) => person,
        Err(Refusal::NotFound) => return Ok(()),
        Err(refusal) => return Err(refusal),
    };
    drop(tx);
    let mut work = Work::begin(bench, reference).await?;
    if !tokens::note_verified(&mut work.tx, &client.id, mandate, &day).await? {
        return Ok(());
    }
    let event = Event::MandateVerified { method: method.to_owned() };
    let line = Line::new(event, client_actor(client), person.data_key)
        .person(person.person.id)
        .mandate(mandate)
        .client(client);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await
}

/// Whom and which mandate a token is about: by its act, or by the mandate itself where software fetched it.
pub(super) async fn subject(
    bench: &Bench,
    live: &LiveToken,
) -> Result<Option<(PersonId, MandateId)>, Refusal> {
    if let Some((_, opened)) = &live.act {
        return Ok(Some((opened.person, opened.mandate)));
    }
    let Some(id) = live.row.mandate else { return Ok(None) };
    let stored = mandates::find(&mut bench.db.read().await?, id).await?;
    Ok(stored.and_then(|stored| stored.mandate.consent().map(|consent| (consent.person, id))))
}
