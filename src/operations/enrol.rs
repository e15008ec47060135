//! New organisations and new accounts, by an operator: each with its second factor and its entries.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::crypto::second_factor::TotpSecret;
use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::account::Competence;
use crate::domain::account::Professional;
use crate::domain::account::Role;
use crate::domain::account::normal_email;
use crate::domain::factor::FactorKind;
use crate::domain::factor::FactorState;
use crate::domain::habilitation::Habilitation;
use crate::domain::ids::AccountId;
use crate::domain::ids::ClientId;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::FactorId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::organisation::ReferentKind;
use crate::domain::organisation::Siret;
use crate::domain::organisation_profile::OrganisationKind;
use crate::domain::organisation_profile::Profile;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::operations::actors::EMAIL_LOOKUP;
use crate::operations::actors::OperatorActor;
use crate::operations::actors::PROFESSIONAL_LABEL;
use crate::operations::actors::TOTP_LABEL;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::names;
use crate::operations::refusal::FieldFault;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Recorded;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::storage::accounts;
use crate::storage::accounts::NewAccount;
use crate::storage::clients;
use crate::storage::db::DbError;
use crate::storage::factors;
use crate::storage::factors::NewFactor;
use crate::storage::organisations;
use crate::storage::referents;

const LONGEST_NAME: usize = 100;

/// An organisation to be accepted.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// Its SIRET.
    pub siret: Siret,
    /// Its name, as the mandate's text shows it.
    pub name: String,
    /// Its postal address, on one line.
    pub address: String,
    /// Themes it does not do.
    pub withheld_themes: BTreeSet<Theme>,
}

/// A professional to be enrolled.
#[derive(Clone, Debug)]
pub struct NewProfessional {
    /// Who it is.
    pub professional: Professional,
    /// The secret of a card already printed; a new one where there is none.
    pub secret: Option<TotpSecret>,
}

/// A fresh account.
#[derive(Clone, Debug)]
pub struct Enrolled {
    /// Its identifier.
    pub account: AccountId,
    /// Its second factor, to be handed out once.
    pub secret: TotpSecret,
    /// The habilitations given, in the order asked.
    pub habilitations: Vec<HabilitationId>,
}

/// An operator as the ledger names it; the command line is the gateway's own machine.
pub fn operator_actor(by: &OperatorActor) -> Actor {
    by.staff.as_ref().map_or_else(Actor::system, |staff| actor(&staff.account))
}

/// Accepts an organisation.
///
/// # Errors
/// [`Refusal::Invalid`] when a field does not fit or the SIRET is known.
pub async fn enrol_organisation(
    bench: &Bench,
    by: &OperatorActor,
    new: NewOrganisation,
    request: Option<&str>,
) -> Result<OrganisationId, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let (organisation, key) = put_organisation(&mut work, new, None).await?;
    let line = Line::new(Event::OrganisationAccepted {}, operator_actor(by), key).organisation(&organisation);
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(organisation.id)
}

/// Adds an organisation with a key of its own; type unknown where there is no `kind`. Its entry is the caller's.
///
/// # Errors
/// [`Refusal::Invalid`] when a field does not fit or the SIRET is known.
pub(super) async fn put_organisation(
    work: &mut Work<'_>,
    new: NewOrganisation,
    kind: Option<OrganisationKind>,
) -> Result<(Organisation, DataKeyId), Refusal> {
    let mut faults = Vec::new();
    check_words("name", &new.name, &mut faults);
    check_words("address", &new.address, &mut faults);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let bench = work.bench;
    let id = OrganisationId::fresh(work.now, bench.random.as_ref());
    let (key, _) = data_keys::create(bench, &mut work.tx).await?;
    let organisation = Organisation {
        id,
        siret: new.siret,
        name: new.name.trim().to_owned(),
        address: new.address.trim().to_owned(),
        status: OrganisationStatus::Active,
        withheld_themes: new.withheld_themes,
    };
    let profile = Profile::of_address(kind, &organisation.address);
    let at = work.now;
    organisations::insert(&mut work.tx, (&organisation, &profile), key, at)
        .await
        .map_err(|error| taken(error, "siret"))?;
    Ok((organisation, key))
}

