//! The sample people put into a fresh gateway, by the operations an operator uses; nothing is done twice.

use std::time::Duration;

use crate::crypto::second_factor::TotpSecret;
use crate::demo::administration::redirect_uri;
use crate::demo::broker::callback_uri;
use crate::demo::broker::logout_callback_uri;
use crate::demo::people;
use crate::demo::people::Habilitation;
use crate::demo::people::Staff;
use crate::demo::ports::Addresses;
use crate::domain::account::Competence;
use crate::domain::account::Professional;
use crate::domain::account::Role;
use crate::domain::client::ClientKind;
use crate::domain::ids::ClientId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::organisation::Siret;
use crate::domain::private::Private;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::operations::actors::EMAIL_LOOKUP;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::enrol;
use crate::operations::enrol::NewOrganisation;
use crate::operations::enrol::NewProfessional;
use crate::operations::refusal::Refusal;
use crate::operations::register_client;
use crate::operations::register_client::NewClient;
use crate::operations::suspend;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::accounts;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::settings;

const DONE: &str = "demo.seeded";
const DAY: Duration = Duration::from_secs(86_400);
const HABILITATION_DAYS: u32 = 500;
const ENDED_DAYS_AGO: u32 = 40;
const ADDRESS: &str = "1 place de la Mairie, 00000 Démonstration";
const BROKER_NAME: &str = "FranceConnect (démonstration)";
const BY: OperatorActor = OperatorActor { staff: None };

/// Puts the sample people in. A start that was cut off is continued; what somebody changed since then is left alone,
/// but for the addresses of administrations and broker, which follow their port.
///
/// # Errors
/// As the operations say.
pub async fn seed(bench: &Bench, addresses: &Addresses, seed: &[u8; 32]) -> Result<(), Refusal> {
    for about in people::ADMINISTRATIONS {
        client(bench, addresses, &about, seed).await?;
    }
    broker(bench, addresses, seed).await?;
    if done(bench).await? {
        return Ok(());
    }
    for about in people::ORGANISATIONS {
        organisation(bench, &about).await?;
    }
    for aidant in people::AIDANTS {
        staff(bench, &aidant, Role::Aidant, seed).await?;
    }
    for referent in people::REFERENTS {
        staff(bench, &referent, Role::Referent, seed).await?;
    }
    for agent in people::AUTHORITIES {
        authority(bench, &agent, seed).await?;
    }
    for operator in people::OPERATORS {
        if !is_known(bench, Role::Operator, operator.email).await? {
            let new = professional(operator.email, operator.given_name, operator.family_name, seed)?;
            enrol::enrol_operator(bench, &BY, new, None).await?;
        }
    }
    let mut work = Work::begin(bench, None).await?;
    settings::replace(&mut work.tx, DONE, b"1").await?;
    work.commit_without_entry(Housekeeping::FirstStart).await
}

async fn done(bench: &Bench) -> Result<bool, Refusal> {
    Ok(settings::find(&mut bench.db.read().await?, DONE).await?.is_some())
}

async fn find_organisation(bench: &Bench, siret: &str) -> Result<Option<StoredOrganisation>, Refusal> {
    let every = organisations::every(&mut bench.db.read().await?).await?;
    Ok(every.into_iter().find(|stored| stored.organisation.siret.as_str() == siret))
}

async fn organisation(bench: &Bench, about: &people::Organisation) -> Result<(), Refusal> {
    if find_organisation(bench, about.siret).await?.is_none() {
        let siret = Siret::parse(about.siret).ok_or_else(|| Refusal::fault("a sample SIRET"))?;
        let new = NewOrganisation {
            siret,
            name: about.name.to_owned(),
            address: ADDRESS.to_owned(),
            withheld_themes: std::collections::BTreeSet::new(),
        };
        enrol::enrol_organisation(bench, &BY, new, None).await?;
    }
    match find_organisation(bench, about.siret).await? {
        Some(stored) if about.suspended && stored.organisation.status == OrganisationStatus::Active => {
            let id = stored.organisation.id;
            suspend::suspend_organisation(bench, &BY, id, "Suspendue pour la démonstration", None).await
        }
        _ => Ok(()),
    }
}

async fn is_known(bench: &Bench, role: Role, email: &str) -> Result<bool, Refusal> {
    let hash = bench.lookup.hash(EMAIL_LOOKUP, email);
    Ok(accounts::find_by_email(&mut bench.db.read().await?, role, &hash).await?.is_some())
}

