//! Everybody concerned by a case hears of each step: the person, the authority, the organisation's referents, the aidant.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::domain::account::Role;
use crate::domain::case::Case;
use crate::domain::case::CaseOutcome;
use crate::domain::ids::AccountId;
use crate::domain::message::Address;
use crate::domain::message::CaseReader;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::MessageLanguage;
use crate::domain::organisation::Organisation;
use crate::domain::private::Private;
use crate::operations::actors;
use crate::operations::refusal::Refusal;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell;
use crate::operations::work::Work;
use crate::storage::cases;
use crate::storage::entries;

pub use crate::domain::message::CaseNews as News;

const WORTH: Duration = Duration::from_secs(7 * 86_400);

impl News {
    /// What is told when a case is closed so.
    pub const fn closed(outcome: CaseOutcome) -> Self {
        match outcome {
            CaseOutcome::Restored => Self::ClosedRestored,
            CaseOutcome::Revoked => Self::ClosedRevoked,
            CaseOutcome::Unchanged => Self::ClosedUnchanged,
        }
    }
}

/// Tells the person and all others.
///
/// # Errors
/// As the database says.
pub(super) async fn tell_all(
    work: &mut Work<'_>,
    case: &Case,
    organisation: &Organisation,
    news: News,
) -> Result<(), Refusal> {
    // What she said herself she knows.
    if news != News::Word {
        tell_person(work, case, organisation, news).await?;
    }
    tell_others(work, case, organisation, news).await
}

async fn tell_person(
    work: &mut Work<'_>,
    case: &Case,
    organisation: &Organisation,
    news: News,
) -> Result<(), Refusal> {
    let person = match actors::person(work.bench, &mut work.tx, case.person).await {
        Ok(person) => person,
        Err(Refusal::NotFound) => return Ok(()),
        Err(refusal) => return Err(refusal),
    };
    let body = body(case, organisation, news, CaseReader::Person);
    tell(work, &person, NoticeKind::Case, body, WORTH).await.map(drop)
}

/// Tells the competent agents of authorities, the organisation's referents, and the aidant of the contested line.
///
/// # Errors
/// As the database says.
pub(in crate::operations) async fn tell_others(
    work: &mut Work<'_>,
    case: &Case,
    organisation: &Organisation,
    news: News,
) -> Result<(), Refusal> {
    let mut addressees: BTreeSet<AccountId> = BTreeSet::new();
    addressees.extend(cases::agents(&mut work.tx, case.client.clone()).await?);
    addressees.extend(cases::referents(&mut work.tx, organisation.id).await?);
    addressees.extend(entries::find(&mut work.tx, case.entry).await?.and_then(|line| line.filed.account));
    for id in addressees {
        let (account, _) = actors::account(work.bench, &mut work.tx, id).await?;
        let reader = match account.role {
            Role::Aidant => CaseReader::Aidant,
            Role::Referent => CaseReader::Referent,
            Role::Authority => CaseReader::Authority,
            Role::Operator | Role::Integrator => continue,
        };
        let message = Message {
            to: Address::Email(account.professional.email.clone()),
            name: Private::new(account.professional.full_name()),
            language: MessageLanguage::French,
            body: body(case, organisation, news, reader),
        };
        work.send(&message, WORTH).await?;
    }
    Ok(())
}

fn body(case: &Case, organisation: &Organisation, news: News, reader: CaseReader) -> MessageBody {
    MessageBody::CaseNews {
        number: case.number.clone(),
        organisation: organisation.name.clone(),
        news,
        reader,
    }
}
