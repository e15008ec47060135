//! A client proves who it is: by its secret, or by a signed assertion (RFC 6749 section 2.3, RFC 7523 section 3).

use std::time::Duration;

use secrecy::ExposeSecret;
use secrecy::SecretString;
use serde::Deserialize;

use crate::config::PublicUrl;
use crate::crypto::dpop;
use crate::crypto::hash::TokenHash;
use crate::crypto::hash::same;
use crate::crypto::hash::sha256_parts;
use crate::crypto::jose;
use crate::crypto::jose::Expected;
use crate::crypto::jose::TypRule;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::domain::client::AssertionAudience;
use crate::domain::client::Client;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientStatus;
use crate::domain::client::Profile;
use crate::domain::ids::ClientId;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::client_changes;
use crate::storage::clients;
use crate::storage::tokens;

/// The path of the token endpoint, which deployed clients name as the audience of their assertions.
pub const TOKEN_PATH: &str = "/oauth/token";

/// How far apart two clocks may be.
const LEEWAY: Duration = Duration::from_secs(10);
/// The furthest an assertion's end may lie ahead.
const LONGEST: Duration = Duration::from_secs(300);
/// The same for deployed clients, whose libraries sign for an hour.
const LONGEST_COMPAT: Duration = Duration::from_secs(3600);
const LONGEST_JTI: usize = 256;
/// The algorithms of assertions, but for deployed clients (FAPI 2.0 section 5.4).
const PROFILE_ALGORITHMS: [Algorithm; 3] = dpop::ALGORITHMS;

/// The one method a client used.
#[derive(Debug)]
pub enum Proof {
    /// A secret, by this method.
    Secret(ClientAuth, SecretString),
    /// A signed assertion, with the keys that may have signed it.
    Assertion(SecretString, JwkSet),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    jti: String,
    exp: f64,
    #[serde(default)]
    iat: Option<f64>,
    #[serde(default)]
    nbf: Option<f64>,
}

/// The active client that this proves; `None` for every failure alike.
///
/// # Errors
/// As the database says.
pub async fn authenticate_client(
    bench: &Bench,
    id: &ClientId,
    proof: &Proof,
) -> Result<Option<Client>, Refusal> {
    let mut tx = bench.db.look().await?;
    let client = clients::find(&mut tx, id).await?;
    match proof {
        Proof::Secret(method, secret) => {
            let shown = TokenHash::of(secret.expose_secret());
            let stored = client
                .as_ref()
                .and_then(|client| client.secret_hash.as_deref())
                .and_then(TokenHash::from_slice);
            let mut right = stored.is_some_and(|stored| same(stored.as_bytes(), shown.as_bytes()));
            if !right && client.is_some() {
                let former = client_changes::former_secret(&mut tx, id).await?;
                right =
                    former.is_some_and(|(hash, until)| bench.now() < until && same(&hash, shown.as_bytes()));
            }
            Ok(client.filter(|client| right && client.registration.auth == *method && is_active(client)))
        }
        Proof::Assertion(assertion, keys) => {
            drop(tx);
            let Some(client) = client.filter(is_active) else { return Ok(None) };
            let signed = client.registration.auth == ClientAuth::PrivateKeyJwt;
            if signed && assertion_holds(bench, &client, keys, assertion.expose_secret()).await? {
                Ok(Some(client))
            } else {
                Ok(None)
            }
        }
    }
}

/// Whose assertion it says it is, unchecked; to find the keys that check it.
pub fn claimed_client(assertion: &str) -> Option<ClientId> {
    let payload = assertion.split('.').nth(1).and_then(crate::crypto::hash::unb64)?;
    let claims: Claims = serde_json::from_slice(&payload).ok()?;
    ClientId::parse(&claims.sub)
}

fn is_active(client: &Client) -> bool {
    client.status == ClientStatus::Active
}

/// FAPI 2.0 section 5.4 takes no RS256; deployed software signs with it.
fn algorithms(client: &Client) -> &'static [Algorithm] {
    match client.profile() {
        Profile::Compat | Profile::Broker => &Algorithm::ALL,
        Profile::Fapi | Profile::Software | Profile::ResourceServer => &PROFILE_ALGORITHMS,
    }
}

/// The number (`jti`) of an assertion by which this client proves itself to the issuer at `url`, by one of `keys`, now; that it
/// came only once is the caller's to find out.
pub fn assertion_number(
    client: &Client,
    keys: &JwkSet,
    assertion: &str,
    url: &PublicUrl,
    now: Instant,
) -> Option<String> {
    let header = jose::header(assertion).ok()?;
    let named =
        header.typ.as_deref().is_some_and(|typ| typ.eq_ignore_ascii_case("client-authentication+jwt"));
    let typ = if named { TypRule::Exactly("client-authentication+jwt") } else { TypRule::JwtOrAbsent };
    let expected = Expected { typ, algorithms: algorithms(client) };
    let claims = jose::verify::<Claims>(assertion, keys, &expected).ok()?.claims;
    let named = claims.iss == client.id.as_str()
        && claims.sub == claims.iss
        && (1..=LONGEST_JTI).contains(&claims.jti.len());
    let holds =
        named && times_hold(&claims, now, longest(client)) && audience_holds(url, client, &claims.aud);
    holds.then_some(claims.jti)
}

