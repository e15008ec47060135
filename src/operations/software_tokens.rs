//! The tokens of an aidant's own login at her software: they speak of her alone, never of a person.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::crypto::hash::TokenHash;
use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;
use crate::crypto::pairwise::AliasKind;
use crate::crypto::pairwise::alias;
use crate::crypto::random::random_token;
use crate::domain::client::Client;
use crate::domain::software::Approved;
use crate::domain::software::SoftwareLogin;
use crate::domain::time::Instant;
use crate::ledger::kinds::Event;
use crate::operations::data_keys;
use crate::operations::keys;
use crate::operations::redeem_code::sign;
use crate::operations::refusal::Refusal;
use crate::operations::software_standing::Standing;
use crate::operations::token_claims::scope_text;
use crate::operations::token_claims::token_type;
use crate::operations::work::Line;
use crate::operations::work::Recorded;
use crate::operations::work::Work;
use crate::operations::work::client_actor;
use crate::storage::tokens::StoredToken;
use crate::storage::tokens::TokenKind;

/// An aidant who logged in herself, with two factors.
pub const ACR_AIDANT: &str = "urn:procura:acr:aidant";

/// The answer of the token endpoint; it does not print.
#[derive(Serialize)]
pub struct LoginTokens {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl fmt::Debug for LoginTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginTokens(…)")
    }
}

/// A refresh token and what is kept of it.
pub(super) struct Refresh {
    token: String,
    /// What is kept.
    pub hash: TokenHash,
}

impl Refresh {
    /// A new one.
    pub fn fresh(work: &Work<'_>) -> Self {
        let token = random_token(work.bench.random.as_ref(), 32);
        Self { hash: TokenHash::of(&token), token }
    }
}

/// For what tokens are issued.
pub(super) enum Grant<'a> {
    /// A code, with the refresh token where one was asked for.
    Code(Option<Refresh>),
    /// A refresh token, for these scopes.
    Refresh(&'a BTreeSet<String>),
}

/// A login that holds, with the key its tokens are bound to.
pub(super) struct Good<'a> {
    pub login: &'a SoftwareLogin,
    pub approved: &'a Approved,
    pub standing: &'a Standing,
    /// The thumbprint of the key of this request's proof (RFC 9449), where there was one.
    pub jkt: Option<&'a str>,
}

impl Good<'_> {
    fn client(&self) -> &Client {
        &self.standing.client
    }

    fn common(
        &self,
        issuer: &str,
        subject: &Subject,
        (now, until): (Instant, Instant),
    ) -> Map<String, Value> {
        let organisation = &self.standing.organisation.organisation;
        let claims = json!({
            "iss": issuer,
            "sub": subject.sub,
            "iat": now.seconds(),
            "exp": until.seconds(),
            "auth_time": self.approved.factor_at.seconds(),
            "sid": self.login.id.to_string(),
            "acr": ACR_AIDANT,
            "amr": self.approved.factor.amr(),
            "org": { "siret": organisation.siret.as_str(), "name": organisation.name },
            "habilitation": subject.habilitation,
        });
        match claims {
            Value::Object(claims) => claims,
            _ => Map::new(),
        }
    }

    fn access(&self, mut claims: Map<String, Value>, jti: &str, scope: &str) -> Map<String, Value> {
        let issuer = claims.get("iss").cloned().unwrap_or_default();
        claims.insert("aud".to_owned(), issuer);
        claims.insert("client_id".to_owned(), Value::from(self.login.client.as_str()));
        claims.insert("jti".to_owned(), Value::from(jti));
        claims.insert("scope".to_owned(), Value::from(scope));
        if let Some(jkt) = self.jkt {
            claims.insert("cnf".to_owned(), json!({ "jkt": jkt }));
        }
        claims
    }

    fn id(&self, mut claims: Map<String, Value>, access_token: &str) -> Map<String, Value> {
        let registered = &self.client().registration;
        claims.insert("aud".to_owned(), Value::from(self.login.client.as_str()));
        // The digest follows the signature (OIDC Core section 3.1.3.6): Ed25519's is SHA-512, and at_hash may be left out.
        if registered.id_token_alg != Algorithm::EdDsa.as_str() {
            let digest = sha256(access_token.as_bytes());
            claims.insert("at_hash".to_owned(), Value::from(b64(&digest[..16])));
        }
        if let Some(nonce) = &self.login.request.nonce {
            claims.insert("nonce".to_owned(), Value::from(nonce.as_str()));
        }
        if registered.aidant_name {
            let name = self.standing.account.professional.full_name();
            claims.insert("name".to_owned(), Value::from(name));
        }
        claims
    }
}

