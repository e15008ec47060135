//! The merger itself: mandates first, then habilitations, then the two organisations, so that it passes no decision.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::domain::habilitation::Habilitation;
use crate::domain::habilitation::HabilitationStatus;
use crate::domain::habilitation::Standing;
use crate::domain::ids::AccountId;
use crate::domain::ids::MandateId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::PersonId;
use crate::domain::mandate::Mandate;
use crate::domain::mandate::MandateStatus;
use crate::domain::message::MessageBody;
use crate::domain::organisation::Organisation;
use crate::domain::organisation::ReferentKind;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::ledger::values::Named;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::data_keys;
use crate::operations::merge_organisations::MAIL_WORTH;
use crate::operations::merge_organisations::Moved;
use crate::operations::merge_organisations::existing;
use crate::operations::merge_organisations::may_merge;
use crate::operations::merge_organisations::named;
use crate::operations::refusal::Refusal;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::accounts;
use crate::storage::askings;
use crate::storage::habilitations;
use crate::storage::mandates;
use crate::storage::organisation_merges;
use crate::storage::organisations::StoredOrganisation;
use crate::storage::persons;
use crate::storage::persons::PersonRow;
use crate::storage::referents;
use crate::storage::software_logins;

/// How many mandates are read at once.
const BATCH: i64 = 500;

/// Whether a habilitation is not over for good.
pub(super) fn lives(habilitation: &Habilitation) -> bool {
    !matches!(habilitation.status(), HabilitationStatus::Refused | HabilitationStatus::Ended)
}

fn waits(habilitation: &Habilitation, now: Instant) -> bool {
    matches!(habilitation.standing(now), Standing::Awaited | Standing::Unsigned | Standing::Ended)
}

struct Merger<'b> {
    work: Work<'b>,
    by: Actor,
    goes: StoredOrganisation,
    stays: StoredOrganisation,
    lines: Vec<Line>,
    moved: Moved,
    told: BTreeSet<PersonId>,
}

/// Everything a merger changes, with an entry for each change, in one transaction.
pub(super) async fn unite(
    mut work: Work<'_>,
    by: Actor,
    absorbed: OrganisationId,
    target: OrganisationId,
) -> Result<Moved, Refusal> {
    // The order of every decision: mandates, habilitations, organisations.
    let mut held = take_mandates(&mut work, absorbed).await?;
    for one in accounts::habilitations_of(&mut work.tx, absorbed).await? {
        habilitations::take(&mut work.tx, one.id).await?;
    }
    for id in [absorbed.min(target), absorbed.max(target)] {
        if !organisation_merges::take(&mut work.tx, id).await? {
            return Err(Refusal::NotFound);
        }
    }
    // What was drawn up while the organisations were waited for.
    held.extend(take_mandates(&mut work, absorbed).await?);
    work.now = work.bench.now();
    let goes = existing(&mut work.tx, absorbed).await?;
    let stays = existing(&mut work.tx, target).await?;
    may_merge(&goes.organisation, &stays.organisation)?;
    let now = work.now;
    if !organisation_merges::close(&mut work.tx, absorbed, target, now).await? {
        return Err(Refusal::Conflict("merge-done"));
    }
    let lines = Vec::new();
    let mut merger = Merger { work, by, goes, stays, lines, moved: Moved::default(), told: BTreeSet::new() };
    for id in held {
        merger.mandate(id).await?;
    }
    merger.habilitations().await?;
    merger.referents().await?;
    merger.finish().await
}

async fn take_mandates(
    work: &mut Work<'_>,
    absorbed: OrganisationId,
) -> Result<BTreeSet<MandateId>, Refusal> {
    let mut all = BTreeSet::new();
    let mut after = MandateId::from_uuid(uuid::Uuid::nil());
    loop {
        let batch = organisation_merges::held(&mut work.tx, absorbed, after, BATCH).await?;
        let Some(last) = batch.last() else { return Ok(all) };
        after = *last;
        for id in batch {
            mandates::take(&mut work.tx, id).await?;
            all.insert(id);
        }
    }
}

