//! Redeems an authorization code: decided again, and the tokens written with their entries in one transaction.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::b64;
use crate::crypto::hash::same;
use crate::crypto::hash::sha256;
use crate::crypto::jose;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;
use crate::crypto::random::random_token;
use crate::domain::act::Act;
use crate::domain::act::ActLife;
use crate::domain::act::AuthorizationRequest;
use crate::domain::act::Opened;
use crate::domain::client::Client;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::ledger::words::ActStage;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::identity_broker::access_life;
use crate::operations::keys;
use crate::operations::mandate_token::sign_mandate;
use crate::operations::refusal::Refusal;
use crate::operations::status_index;
use crate::operations::token_claims::Ends;
use crate::operations::token_claims::Source;
use crate::operations::token_claims::scope_text;
use crate::operations::token_claims::token_type;
use crate::operations::token_signer::TokenSigner;
use crate::operations::weigh::Weighed;
use crate::operations::weigh::weigh_code;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::client_actor;
use crate::storage::acts;
use crate::storage::tokens;
use crate::storage::tokens::StoredToken;
use crate::storage::tokens::TokenKind;
use crate::text::themes;

/// What the client presents at the token endpoint (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
pub struct Presented<'a> {
    /// The code.
    pub code: &'a str,
    /// The redirect address of the request, again.
    pub redirect_uri: Option<&'a str>,
    /// The PKCE verifier.
    pub code_verifier: Option<&'a str>,
    /// The thumbprint of the key that the request proved: the access token is bound to it (RFC 9449 section 5).
    pub jkt: Option<&'a str>,
}

/// The answer of the token endpoint; it does not print.
#[derive(Serialize)]
pub struct IssuedTokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    id_token: String,
    mandate_token: String,
    authorization_details: Vec<Value>,
}

impl fmt::Debug for IssuedTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuedTokens(…)")
    }
}

struct Keys {
    id: TokenSigner,
    own: Arc<SigningKey>,
}

impl Keys {
    /// A mandate token is shown to others: where the client's own tokens are keyed with its secret, our key signs it.
    fn mandate(&self) -> &SigningKey {
        match &self.id {
            TokenSigner::Key(key) => key,
            TokenSigner::Secret(_) => &self.own,
        }
    }
}

/// Redeems a code for an authenticated client.
///
/// # Errors
/// Each refusal is written down first. [`Refusal::Conflict`] for a code that is unknown, another client's, used, expired, or
/// whose verifier, address or key does not fit; [`Refusal::Denied`] when the decision now says no. For the client both are
/// `invalid_grant`.
pub async fn redeem_code(
    bench: &Bench,
    client: &Client,
    presented: &Presented<'_>,
    reference: Option<&str>,
) -> Result<IssuedTokens, Refusal> {
    let keys = keys_for(bench, client).await?;
    let mut work = Work::begin(bench, reference).await?;
    let code = TokenHash::of(presented.code);
    let Some((weighed, act, opened)) = weigh_code(bench, &mut work.tx, code.as_bytes(), &client.id).await?
    else {
        return refuse_useless(work, client, code).await;
    };
    work.now = weighed.at;
    work.taken(&weighed.mandate)?;
    let now = work.now;
    let code_expires_at = match &act.life {
        ActLife::Opened { code_expires_at, .. } => *code_expires_at,
        ActLife::Redeemed { .. } | ActLife::Ended { .. } => {
            return end_replayed(work, client, &act, &weighed, &opened).await;
        }
        ActLife::Choosing { .. } | ActLife::Refused => {
            return refuse_stranger(work, client, Some(&act), "code_ended").await;
        }
    };
    if let Some(wrong) = misfit(&act.request, presented, code_expires_at, now) {
        return refuse(work, client, &act, &weighed, &opened, wrong).await.and(Err(Refusal::Conflict(wrong)));
    }
    if let Err(reason) = weighed.verdict {
        let refused = refuse(work, client, &act, &weighed, &opened, reason.as_str()).await;
        return refused.and(Err(Refusal::Denied(reason)));
    }
    issue(work, &keys, &act, (&opened, presented.jkt), &weighed).await
}