/// Enrols an aidant with a habilitation, until the named instant, in each organisation.
///
/// # Errors
/// [`Refusal::Invalid`] when a field does not fit or the address is known; [`Refusal::NotFound`] for an unknown organisation.
pub async fn enrol_aidant(
    bench: &Bench,
    by: &OperatorActor,
    new: NewProfessional,
    habilitations: &[(OrganisationId, Instant)],
    request: Option<&str>,
) -> Result<Enrolled, Refusal> {
    if habilitations.is_empty() {
        return Err(Refusal::field("organisation", "missing"));
    }
    let work = Work::begin(bench, request).await?;
    let mut begun = open(work, by, Role::Aidant, new, false).await?;
    let mut given = Vec::new();
    for (organisation, ends_at) in habilitations {
        let id;
        (begun, id) = habilitate(begun, by, *organisation, *ends_at).await?;
        // The next one is younger, so that they stay in the order asked.
        begun.work.now = begun.work.now.plus(Duration::from_micros(1));
        given.push(id);
    }
    begun.work.commit().await?;
    Ok(Enrolled { account: begun.account.id, secret: begun.secret, habilitations: given })
}

/// Gives an aidant who is known already a habilitation in one more organisation.
///
/// # Errors
/// [`Refusal::NotFound`] for an unknown aidant or organisation; [`Refusal::Conflict`] when she has a living one there.
pub async fn add_habilitation(
    bench: &Bench,
    by: &OperatorActor,
    aidant: AccountId,
    (organisation, ends_at): (OrganisationId, Instant),
    request: Option<&str>,
) -> Result<HabilitationId, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let (account, key) = crate::operations::actors::account(bench, &mut work.tx, aidant).await?;
    if account.role != Role::Aidant {
        return Err(Refusal::NotFound);
    }
    let (id, line) = habilitation_line(&mut work, by, (&account, key), organisation, ends_at).await?;
    let (work, _) = work.record(line).await?;
    work.commit().await?;
    Ok(id)
}

/// Enrols a referent of these organisations.
///
/// # Errors
/// As [`enrol_aidant`].
pub async fn enrol_referent(
    bench: &Bench,
    by: &OperatorActor,
    new: NewProfessional,
    managed: &[OrganisationId],
    request: Option<&str>,
) -> Result<Enrolled, Refusal> {
    if managed.is_empty() {
        return Err(Refusal::field("organisation", "missing"));
    }
    let work = Work::begin(bench, request).await?;
    let mut begun = open(work, by, Role::Referent, new, false).await?;
    for id in managed {
        let stored = organisations::find(&mut begun.work.tx, *id).await?.ok_or(Refusal::NotFound)?;
        let at = begun.work.now;
        referents::insert(&mut begun.work.tx, (begun.account.id, *id), ReferentKind::Referent, None, at)
            .await?;
        let line = Line::new(
            Event::ReferentNamed { referent: named(&begun.account), deputy: false },
            operator_actor(by),
            begun.key,
        )
        .account(begun.account.id)
        .organisation(&stored.organisation);
        (begun.work, _) = begun.work.record(line).await?;
    }
    begun.work.commit().await?;
    Ok(Enrolled { account: begun.account.id, secret: begun.secret, habilitations: Vec::new() })
}

/// Enrols an agent of an authority.
///
/// # Errors
/// As [`enrol_aidant`]; [`Refusal::NotFound`] for an unknown client.
pub async fn enrol_authority(
    bench: &Bench,
    by: &OperatorActor,
    new: NewProfessional,
    competence: &Competence,
    request: Option<&str>,
) -> Result<Enrolled, Refusal> {
    let work = Work::begin(bench, request).await?;
    let national = matches!(competence, Competence::National);
    let mut begun = open(work, by, Role::Authority, new, national).await?;
    let words = match competence {
        Competence::National => "national".to_owned(),
        Competence::Clients(ids) => {
            for id in ids {
                clients::find(&mut begun.work.tx, id).await?.ok_or(Refusal::NotFound)?;
                accounts::add_client(&mut begun.work.tx, begun.account.id, id).await?;
            }
            ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
        }
    };
    let event = Event::AuthorityAdded { account: named(&begun.account), competence: words };
    let line = Line::new(event, operator_actor(by), begun.key).account(begun.account.id);
    let (work, _) = begun.work.record(line).await?;
    work.commit().await?;
    Ok(Enrolled { account: begun.account.id, secret: begun.secret, habilitations: Vec::new() })
}