const fn longest(client: &Client) -> Duration {
    if client.registration.compat { LONGEST_COMPAT } else { LONGEST }
}

async fn assertion_holds(
    bench: &Bench,
    client: &Client,
    keys: &JwkSet,
    assertion: &str,
) -> Result<bool, Refusal> {
    let (now, longest) = (bench.now(), longest(client));
    let number = assertion_number(client, keys, assertion, &bench.config.server.public_url, now);
    let Some(jti) = number else { return Ok(false) };
    let mut work = Work::begin(bench, None).await?;
    let id = sha256_parts(&[client.id.as_str().as_bytes(), &[0], jti.as_bytes()]);
    let first = tokens::see(&mut work.tx, &id, now.plus(longest + LEEWAY + LEEWAY)).await?;
    work.commit_without_entry(Housekeeping::Replay).await?;
    Ok(first)
}

fn times_hold(claims: &Claims, now: Instant, longest: Duration) -> bool {
    let seconds = |instant: Instant| {
        #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit a double exactly")]
        let seconds = instant.seconds() as f64;
        seconds
    };
    let (early, late) = (seconds(now.minus(LEEWAY)), seconds(now.plus(LEEWAY)));
    claims.exp > early
        && claims.exp <= seconds(now.plus(longest + LEEWAY))
        && claims.iat.is_none_or(|iat| iat <= late)
        && claims.nbf.is_none_or(|nbf| nbf <= late)
}

/// FAPI 2.0 takes the issuer as one string only. Deployed software names the token endpoint, current libraries the issuer,
/// alone or in a list: a client registered for the token endpoint may name either, the list only outside FAPI.
fn audience_holds(url: &PublicUrl, client: &Client, audience: &Audience) -> bool {
    let issuer = url.as_str();
    let endpoint = url.join(TOKEN_PATH);
    let own = |one: &String| *one == endpoint || one == issuer;
    match (client.registration.assertion_audience, audience) {
        (AssertionAudience::Issuer, Audience::One(one)) => one == issuer,
        (AssertionAudience::Issuer, Audience::Several(_)) => false,
        (AssertionAudience::TokenEndpoint, Audience::One(one)) => own(one),
        (AssertionAudience::TokenEndpoint, Audience::Several(all)) => {
            client.profile() != Profile::Fapi && all.iter().any(own)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_lives_five_minutes_at_most() {
        let now = Instant::from_seconds(1_795_000_000);
        let claims = |exp: f64, iat: Option<f64>, nbf: Option<f64>| Claims {
            iss: String::new(),
            sub: String::new(),
            aud: Audience::One(String::new()),
            jti: String::new(),
            exp,
            iat,
            nbf,
        };
        let base = 1_795_000_000.0;
        assert!(times_hold(&claims(base + 60.0, Some(base), None), now, LONGEST));
        assert!(times_hold(&claims(base - 9.0, None, Some(base + 9.0)), now, LONGEST));
        assert!(!times_hold(&claims(base - 10.0, None, None), now, LONGEST));
        assert!(!times_hold(&claims(base + 311.0, None, None), now, LONGEST));
        assert!(times_hold(&claims(base + 3600.0, None, None), now, LONGEST_COMPAT));
        assert!(!times_hold(&claims(base + 3611.0, None, None), now, LONGEST_COMPAT));
        assert!(!times_hold(&claims(base + 60.0, Some(base + 11.0), None), now, LONGEST));
        assert!(!times_hold(&claims(base + 60.0, None, Some(base + 60.0)), now, LONGEST));
        assert!(!times_hold(&claims(f64::NAN, None, None), now, LONGEST));
    }

    #[test]
    fn the_named_client_is_read_without_trust() {
        let payload = crate::crypto::hash::b64(br#"{"iss":"a","sub":"caf","aud":"x","jti":"j","exp":1}"#);
        assert_eq!(
            claimed_client(&format!("e30.{payload}.x")).map(|id| id.to_string()).as_deref(),
            Some("caf")
        );
        assert_eq!(claimed_client("e30.e30.x"), None);
        assert_eq!(claimed_client(""), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_the_reader_of_assertions_panic(text in "[\\PC.]{0,120}", claims in "[\\PC{}\":,]{0,120}") {
            let inside = format!("e30.{}.x", crate::crypto::hash::b64(claims.as_bytes()));
            for assertion in [text, inside] {
                if let Some(id) = claimed_client(&assertion) {
                    proptest::prop_assert!(ClientId::parse(id.as_str()).is_some());
                }
            }
        }
    }
}