/// What does not fit the request; each ends the code, since whoever presents it so does not have the request it belongs to.
pub(super) fn misfit(
    request: &AuthorizationRequest,
    presented: &Presented<'_>,
    code_expires_at: Instant,
    now: Instant,
) -> Option<&'static str> {
    if now > code_expires_at {
        return Some("code_expired");
    }
    if presented.redirect_uri != Some(request.redirect_uri.as_str()) {
        return Some("redirect_uri_mismatch");
    }
    let holds = match (&request.code_challenge, presented.code_verifier) {
        (Some(challenge), Some(verifier)) => {
            (43..=128).contains(&verifier.len())
                && same(b64(&sha256(verifier.as_bytes())).as_bytes(), challenge.as_bytes())
        }
        (None, None) => true,
        // A verifier without a challenge is a downgrade (RFC 9700 section 4.8.2).
        (Some(_), None) | (None, Some(_)) => false,
    };
    if !holds {
        return Some("verifier_mismatch");
    }
    let bound = request.dpop_jkt.as_deref();
    (bound.is_some() && bound != presented.jkt).then_some("key_mismatch")
}

async fn keys_for(bench: &Bench, client: &Client) -> Result<Keys, Refusal> {
    Ok(Keys {
        id: TokenSigner::of(bench, client, &client.registration.id_token_alg).await?,
        own: keys::signing_key(bench, Algorithm::Es256).await?,
    })
}

/// Refuses a code that this client never got, or of which nothing can come any more.
async fn refuse_useless(
    mut work: Work<'_>,
    client: &Client,
    code: TokenHash,
) -> Result<IssuedTokens, Refusal> {
    let found = acts::by_code(&mut work.tx, code.as_bytes()).await?;
    match found.map(|stored| stored.act) {
        None => refuse_stranger(work, client, None, "code_unknown").await,
        Some(act) if act.client != client.id => {
            refuse_stranger(work, client, Some(&act), "code_of_another_client").await
        }
        Some(act) => refuse_stranger(work, client, Some(&act), "code_ended").await,
    }
}

async fn refuse_stranger(
    work: Work<'_>,
    client: &Client,
    act: Option<&Act>,
    reason: &'static str,
) -> Result<IssuedTokens, Refusal> {
    let key = data_keys::system(work.bench);
    let event = Event::ActRefused { stage: ActStage::Redemption, reason: reason.to_owned() };
    let mut line = Line::new(event, client_actor(client), key).client(client).refused(reason);
    if let Some(act) = act {
        line = line.act(act.id);
    }
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Err(Refusal::Conflict(reason))
}

fn line(
    event: Event,
    client: &Client,
    act: &Act,
    weighed: &Weighed,
    opened: &Opened,
) -> Result<Line, Refusal> {
    let person = weighed.person.as_ref().ok_or_else(|| Refusal::fault("an opened act without person"))?;
    Ok(Line::new(event, client_actor(client), person.data_key)
        .organisation(&weighed.organisation.organisation)
        .person(opened.person)
        .mandate(opened.mandate)
        .act(act.id)
        .theme(opened.theme)
        .client(client))
}

async fn refuse(
    mut work: Work<'_>,
    client: &Client,
    act: &Act,
    weighed: &Weighed,
    opened: &Opened,
    reason: &str,
) -> Result<(), Refusal> {
    acts::refuse(&mut work.tx, act.id).await?;
    let event = Event::ActRefused { stage: ActStage::Redemption, reason: reason.to_owned() };
    let (recorded, _) = work.record(line(event, client, act, weighed, opened)?.refused(reason)).await?;
    recorded.commit().await
}