/// Enrols an integrator of these clients.
///
/// # Errors
/// As [`enrol_aidant`]; [`Refusal::Invalid`] without a client, [`Refusal::NotFound`] for an unknown one.
pub async fn enrol_integrator(
    bench: &Bench,
    by: &OperatorActor,
    new: NewProfessional,
    own: &BTreeSet<ClientId>,
    request: Option<&str>,
) -> Result<Enrolled, Refusal> {
    if own.is_empty() {
        return Err(Refusal::field("client", "missing"));
    }
    let work = Work::begin(bench, request).await?;
    let mut begun = open(work, by, Role::Integrator, new, false).await?;
    for id in own {
        clients::find(&mut begun.work.tx, id).await?.ok_or(Refusal::NotFound)?;
        accounts::add_client(&mut begun.work.tx, begun.account.id, id).await?;
    }
    let clients = own.iter().map(ToString::to_string).collect();
    let event = Event::IntegratorAdded { account: named(&begun.account), clients };
    let line = Line::new(event, operator_actor(by), begun.key).account(begun.account.id);
    let (work, _) = begun.work.record(line).await?;
    work.commit().await?;
    Ok(Enrolled { account: begun.account.id, secret: begun.secret, habilitations: Vec::new() })
}

/// Enrols an operator.
///
/// # Errors
/// [`Refusal::Invalid`] when a field does not fit or the address is known.
pub async fn enrol_operator(
    bench: &Bench,
    by: &OperatorActor,
    new: NewProfessional,
    request: Option<&str>,
) -> Result<Enrolled, Refusal> {
    let work = Work::begin(bench, request).await?;
    let begun = open(work, by, Role::Operator, new, false).await?;
    let event = Event::OperatorAdded { account: named(&begun.account) };
    let line = Line::new(event, operator_actor(by), begun.key).account(begun.account.id);
    let (work, _) = begun.work.record(line).await?;
    work.commit().await?;
    Ok(Enrolled { account: begun.account.id, secret: begun.secret, habilitations: Vec::new() })
}

struct Opened<'b> {
    work: Recorded<'b>,
    account: Account,
    key: DataKeyId,
    secret: TotpSecret,
}

/// A professional as entries name one.
pub(super) fn named(account: &Account) -> Named {
    Named::new(account.id, account.professional.full_name())
}

/// The account itself, sealed under a key of its own, with the entry of its second factor.
async fn open<'b>(
    mut work: Work<'b>,
    by: &OperatorActor,
    role: Role,
    new: NewProfessional,
    national: bool,
) -> Result<Opened<'b>, Refusal> {
    let random = work.bench.random.as_ref();
    let secret = new.secret.unwrap_or_else(|| TotpSecret::fresh(random));
    let (account, key_id) =
        insert(&mut work, (role, AccountStatus::Active), new.professional, national).await?;
    let key = data_keys::require(work.bench, &mut work.tx, key_id).await?;
    let kind = FactorKind::TotpApp;
    let factor = NewFactor {
        id: FactorId::fresh(work.now, random),
        account: account.id,
        kind,
        state: FactorState::Active,
        sealed: &key.seal(TOTP_LABEL, secret.as_bytes(), random)?,
        label: None,
        serial: None,
        credential_hash: None,
        totp_step: None,
        drift: 0,
        at: work.now,
    };
    factors::insert(&mut work.tx, &factor).await?;
    let event =
        Event::FactorEnrolled { holder: named(&account), method: kind.as_str().to_owned(), card: None };
    let line = Line::new(event, operator_actor(by), key_id).account(account.id);
    let (work, _) = work.record(line).await?;
    Ok(Opened { work, account, key: key_id, secret })
}

