//! Reading in: every line in one transaction, each with its entries and mails.

use crate::domain::import::Fault;
use crate::domain::import::FaultKind;
use crate::domain::import::ImportKind;
use crate::ledger::kinds::Event;
use crate::operations::actors::OperatorActor;
use crate::operations::enrol::NewOrganisation;
use crate::operations::enrol::operator_actor;
use crate::operations::enrol::put_organisation;
use crate::operations::import::check;
use crate::operations::import::check::AidantLine;
use crate::operations::import::check::Good;
use crate::operations::import::check::Known;
use crate::operations::import::check::OrganisationLine;
use crate::operations::import::late;
use crate::operations::newcomers;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Recorded;
use crate::operations::work::Work;
use crate::storage::organisations;

/// What has been written so far.
enum State<'b> {
    Nothing(Box<Work<'b>>),
    Some(Box<Recorded<'b>>),
}

/// Checks the file again inside the transaction and writes all of it; nothing is committed here.
///
/// # Errors
/// The outer one is a fault; the inner one is what is wrong with the file.
pub(super) async fn apply<'b>(
    mut work: Work<'b>,
    by: &OperatorActor,
    kind: ImportKind,
    bytes: &[u8],
    mut each: impl FnMut(u64),
) -> Result<Result<(Recorded<'b>, u64), Vec<Fault>>, Refusal> {
    let bench = work.bench;
    let mut known = Known::read(&mut work.tx, kind).await?;
    let mut good = Vec::new();
    let mut faults = Vec::new();
    check::walk(bench, bytes, &mut known, |_, judged| match judged {
        Ok(line) => good.push(line),
        Err(found) => faults.extend(found),
    });
    drop(known);
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut state = State::Nothing(Box::new(work));
    let mut written = 0;
    for line in good {
        let one = match line {
            Good::Organisation(line) => organisation(state, by, line).await,
            Good::Aidant(line) => aidant(state, by, line).await,
        };
        state = match one {
            Ok(next) => State::Some(Box::new(next)),
            Err(Refusal::Invalid(_)) => return Ok(Err(vec![late(written + 2, "", FaultKind::Twice)])),
            Err(other) => return Err(other),
        };
        written += 1;
        each(written);
    }
    match state {
        State::Some(recorded) => Ok(Ok((*recorded, written))),
        State::Nothing(_) => Ok(Err(vec![late(1, "", FaultKind::Empty)])),
    }
}

async fn organisation<'b>(
    state: State<'b>,
    by: &OperatorActor,
    line: OrganisationLine,
) -> Result<Recorded<'b>, Refusal> {
    let new = NewOrganisation {
        siret: line.siret,
        name: line.name,
        address: line.address,
        withheld_themes: [].into(),
    };
    let entry = |organisation, key| {
        Line::new(Event::OrganisationAccepted {}, operator_actor(by), key).organisation(organisation)
    };
    let (recorded, organisation) = match state {
        State::Nothing(mut work) => {
            let (organisation, key) = put_organisation(&mut work, new, Some(line.kind)).await?;
            (work.record(entry(&organisation, key)).await?.0, organisation)
        }
        State::Some(mut recorded) => {
            let (organisation, key) = put_organisation(&mut recorded, new, Some(line.kind)).await?;
            (recorded.record(entry(&organisation, key)).await?.0, organisation)
        }
    };
    match &line.referent {
        Some(referent) => newcomers::name_referent(recorded, by, &organisation, referent).await,
        None => Ok(recorded),
    }
}

async fn aidant<'b>(
    mut state: State<'b>,
    by: &OperatorActor,
    line: AidantLine,
) -> Result<Recorded<'b>, Refusal> {
    let tx = match &mut state {
        State::Nothing(work) => &mut work.tx,
        State::Some(recorded) => &mut recorded.tx,
    };
    let place = organisations::find(tx, line.organisation).await?.ok_or(Refusal::NotFound)?.organisation;
    let who = (&line.professional, line.function.as_str());
    match state {
        State::Nothing(mut work) => {
            let entry = newcomers::habilitation_line(&mut work, by, &place, who).await?;
            Ok(work.record(entry).await?.0)
        }
        State::Some(mut recorded) => {
            let entry = newcomers::habilitation_line(&mut recorded, by, &place, who).await?;
            Ok(recorded.record(entry).await?.0)
        }
    }
}