/// A code came twice: whoever has the tokens of the first time may be the thief (RFC 6749 section 4.1.2).
async fn end_replayed(
    mut work: Work<'_>,
    client: &Client,
    act: &Act,
    weighed: &Weighed,
    opened: &Opened,
) -> Result<IssuedTokens, Refusal> {
    let now = work.now;
    tokens::end_of_act(&mut work.tx, act.id, now).await?;
    acts::end(&mut work.tx, act.id).await?;
    let reason = "code_used_twice";
    let event = Event::ActRefused { stage: ActStage::Redemption, reason: reason.to_owned() };
    let (recorded, _) = work.record(line(event, client, act, weighed, opened)?.refused(reason)).await?;
    recorded.commit().await?;
    Err(Refusal::Conflict(reason))
}

async fn issue(
    mut work: Work<'_>,
    keys: &Keys,
    act: &Act,
    (opened, jkt): (&Opened, Option<&str>),
    weighed: &Weighed,
) -> Result<IssuedTokens, Refusal> {
    let bench = work.bench;
    let now = work.now;
    let (person, consent) = weighed.agreed()?;
    let account = actors::open_account(bench, &mut work.tx, &weighed.account).await?;
    let account_key = data_keys::require(bench, &mut work.tx, weighed.account.data_key).await?;
    let person_key = data_keys::require(bench, &mut work.tx, person.data_key).await?;
    let client = &weighed.client;
    let source = Source {
        issuer: bench.config.server.public_url.as_str(),
        now,
        client,
        act,
        opened,
        account: &account,
        account_key: &account_key,
        organisation: &weighed.organisation.organisation,
        person: &person.person,
        person_key: &person_key,
        mandate: &weighed.mandate.mandate,
        consent,
        jkt,
    };
    let ends = Ends { access: now.plus(access_life(bench, client)).min(consent.validity.until) };
    let (access_jti, mandate_jti) =
        (random_token(bench.random.as_ref(), 16), random_token(bench.random.as_ref(), 16));
    let own: BTreeSet<Theme> =
        source.mandate.open_themes().intersection(&client.registration.themes).copied().collect();
    let status = status_index::for_act(bench, &mut work.tx, &source, &own).await?;
    let row = |jti: &str, kind, expires_at| StoredToken {
        jti: jti.to_owned(),
        kind,
        client: client.id.clone(),
        act: Some(act.id),
        mandate: Some(opened.mandate),
        expires_at,
        ended_at: None,
    };
    let access = row(&access_jti, TokenKind::Access, ends.access);
    let given = row(&mandate_jti, TokenKind::Mandate, consent.validity.until);
    if !acts::redeem_for(&mut work.tx, act.id, now, [&access, &given]).await? {
        return Err(Refusal::Conflict("code_ended"));
    }
    let issued = Event::ActTokenIssued { jti: vec![access_jti.clone()], expires_at: ends.access.into() };
    let given = Event::MandateTokenIssued {
        jti: mandate_jti.clone(),
        themes: own.iter().copied().collect(),
        expires_at: consent.validity.until.into(),
    };
    let given = line(given, client, act, weighed, opened)?;
    let recorded = work.record_two(line(issued, client, act, weighed, opened)?, given).await?;
    let chain = recorded.chain_head(opened.mandate)?;
    let access_token = sign(&keys.own, "at+jwt", &status.act.named_in(source.access(ends, &access_jti)))?;
    let given = status.mandate.named_in(source.mandate(&mandate_jti, &own, &chain));
    let mandate = sign_mandate(bench, keys.mandate(), act.request.mandate_format, given)?;
    let label = themes().label(opened.theme);
    let answer = IssuedTokens {
        id_token: keys.id.sign("JWT", &status.act.named_in(source.id(ends, &access_token, label)))?,
        mandate_token: mandate,
        access_token,
        token_type: token_type(jkt),
        expires_in: ends.access.seconds() - now.seconds(),
        scope: scope_text(&act.request.scope),
        authorization_details: vec![source.mandate_object(&BTreeSet::from([opened.theme]))],
    };
    recorded.commit().await?;
    Ok(answer)
}

/// Signs claims under this `typ`.
pub(super) fn sign(key: &SigningKey, typ: &str, claims: &impl Serialize) -> Result<String, Refusal> {
    jose::sign(key, Some(typ), claims).map_err(|error| Refusal::Fault(error.into()))
}