struct Subject {
    sub: String,
    habilitation: String,
}

async fn subject(work: &mut Work<'_>, good: &Good<'_>) -> Result<Subject, Refusal> {
    let key = data_keys::require(work.bench, &mut work.tx, good.standing.account_key).await?;
    let sector = good.client().sector();
    Ok(Subject {
        sub: alias(&key, AliasKind::Actor, sector, good.approved.account.uuid()),
        habilitation: alias(&key, AliasKind::Habilitation, sector, good.approved.habilitation.uuid()),
    })
}

/// The keys a login's tokens are signed with.
pub(super) struct Keys {
    id: std::sync::Arc<SigningKey>,
    own: std::sync::Arc<SigningKey>,
}

impl Keys {
    /// The keys for this software.
    pub async fn of(bench: &crate::operations::bench::Bench, client: &Client) -> Result<Self, Refusal> {
        let registered = Algorithm::parse(&client.registration.id_token_alg)
            .ok_or_else(|| Refusal::fault("a registered algorithm is unknown"))?;
        Ok(Self {
            id: keys::signing_key(bench, registered).await?,
            own: keys::signing_key(bench, Algorithm::Es256).await?,
        })
    }
}

/// Writes the token and its entry, commits, and only then gives the signed tokens.
pub(super) async fn issue(
    mut work: Work<'_>,
    keys: &Keys,
    good: &Good<'_>,
    grant: Grant<'_>,
) -> Result<LoginTokens, Refusal> {
    let bench = work.bench;
    let now = work.now;
    let until = now.plus(bench.config.oidc.access_token_lifetime).min(good.approved.ends_at);
    let jti = random_token(bench.random.as_ref(), 16);
    let scope = match &grant {
        Grant::Code(_) => scope_text(&good.login.request.scope),
        Grant::Refresh(scope) => scope_text(scope),
    };
    let subject = subject(&mut work, good).await?;
    let row = StoredToken {
        jti: jti.clone(),
        kind: TokenKind::Aidant,
        client: good.login.client.clone(),
        act: None,
        mandate: None,
        expires_at: until,
        ended_at: None,
    };
    let event = Event::AidantTokenIssued {
        jti: jti.clone(),
        scope: scope.clone(),
        expires_at: until.into(),
        refreshed: matches!(grant, Grant::Refresh(_)),
    };
    let (recorded, _) = work.record_token(line(event, good), &row).await?;
    let claims = good.common(bench.config.server.public_url.as_str(), &subject, (now, until));
    let access_token = sign(&keys.own, "at+jwt", &good.access(claims.clone(), &jti, &scope))?;
    let (id_token, refresh_token) = match grant {
        Grant::Code(refresh) => {
            let id_token = sign(&keys.id, "JWT", &good.id(claims, &access_token))?;
            (Some(id_token), refresh.map(|refresh| refresh.token))
        }
        Grant::Refresh(_) => (None, None),
    };
    recorded.commit().await?;
    Ok(LoginTokens {
        access_token,
        token_type: token_type(good.jkt),
        expires_in: until.seconds() - now.seconds(),
        scope,
        id_token,
        refresh_token,
    })
}

fn line(event: Event, good: &Good<'_>) -> Line {
    about(event, good.client(), good.standing)
}

/// A line about a login whose parties are known.
pub(super) fn about(event: Event, client: &Client, standing: &Standing) -> Line {
    Line::new(event, client_actor(client), standing.account_key)
        .account(standing.account.id)
        .organisation(&standing.organisation.organisation)
        .client(client)
}

/// Writes that software was refused; gives the refusal to return.
///
/// # Errors
/// The refusal itself, [`Refusal::Conflict`]; or what kept it from being written.
pub(super) async fn refuse<T>(
    work: Work<'_>,
    client: &Client,
    standing: Option<&Standing>,
    reason: &'static str,
) -> Result<T, Refusal> {
    let event = Event::AidantTokenRefused { reason: reason.to_owned() };
    let line = match standing {
        Some(standing) => about(event, client, standing),
        None => {
            let key = data_keys::system(work.bench);
            Line::new(event, client_actor(client), key).client(client)
        }
    };
    let (recorded, _): (Recorded<'_>, _) = work.record(line.refused(reason)).await?;
    recorded.commit().await?;
    Err(Refusal::Conflict(reason))
}
