//! May this aidant do this act now? One pure function over values; every reason to refuse has a name.

use crate::domain::account::AccountStatus;
use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::domain::client::ClientStatus;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::Standing;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::OrganisationStatus;
use crate::domain::person::ConsentGrade;
use crate::domain::text_enum;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;

text_enum! {
    /// Why an act is refused. The list is closed; the text stands in the ledger.
    Reason {
        /// The client is switched off or not yet confirmed.
        ClientNotActive => "client_not_active",
        /// The client is not registered for mandates.
        ClientNotEntitled => "client_not_entitled",
        /// The client does not accept this theme.
        ClientTheme => "client_theme",
        /// The client asks for a stronger consent.
        ConsentGrade => "consent_grade",
        /// The aidant's account is suspended.
        AccountSuspended => "account_suspended",
        /// The habilitation is asked for, and not given yet.
        HabilitationNotGiven => "habilitation_not_given",
        /// The aidant has not signed the charter.
        CharterUnsigned => "charter_unsigned",
        /// The habilitation is suspended.
        HabilitationSuspended => "habilitation_suspended",
        /// The habilitation has ended.
        HabilitationEnded => "habilitation_ended",
        /// The organisation is suspended.
        OrganisationSuspended => "organisation_suspended",
        /// The organisation no longer does this theme.
        OrganisationTheme => "organisation_theme",
        /// The mandate is another organisation's, or there is none.
        NoMandate => "no_mandate",
        /// The person has not decided yet, has refused, or never answered.
        MandateNotGiven => "mandate_not_given",
        /// The mandate is suspended.
        MandateSuspended => "mandate_suspended",
        /// The mandate was revoked.
        MandateRevoked => "mandate_revoked",
        /// The mandate's end date has passed.
        MandateExpired => "mandate_expired",
        /// The mandate never covered this theme.
        ThemeNotInMandate => "theme_not_in_mandate",
        /// This theme was revoked.
        ThemeRevoked => "theme_revoked",
        /// The person has blocked this aidant.
        AidantBlocked => "aidant_blocked",
        /// The person has blocked this organisation.
        OrganisationBlocked => "organisation_blocked",
        /// An identity broker passes nobody on without an e-mail address of her own.
        NoEmail => "no_email",
        /// The second factor is too old.
        SecondFactorStale => "second_factor_stale",
    }
}

/// What the person has blocked, of what concerns this act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Blocks {
    /// This aidant.
    pub aidant: bool,
    /// This organisation.
    pub organisation: bool,
}

/// Everything the decision looks at, as read in the transaction that writes the entry.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The present instant.
    pub now: Instant,
    /// The client the act is for.
    pub client: &'a Client,
    /// Whether the aidant's account may log in.
    pub account: AccountStatus,
    /// The aidant's habilitation in the current organisation.
    pub habilitation: &'a Habilitation,
    /// The current organisation.
    pub organisation: &'a Organisation,
    /// The mandate, where one was found.
    pub mandate: Option<&'a Mandate>,
    /// The theme chosen.
    pub theme: Theme,
    /// What the person has blocked.
    pub blocks: Blocks,
    /// Whether an e-mail address of the person's own is known: FranceConnect warns her there.
    pub has_email: bool,
    /// Whether the second factor was fresh at the instant the act was opened.
    pub factor_was_fresh: bool,
}

/// Decides one act. The first reason found is the one that is told: the client's own first, then the aidant's side, then
/// the mandate, then what the person blocked, then what a broker needs of her, then the second factor, which the aidant can
/// mend at once.
///
/// # Errors
/// The [`Reason`] of the refusal.
pub fn decide(question: &Question<'_>) -> Result<(), Reason> {
    client_accepts(question.client, question.mandate, question.theme)?;
    aidant_side_allows(question)?;
    mandate_allows(question)?;
    if question.blocks.aidant {
        return Err(Reason::AidantBlocked);
    }
    if question.blocks.organisation {
        return Err(Reason::OrganisationBlocked);
    }
    if is_broker(question.client) && !question.has_email {
        return Err(Reason::NoEmail);
    }
    if question.factor_was_fresh { Ok(()) } else { Err(Reason::SecondFactorStale) }
}

