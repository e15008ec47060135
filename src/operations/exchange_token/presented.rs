//! What a token exchange presents, read before anything is decided: the mandate, the aidant's login, the API it is for.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::domain::client::ClientStatus;
use crate::domain::ids::ClientId;
use crate::domain::ids::MandateId;
use crate::domain::software::Approved;
use crate::domain::software::MANDATES_SCOPE;
use crate::domain::software::SoftwareLogin;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::exchange_token::Asked;
use crate::operations::exchange_token::Refused;
use crate::operations::keys;
use crate::operations::live_token::OwnToken;
use crate::operations::live_token::own_token;
use crate::operations::refusal::Refusal;
use crate::storage::clients;
use crate::storage::db::Tx;
use crate::storage::software_logins;
use crate::storage::tokens::TokenKind;

/// The two tokens and the target.
#[derive(Debug)]
pub(super) struct Presented {
    /// The mandate of the subject token.
    pub mandate: MandateId,
    /// The themes it names.
    pub named: BTreeSet<Theme>,
    /// The theme of this act.
    pub theme: Theme,
    /// The login of the actor token.
    pub login: SoftwareLogin,
    /// Who agreed to it.
    pub approved: Approved,
    /// For which API, and what its token names as audience.
    pub target: Target,
}

/// An API and the identifiers a token for it carries.
#[derive(Debug)]
pub(super) struct Target {
    /// Who answers for it.
    pub client: Client,
    /// `aud`: never empty.
    pub audience: Vec<String>,
}

/// Reads what is presented; the inner error is the client's.
pub(super) async fn read(
    bench: &Bench,
    client: &Client,
    asked: &Asked<'_>,
) -> Result<Result<Presented, Refused>, Refusal> {
    let jwks = keys::jwks(bench).await?;
    let now = bench.now();
    let mut tx = bench.db.read().await?;
    let subject = own_token(&mut tx, &jwks, asked.subject_token).await?;
    let subject = match fit(subject, TokenKind::Mandate, client, now, "subject_token") {
        Ok(subject) => subject,
        Err(refused) => return Ok(Err(refused)),
    };
    let actor = own_token(&mut tx, &jwks, asked.actor_token).await?;
    let actor = match fit(actor, TokenKind::Aidant, client, now, "actor_token") {
        Ok(actor) => actor,
        Err(refused) => return Ok(Err(refused)),
    };
    if let Err(refused) = actor_fits(&actor, asked) {
        return Ok(Err(refused));
    }
    let login = login_of(&mut tx, &actor).await?;
    let Some((login, approved)) = login else {
        return Ok(Err(Refused::new("invalid_grant", "the login of actor_token is over")));
    };
    let Some(target) = target(&mut tx, asked).await? else {
        return Ok(Err(Refused::new("invalid_target", "audience or resource names no registered API")));
    };
    let named = themes_of(&subject);
    let theme = match one_theme(&subject, &named, asked, &target.client) {
        Ok(theme) => theme,
        Err(refused) => return Ok(Err(refused)),
    };
    let mandate = subject.row.mandate.ok_or_else(|| Refusal::fault("a mandate token without its mandate"))?;
    Ok(Ok(Presented { mandate, named, theme, login, approved, target }))
}

/// A token of this kind, of this client, that has not ended.
fn fit(
    token: Option<OwnToken>,
    kind: TokenKind,
    client: &Client,
    now: Instant,
    what: &'static str,
) -> Result<OwnToken, Refused> {
    let own = token.filter(|token| token.row.kind == kind && token.row.client == client.id);
    let Some(own) = own else {
        let words = match what {
            "subject_token" => "subject_token is not a signed mandate made for this client",
            _ => "actor_token is not an access token of an aidant's login at this client",
        };
        return Err(Refused::new("invalid_request", words));
    };
    if own.row.ended_at.is_some() || now.seconds() >= own.row.expires_at.seconds() {
        let words = match what {
            "subject_token" => "subject_token has ended",
            _ => "actor_token has ended",
        };
        return Err(Refused::new("invalid_grant", words));
    }
    Ok(own)
}