fn professional(
    email: &str,
    given_name: &str,
    family_name: &str,
    seed: &[u8; 32],
) -> Result<NewProfessional, Refusal> {
    let secret: TotpSecret =
        people::totp_secret(seed, email).ok_or_else(|| Refusal::fault("a sample one-time code secret"))?;
    let professional = Professional {
        given_name: Private::new(given_name.to_owned()),
        family_name: Private::new(family_name.to_owned()),
        email: Private::new(email.to_owned()),
    };
    Ok(NewProfessional { professional, secret: Some(secret) })
}

async fn staff(bench: &Bench, who: &Staff, role: Role, seed: &[u8; 32]) -> Result<(), Refusal> {
    if is_known(bench, role, who.email).await? {
        return Ok(());
    }
    let new = professional(who.email, who.given_name, who.family_name, seed)?;
    let mut employers: Vec<OrganisationId> = Vec::new();
    for siret in who.organisations {
        let stored = find_organisation(bench, siret).await?;
        employers.push(stored.ok_or_else(|| Refusal::fault("a sample organisation"))?.organisation.id);
    }
    if role == Role::Referent {
        return enrol::enrol_referent(bench, &BY, new, &employers, None).await.map(drop);
    }
    let ends_at = end_of_habilitation(who.habilitation, bench.now());
    let given: Vec<(OrganisationId, Instant)> = employers.into_iter().map(|id| (id, ends_at)).collect();
    enrol::enrol_aidant(bench, &BY, new, &given, None).await.map(drop)
}

fn end_of_habilitation(stands: Habilitation, now: Instant) -> Instant {
    match stands {
        Habilitation::Current => now.plus(DAY * HABILITATION_DAYS),
        Habilitation::Ended => now.minus(DAY * ENDED_DAYS_AGO),
    }
}

async fn authority(bench: &Bench, agent: &people::Agent, seed: &[u8; 32]) -> Result<(), Refusal> {
    if is_known(bench, Role::Authority, agent.email).await? {
        return Ok(());
    }
    let new = professional(agent.email, agent.given_name, agent.family_name, seed)?;
    let competence = match agent.competence {
        people::Competence::National => Competence::National,
        people::Competence::Administration(id) => Competence::Clients(vec![client_id(id)?]),
    };
    enrol::enrol_authority(bench, &BY, new, &competence, None).await.map(drop)
}

fn client_id(id: &str) -> Result<ClientId, Refusal> {
    ClientId::parse(id).ok_or_else(|| Refusal::fault("a sample client id"))
}

async fn client(
    bench: &Bench,
    addresses: &Addresses,
    about: &people::Administration,
    seed: &[u8; 32],
) -> Result<(), Refusal> {
    let id = client_id(about.client_id)?;
    let redirect_uris = std::iter::once(redirect_uri(&addresses.administration, about)).collect();
    let home = format!("{}{}", addresses.administration.as_str().trim_end_matches('/'), about.path);
    let mut new = NewClient::new(ClientKind::Administration, about.name);
    new.id = Some(id.clone());
    new.themes = about.themes.iter().copied().collect();
    new.redirect_uris = redirect_uris;
    new.post_logout_redirect_uris = std::iter::once(home).collect();
    new.compat = about.compat;
    if about.compat {
        new.secret = Some(people::client_secret(seed, about.client_id).into());
    } else {
        let key = people::client_key(seed, about.client_id, people::ASSERTIONS);
        let key = key.ok_or_else(|| Refusal::fault("a sample client's key"))?;
        new.jwks = Some(serde_json::json!({ "keys": [key.public_jwk()] }));
    }
    registered(bench, &id, new).await
}

/// The broker, for every theme.
async fn broker(bench: &Bench, addresses: &Addresses, seed: &[u8; 32]) -> Result<(), Refusal> {
    let id = client_id(people::BROKER_CLIENT_ID)?;
    let issuer = addresses.broker_issuer();
    let mut new = NewClient::new(ClientKind::IdentityBroker, BROKER_NAME);
    new.id = Some(id.clone());
    new.themes = Theme::ALL.iter().copied().collect();
    new.redirect_uris = std::iter::once(callback_uri(&issuer)).collect();
    new.post_logout_redirect_uris = std::iter::once(logout_callback_uri(&issuer)).collect();
    new.secret = Some(people::client_secret(seed, people::BROKER_CLIENT_ID).into());
    registered(bench, &id, new).await
}

/// Registers a client, or moves one that is known to where it now is.
async fn registered(bench: &Bench, id: &ClientId, new: NewClient) -> Result<(), Refusal> {
    match register_client::show_client(bench, id).await {
        Err(Refusal::NotFound) => register_client::register_client(bench, &BY, new, None).await.map(drop),
        Ok(known) if known.registration.redirect_uris != new.redirect_uris => {
            let to = (new.redirect_uris, new.post_logout_redirect_uris);
            register_client::move_client(bench, &BY, id, to, None).await
        }
        other => other.map(drop),
    }
}