impl Merger<'_> {
    async fn mandate(&mut self, id: MandateId) -> Result<(), Refusal> {
        let Some(stored) = mandates::find(&mut self.work.tx, id).await? else { return Ok(()) };
        match stored.mandate.status() {
            MandateStatus::Draft | MandateStatus::AwaitingConsent => self.lapse(stored.mandate).await,
            MandateStatus::Active | MandateStatus::Suspended => self.transfer(stored.mandate).await,
            MandateStatus::Revoked
            | MandateStatus::Expired
            | MandateStatus::Refused
            | MandateStatus::Lapsed => Ok(()),
        }
    }

    /// A draft was for an organisation that is no more: the person approves another text.
    async fn lapse(&mut self, draft: Mandate) -> Result<(), Refusal> {
        let (id, now) = (draft.id, self.work.now);
        let lapsed = draft.lapse(now)?;
        mandates::save(&mut self.work.tx, &lapsed).await?;
        mandates::decided(&mut self.work.tx, id, now).await?;
        askings::over(&mut self.work.tx, id, None).await?;
        let event = Event::MandateLapsed { reason: "organisation_merged".to_owned() };
        let line = Line::new(event, self.by.clone(), self.goes.data_key);
        self.lines.push(line.organisation(&self.goes.organisation).mandate(id));
        self.moved.drafts += 1;
        Ok(())
    }

    async fn transfer(&mut self, mandate: Mandate) -> Result<(), Refusal> {
        let (goes, stays) = (&self.goes.organisation, &self.stays.organisation);
        let now = self.work.now;
        organisation_merges::move_mandate(&mut self.work.tx, mandate.id, (goes.id, stays.id), now).await?;
        let event = Event::MandateTransferred { from: named(goes) };
        let person = match mandate.consent() {
            Some(consent) => persons::find(&mut self.work.tx, consent.person).await?,
            None => None,
        };
        let living = match person {
            Some(row) => self.living(row).await?,
            None => None,
        };
        let key = living.as_ref().map_or(self.stays.data_key, |row| row.data_key);
        let mut line =
            Line::new(event, self.by.clone(), key).organisation(&self.stays.organisation).mandate(mandate.id);
        if let Some(row) = &living {
            line = line.person(row.id);
            self.tell(row).await?;
        }
        self.lines.push(line);
        self.moved.mandates += 1;
        Ok(())
    }

    /// The person, unless her key was destroyed.
    async fn living(&mut self, row: PersonRow) -> Result<Option<PersonRow>, Refusal> {
        let key = data_keys::open(self.work.bench, &mut self.work.tx, row.data_key).await?;
        Ok(key.map(|_| row))
    }

    /// Once a person, however many of her mandates move.
    async fn tell(&mut self, row: &PersonRow) -> Result<(), Refusal> {
        if !self.told.insert(row.id) {
            return Ok(());
        }
        let Some(person) = actors::open_person(self.work.bench, &mut self.work.tx, row).await? else {
            return Ok(());
        };
        let body = MessageBody::MandatesTransferred {
            from: self.goes.organisation.name.clone(),
            to: self.stays.organisation.name.clone(),
            at: self.work.now,
        };
        let person = PersonActor { person, data_key: row.data_key };
        tell(&mut self.work, &person, NoticeKind::End, body, MAIL_WORTH).await.map(drop)
    }

    /// Living habilitations move. Where an aidant has one on either side, the one of the organisation that stays counts, unless
    /// it only waits and the other one is in force.
    async fn habilitations(&mut self) -> Result<(), Refusal> {
        let there = accounts::habilitations_of(&mut self.work.tx, self.stays.organisation.id).await?;
        let known: BTreeMap<AccountId, Habilitation> =
            there.into_iter().filter(lives).map(|one| (one.account, one)).collect();
        let here = accounts::habilitations_of(&mut self.work.tx, self.goes.organisation.id).await?;
        let now = self.work.now;
        for one in here.into_iter().filter(lives) {
            match known.get(&one.account) {
                None => self.move_habilitation(one).await?,
                Some(other) if waits(other, now) && one.standing(now) == Standing::InForce => {
                    self.end_habilitation(other.clone(), self.stays.organisation.clone()).await?;
                    self.move_habilitation(one).await?;
                }
                Some(_) => self.end_habilitation(one, self.goes.organisation.clone()).await?,
            }
        }
        Ok(())
    }

    async fn move_habilitation(&mut self, one: Habilitation) -> Result<(), Refusal> {
        let (account, key) = actors::account(self.work.bench, &mut self.work.tx, one.account).await?;
        let target = self.stays.organisation.id;
        organisation_merges::move_habilitation(&mut self.work.tx, one.id, target).await?;
        let aidant = Named::new(account.id, account.professional.full_name());
        let event = Event::HabilitationMoved { aidant, from: named(&self.goes.organisation) };
        let line = Line::new(event, self.by.clone(), key).account(account.id);
        self.lines.push(line.organisation(&self.stays.organisation));
        self.moved.habilitations += 1;
        Ok(())
    }

    async fn end_habilitation(&mut self, one: Habilitation, place: Organisation) -> Result<(), Refusal> {
        let (account, key) = actors::account(self.work.bench, &mut self.work.tx, one.account).await?;
        habilitations::save(&mut self.work.tx, &one.end()?).await?;
        let aidant = Named::new(account.id, account.professional.full_name());
        let event = Event::HabilitationEnded { aidant, reason: self.stays.organisation.name.clone() };
        let line = Line::new(event, self.by.clone(), key).account(account.id);
        self.lines.push(line.organisation(&place));
        Ok(())
    }

    async fn referents(&mut self) -> Result<(), Refusal> {
        let (goes, stays) = (self.goes.organisation.id, self.stays.organisation.id);
        let there = organisation_merges::referents(&mut self.work.tx, stays).await?;
        for one in referents::of(&mut self.work.tx, goes).await? {
            let id = one.account;
            if there.contains(&id) {
                continue;
            }
            let (account, key) = actors::account(self.work.bench, &mut self.work.tx, id).await?;
            let referent = Named::new(account.id, account.professional.full_name());
            let line = Line::new(
                Event::ReferentNamed { referent, deputy: one.kind == ReferentKind::Deputy },
                self.by.clone(),
                key,
            )
            .account(id);
            self.lines.push(line.organisation(&self.stays.organisation));
        }
        Ok(organisation_merges::move_referents(&mut self.work.tx, goes, stays).await?)
    }

    async fn finish(mut self) -> Result<Moved, Refusal> {
        let (goes, stays): (&Organisation, &Organisation) =
            (&self.goes.organisation, &self.stays.organisation);
        let tx = &mut self.work.tx;
        organisation_merges::unite(tx, goes.id, stays.id).await?;
        organisation_merges::drop_waiting(tx, goes.id).await?;
        organisation_merges::drop_into(tx, goes.id).await?;
        software_logins::end_of_organisation(tx, goes.id).await?;
        let event = Event::OrganisationMerged {
            target: named(stays),
            mandates: self.moved.mandates,
            habilitations: self.moved.habilitations,
        };
        let line = Line::new(event, self.by.clone(), self.goes.data_key).organisation(goes);
        let (mut recorded, _) = self.work.record(line).await?;
        for line in self.lines {
            (recorded, _) = recorded.record(line).await?;
        }
        recorded.commit().await?;
        Ok(self.moved)
    }
}