fn is_broker(client: &Client) -> bool {
    client.registration.kind == ClientKind::IdentityBroker
}

/// The lowest consent a client may use: what it registered, and never less than FranceConnect's through a broker.
fn lowest_grade(client: &Client) -> ConsentGrade {
    let registered = client.registration.min_consent_grade;
    if is_broker(client) { registered.max(ConsentGrade::FranceConnect) } else { registered }
}

/// Whether a client may receive this theme of a mandate: in use, registered for mandates, for the theme, and content with the
/// grade of the consent.
///
/// # Errors
/// The [`Reason`] of the refusal.
pub fn client_accepts(client: &Client, mandate: Option<&Mandate>, theme: Theme) -> Result<(), Reason> {
    if client.status != ClientStatus::Active {
        return Err(Reason::ClientNotActive);
    }
    if !client.registration.mandate_type {
        return Err(Reason::ClientNotEntitled);
    }
    if !client.registration.themes.contains(&theme) {
        return Err(Reason::ClientTheme);
    }
    let consent = mandate.and_then(Mandate::consent);
    if consent.is_some_and(|consent| consent.grade < lowest_grade(client)) {
        return Err(Reason::ConsentGrade);
    }
    Ok(())
}

/// Whether an aidant may work in an organisation at all: account, habilitation and organisation are in force.
///
/// # Errors
/// The [`Reason`] of the refusal.
pub fn aidant_may_work(
    now: Instant,
    account: AccountStatus,
    habilitation: &Habilitation,
    organisation: &Organisation,
) -> Result<(), Reason> {
    if account != AccountStatus::Active {
        return Err(Reason::AccountSuspended);
    }
    habilitation_allows(habilitation.standing(now))?;
    if organisation.status == OrganisationStatus::Active {
        Ok(())
    } else {
        Err(Reason::OrganisationSuspended)
    }
}

/// Whether a habilitation of this standing lets its aidant act.
///
/// # Errors
/// The [`Reason`] of the refusal.
pub const fn habilitation_allows(standing: Standing) -> Result<(), Reason> {
    match standing {
        Standing::InForce => Ok(()),
        Standing::Awaited => Err(Reason::HabilitationNotGiven),
        Standing::Unsigned => Err(Reason::CharterUnsigned),
        Standing::Suspended => Err(Reason::HabilitationSuspended),
        Standing::Ended => Err(Reason::HabilitationEnded),
    }
}

fn aidant_side_allows(question: &Question<'_>) -> Result<(), Reason> {
    aidant_may_work(question.now, question.account, question.habilitation, question.organisation)?;
    if question.organisation.withheld_themes.contains(&question.theme) {
        return Err(Reason::OrganisationTheme);
    }
    Ok(())
}

fn mandate_allows(question: &Question<'_>) -> Result<(), Reason> {
    let own = |mandate: &&Mandate| {
        mandate.terms.organisation == question.organisation.id
            && question.habilitation.organisation == question.organisation.id
    };
    let mandate = question.mandate.filter(own).ok_or(Reason::NoMandate)?;
    match mandate.status_at(question.now) {
        MandateStatus::Active => {}
        MandateStatus::Draft
        | MandateStatus::AwaitingConsent
        | MandateStatus::Refused
        | MandateStatus::Lapsed => {
            return Err(Reason::MandateNotGiven);
        }
        MandateStatus::Suspended => return Err(Reason::MandateSuspended),
        MandateStatus::Revoked => return Err(Reason::MandateRevoked),
        MandateStatus::Expired => return Err(Reason::MandateExpired),
    }
    if !mandate.terms.themes.contains(&question.theme) {
        return Err(Reason::ThemeNotInMandate);
    }
    if mandate.ended_themes.contains_key(&question.theme) {
        return Err(Reason::ThemeRevoked);
    }
    Ok(())
}