fn actor_fits(actor: &OwnToken, asked: &Asked<'_>) -> Result<(), Refused> {
    let scope = actor.claims.get("scope").and_then(Value::as_str).unwrap_or_default();
    if !scope.split(' ').any(|word| word == MANDATES_SCOPE) {
        return Err(Refused::new("invalid_request", "actor_token lacks the scope mandates"));
    }
    let bound = actor.claims.get("cnf").and_then(|cnf| cnf.get("jkt")).and_then(Value::as_str);
    match (bound, asked.jkt) {
        (Some(bound), Some(shown)) if bound == shown => Ok(()),
        (Some(_), _) => Err(Refused::new("invalid_grant", "the DPoP proof is not of actor_token's key")),
        (None, _) => Ok(()),
    }
}

async fn login_of(tx: &mut Tx, actor: &OwnToken) -> Result<Option<(SoftwareLogin, Approved)>, Refusal> {
    let sid = actor.claims.get("sid").and_then(Value::as_str).and_then(|sid| sid.parse().ok());
    let Some(id) = sid else { return Ok(None) };
    let login = software_logins::find(tx, id).await?.map(|stored| stored.login);
    Ok(login.and_then(|login| login.approved.clone().map(|approved| (login, approved))))
}

/// The API that `audience` and `resource` name, alone or together: by one of its identifiers, or by its client identifier.
async fn target(tx: &mut Tx, asked: &Asked<'_>) -> Result<Option<Target>, Refusal> {
    let mut found: Option<Target> = None;
    for (name, is_resource) in [(asked.resource, true), (asked.audience, false)] {
        let Some(name) = name else { continue };
        let Some(one) = named_target(tx, name, is_resource).await? else { return Ok(None) };
        found = match found {
            None => Some(one),
            // Both name the same: the narrower stays.
            Some(before)
                if before.client.id == one.client.id
                    && one.audience.iter().any(|name| before.audience.contains(name)) =>
            {
                Some(before)
            }
            Some(_) => return Ok(None),
        };
    }
    Ok(found)
}

async fn named_target(tx: &mut Tx, name: &str, is_resource: bool) -> Result<Option<Target>, Refusal> {
    if let Some(client) = clients::by_resource(tx, name).await? {
        return Ok(Some(Target { client, audience: vec![name.to_owned()] }));
    }
    let Some(id) = ClientId::parse(name).filter(|_| !is_resource) else { return Ok(None) };
    let Some(client) = clients::find(tx, &id).await? else { return Ok(None) };
    let takes = matches!(client.registration.kind, ClientKind::Administration | ClientKind::ResourceServer);
    let audience: Vec<String> = client.registration.options.resources.iter().cloned().collect();
    let good = client.status == ClientStatus::Active && takes && !audience.is_empty();
    Ok(good.then_some(Target { client, audience }))
}

fn themes_of(subject: &OwnToken) -> BTreeSet<Theme> {
    let details = subject.claims.get("authorization_details").and_then(|details| details.get(0));
    let names = details.and_then(|detail| detail.get("privileges")).and_then(Value::as_array);
    names.into_iter().flatten().filter_map(|name| Theme::parse(name.as_str()?)).collect()
}

/// One act is for one theme: the one that is asked for, or the only one that mandate and API have in common.
fn one_theme(
    subject: &OwnToken,
    named: &BTreeSet<Theme>,
    asked: &Asked<'_>,
    target: &Client,
) -> Result<Theme, Refused> {
    let details = |words| Refused::new("invalid_authorization_details", words);
    let identifier = subject
        .claims
        .get("authorization_details")
        .and_then(|details| details.get(0)?.get("identifier")?.as_str());
    if asked.identifier.is_some_and(|wanted| Some(wanted) != identifier) {
        return Err(details("identifier is not of the mandate in subject_token"));
    }
    if !asked.themes.is_empty() {
        let mut themes = asked.themes.iter();
        return match (themes.next(), themes.next()) {
            (Some(theme), None) => Ok(*theme),
            _ => Err(details("one act is for one theme: name one in privileges")),
        };
    }
    let mut left = named.intersection(&target.registration.themes);
    match (left.next(), left.next()) {
        (Some(theme), None) => Ok(*theme),
        (Some(_), Some(_)) => Err(details("several themes are possible: name one in authorization_details")),
        // None is possible: the decision says why, for any of them.
        (None, _) => named
            .first()
            .copied()
            .ok_or_else(|| Refused::new("invalid_request", "subject_token names no theme")),
    }
}
