//! A habilitation taken to be changed, with whose it is and where, and who hears of it.

use crate::domain::account::Account;
use crate::domain::account::AccountStatus;
use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::Standing;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::HabilitationId;
use crate::domain::message::HabilitationNews;
use crate::domain::message::MessageBody;
use crate::domain::organisation::Organisation;
use crate::domain::private::Private;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::invite;
use crate::operations::invite::Asked;
use crate::operations::invite::LETTER;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::account_links;
use crate::storage::db::Tx;
use crate::storage::habilitations;
use crate::storage::organisations;
use crate::storage::referents;

/// A taken habilitation.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub habilitation: Habilitation,
    pub account: Account,
    pub key: DataKeyId,
    pub organisation: Organisation,
    /// Who she is, in the words of whoever asked where she has not come yet.
    pub shown: Shown,
}

/// Name and address of an aidant as one organisation may see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// "Given Family".
    pub name: Private<String>,
    /// The address.
    pub email: Private<String>,
    /// What she does there, where it was said.
    pub profession: Private<String>,
}

/// What an organisation sees of an aidant: what it wrote itself until she signed its charter, then what her account says.
pub(super) fn shown(habilitation: &Habilitation, account: &Account, asked: Option<Asked>) -> Shown {
    let profession = asked.as_ref().map(|asked| asked.profession.clone()).unwrap_or_default();
    let who = match asked {
        Some(asked) if habilitation.charter().is_none() => asked.professional,
        _ => account.professional.clone(),
    };
    Shown { name: who.full_name().into(), email: who.email, profession }
}

/// Takes a habilitation; no decision on it passes before this transaction ends.
///
/// # Errors
/// [`Refusal::NotFound`] when there is none.
pub(super) async fn take(work: &mut Work<'_>, id: HabilitationId) -> Result<Held, Refusal> {
    let bench = work.bench;
    habilitations::take(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    // What was waited for may have taken its time.
    work.now = bench.now();
    let listed = habilitations::listed(&mut work.tx, id).await?.ok_or(Refusal::NotFound)?;
    let habilitation = listed.habilitation;
    let (account, key) = actors::account(bench, &mut work.tx, habilitation.account).await?;
    let asked = invite::open_asked(bench, &mut work.tx, key, listed.asked.as_deref()).await?;
    let stored =
        organisations::find(&mut work.tx, habilitation.organisation).await?.ok_or(Refusal::NotFound)?;
    let shown = shown(&habilitation, &account, asked);
    Ok(Held { habilitation, account, key, organisation: stored.organisation, shown })
}

impl Held {
    /// The aidant as entries name her.
    pub fn aidant(&self) -> Named {
        Named::new(self.account.id, self.shown.name.show().clone())
    }

    /// A line about this habilitation.
    pub fn line(&self, event: Event, by: Actor) -> Line {
        Line::new(event, by, self.key).account(self.account.id).organisation(&self.organisation)
    }

    /// What was asked of an aidant is over: where nothing else waits for her, the link by which she would open her account
    /// serves no more.
    ///
    /// # Errors
    /// As the database says.
    pub async fn close_invitation(&self, work: &mut Work<'_>) -> Result<(), Refusal> {
        if self.account.status != AccountStatus::Invited {
            return Ok(());
        }
        let now = work.now;
        let others = habilitations::of_account(&mut work.tx, self.account.id).await?;
        let waits =
            |one: &Habilitation| one.id != self.habilitation.id && one.standing(now) != Standing::Ended;
        if !others.iter().any(waits) {
            account_links::end_of_account(&mut work.tx, self.account.id, now).await?;
        }
        Ok(())
    }

    /// Writes to the aidant.
    ///
    /// # Errors
    /// As the database says.
    pub async fn tell_aidant(&self, work: &mut Work<'_>, news: HabilitationNews) -> Result<(), Refusal> {
        let body =
            MessageBody::Habilitation { organisation: self.organisation.name.clone(), aidant: None, news };
        work.send(&invite::to(&self.account, body), LETTER).await
    }

    /// Writes to the organisation's referents and deputies.
    ///
    /// # Errors
    /// As the database says.
    pub async fn tell_referents(&self, work: &mut Work<'_>, news: HabilitationNews) -> Result<(), Refusal> {
        for referent in in_charge(work.bench, &mut work.tx, &self.organisation).await? {
            let body = MessageBody::Habilitation {
                organisation: self.organisation.name.clone(),
                aidant: Some(self.shown.name.clone()),
                news: news.clone(),
            };
            work.send(&invite::to(&referent, body), LETTER).await?;
        }
        Ok(())
    }
}

/// Who manages an organisation and may log in.
async fn in_charge(bench: &Bench, tx: &mut Tx, organisation: &Organisation) -> Result<Vec<Account>, Refusal> {
    let mut all = Vec::new();
    for referent in referents::of(tx, organisation.id).await? {
        if referent.status == AccountStatus::Active {
            all.push(actors::account(bench, tx, referent.account).await?.0);
        }
    }
    Ok(all)
}
