//! The part of `procura doctor` that asks the identity providers: who they are, what time it is there, whether they know us.

use std::time::Duration;

use secrecy::ExposeSecret;
use serde_json::Value;

use crate::cli::doctor::PATIENCE;
use crate::cli::doctor::Point;
use crate::cli::doctor::State;
use crate::config::ClientAuthentication;
use crate::config::Config;
use crate::config::Endpoints;
use crate::config::IdentityProvider;
use crate::config::SystemClock;
use crate::domain::time::Clock;
use crate::oidc::relying_party::Purpose;
use crate::server::outbound_client;

/// More than this between two clocks, and signed answers of a provider are refused.
const CLOCKS_APART: Duration = Duration::from_secs(30);

/// Adds what it finds.
pub(super) async fn look(config: &Config, points: &mut Vec<Point>) {
    match &config.franceconnect {
        Some(settings) => provider("franceconnect", config, settings, Purpose::PersonSpace, points).await,
        None => points.push(Point::new(
            "franceconnect",
            State::Warning,
            "switched off: no person can be identified",
        )),
    }
    if let Some(settings) = &config.proconnect {
        provider("proconnect", config, settings, Purpose::Aidant, points).await;
    }
}

async fn provider(
    section: &'static str,
    config: &Config,
    settings: &IdentityProvider,
    purpose: Purpose,
    points: &mut Vec<Point>,
) {
    let address = match &settings.endpoints {
        Endpoints::Discovery => {
            format!("{}/.well-known/openid-configuration", settings.issuer.trim_end_matches('/'))
        }
        Endpoints::Fixed(fixed) => fixed.jwks.clone(),
    };
    let asked = async {
        let answer = outbound_client()?.get(&address).timeout(PATIENCE).send().await?.error_for_status()?;
        let date = answer.headers().get("date").and_then(|date| date.to_str().ok()).map(str::to_owned);
        let json: Value = answer.json().await?;
        Ok::<_, reqwest::Error>((date, json))
    };
    match asked.await {
        Ok((date, json)) => {
            let other = json.get("issuer").and_then(|issuer| issuer.as_str());
            points.push(match other {
                Some(issuer) if issuer != settings.issuer => Point::new(
                    section,
                    State::Failure,
                    format!("the provider names itself {issuer}, {section}.issuer says otherwise"),
                ),
                _ if refuses_us(config, settings, purpose, &json).await => Point::new(
                    section,
                    State::Failure,
                    format!(
                        "the provider refuses {section}.client_id with its secret: ask it for another one"
                    ),
                ),
                _ => Point::new(section, State::Ok, format!("{address} answers")),
            });
            points.extend(date.and_then(|date| clock(&date)));
        }
        Err(error) => {
            let finding = format!("{address}: {:#}", anyhow::Error::new(error));
            points.push(Point::new(section, State::Failure, finding));
        }
    }
}

/// Whether the provider says `invalid_client` to a code that nobody was given (RFC 6749 section 5.2). It proves who asks before
/// it looks at the code, so that any other answer leaves nothing to be said; with an assertion there is no secret that ends.
async fn refuses_us(
    config: &Config,
    settings: &IdentityProvider,
    purpose: Purpose,
    metadata: &Value,
) -> bool {
    let ClientAuthentication::Secret(secret) = &settings.authentication else { return false };
    let token = match &settings.endpoints {
        Endpoints::Discovery => metadata.get("token_endpoint").and_then(Value::as_str),
        Endpoints::Fixed(fixed) => Some(fixed.token.as_str()),
    };
    let Some(token) = token else { return false };
    let form = [
        ("grant_type", "authorization_code"),
        ("code", "none-of-the-doctor"),
        ("redirect_uri", &config.server.public_url.join(purpose.return_path())),
        ("client_id", &settings.client_id),
        ("client_secret", secret.expose_secret()),
    ];
    let asked = async {
        let answer = outbound_client()?.post(token).timeout(PATIENCE).form(&form).send().await?;
        answer.json::<Value>().await
    };
    asked.await.is_ok_and(|answer| answer.get("error").and_then(Value::as_str) == Some("invalid_client"))
}

/// Compares our clock with the provider's `Date` (RFC 9110 section 6.6.1).
fn clock(date: &str) -> Option<Point> {
    let theirs = jiff::fmt::rfc2822::parse(date).ok()?.timestamp().as_microsecond();
    let ours = SystemClock.now().micros();
    let apart = Duration::from_micros(ours.abs_diff(theirs));
    Some(if apart > CLOCKS_APART {
        let seconds = apart.as_secs();
        Point::new("clock", State::Failure, format!("{seconds} s away from the identity provider's"))
    } else {
        Point::new("clock", State::Ok, "it agrees with the identity provider's")
    })
}