/// Makes an account that has no second factor yet: it opens nothing until its holder enrols one by the link that
/// [`crate::operations::account_links::issue`] gives. The caller writes the entry that says why there is one.
///
/// # Errors
/// [`Refusal::Invalid`] when a field does not fit or the role has an account with this address.
pub async fn invite(
    work: &mut Work<'_>,
    role: Role,
    professional: Professional,
) -> Result<(Account, DataKeyId), Refusal> {
    insert(work, (role, AccountStatus::Invited), professional, false).await
}

async fn insert(
    work: &mut Work<'_>,
    (role, status): (Role, AccountStatus),
    professional: Professional,
    national: bool,
) -> Result<(Account, DataKeyId), Refusal> {
    let email = checked(&professional)?;
    let bench = work.bench;
    let random = bench.random.as_ref();
    let (key_id, key) = data_keys::create(bench, &mut work.tx).await?;
    let id = AccountId::fresh(work.now, random);
    let stored = NewAccount {
        id,
        role,
        status,
        email_hash: &bench.lookup.hash(EMAIL_LOOKUP, &email),
        professional: &key.seal(PROFESSIONAL_LABEL, &serde_json::to_vec(&professional)?, random)?,
        national,
        data_key: key_id,
        at: work.now,
    };
    accounts::insert(&mut work.tx, &stored).await.map_err(|error| taken(error, "email"))?;
    let account = Account { id, role, status, professional };
    names::add_account(work, &account).await?;
    Ok((account, key_id))
}

async fn habilitate<'b>(
    mut begun: Opened<'b>,
    by: &OperatorActor,
    organisation: OrganisationId,
    ends_at: Instant,
) -> Result<(Opened<'b>, HabilitationId), Refusal> {
    let whose = (&begun.account, begun.key);
    let (id, line) = habilitation_line(&mut begun.work, by, whose, organisation, ends_at).await?;
    (begun.work, _) = begun.work.record(line).await?;
    Ok((begun, id))
}

async fn habilitation_line(
    work: &mut Work<'_>,
    by: &OperatorActor,
    (account, key): (&Account, DataKeyId),
    organisation: OrganisationId,
    ends_at: Instant,
) -> Result<(HabilitationId, Line), Refusal> {
    let stored = organisations::find(&mut work.tx, organisation).await?.ok_or(Refusal::NotFound)?;
    let id = HabilitationId::fresh(work.now, work.bench.random.as_ref());
    let at = work.now;
    let habilitation = Habilitation::given(id, (account.id, organisation), ends_at, at);
    accounts::insert_habilitation(&mut work.tx, &habilitation, at).await.map_err(|error| match error {
        DbError::Unique(_) => Refusal::Conflict("habilitation-exists"),
        other => other.into(),
    })?;
    let event = Event::HabilitationAccepted { aidant: named(account), ends_at: ends_at.into() };
    let line =
        Line::new(event, operator_actor(by), key).account(account.id).organisation(&stored.organisation);
    Ok((id, line))
}

/// The normalised address of a professional whose fields fit.
///
/// # Errors
/// [`Refusal::Invalid`] with each field that does not.
pub(super) fn checked(who: &Professional) -> Result<String, Refusal> {
    let mut faults = Vec::new();
    check_words("given_name", who.given_name.show(), &mut faults);
    check_words("family_name", who.family_name.show(), &mut faults);
    let email = normal_email(who.email.show());
    if email.is_none() {
        faults.push(FieldFault { field: "email", key: "email" });
    }
    match email {
        Some(email) if faults.is_empty() => Ok(email),
        _ => Err(Refusal::Invalid(faults)),
    }
}

/// Notes what is wrong with the words of a field: nothing said, too long, control characters.
pub(super) fn check_words(field: &'static str, words: &str, faults: &mut Vec<FieldFault>) {
    if words.trim().is_empty() {
        faults.push(FieldFault { field, key: "missing" });
    } else if words.chars().count() > LONGEST_NAME * 3 || words.chars().any(char::is_control) {
        faults.push(FieldFault { field, key: "too-long" });
    }
}

fn taken(error: DbError, field: &'static str) -> Refusal {
    match error {
        DbError::Unique(_) => Refusal::field(field, "taken"),
        other => other.into(),
    }
}
