//! Every organisation, or every aidant with her place, as a file that can be read in again.

use crate::domain::ids::OrganisationId;
use crate::domain::import::ImportKind;
use crate::domain::import::harmless;
use crate::operations::actors;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::invite;
use crate::operations::refusal::Refusal;
use crate::storage::db::Tx;
use crate::storage::habilitations;
use crate::storage::organisations;
use crate::storage::organisations::StoredOrganisation;

const BATCH: i64 = 500;

/// A byte order mark, so that spreadsheets read UTF-8; then the head and the lines, separated by semicolons.
///
/// # Errors
/// As the database says.
pub async fn export(bench: &Bench, _: &OperatorActor, kind: ImportKind) -> Result<Vec<u8>, Refusal> {
    let mut tx = bench.db.read().await?;
    let mut sheet = Sheet::new()?;
    let head: Vec<&str> = match kind {
        ImportKind::Organisations => {
            vec!["siret", "nom", "type", "adresse", "departement", "statut"]
        }
        ImportKind::Aidants => vec!["siret", "prenom", "nom", "email", "fonction", "statut", "fin"],
    };
    sheet.line(&head.into_iter().map(str::to_owned).collect::<Vec<_>>())?;
    let mut after = (String::new(), OrganisationId::from_uuid(uuid::Uuid::nil()));
    loop {
        let batch = organisations::search(&mut tx, "", (&after.0, after.1), BATCH).await?;
        let Some(last) = batch.last() else { break };
        after = (crate::domain::organisation_profile::folded(&last.organisation.name), last.organisation.id);
        for one in &batch {
            match kind {
                ImportKind::Organisations => sheet.line(&organisation(one))?,
                ImportKind::Aidants => aidants(bench, &mut tx, one, &mut sheet).await?,
            }
        }
    }
    sheet.done()
}

struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    fn new() -> Result<Self, Refusal> {
        let bytes = b"\xef\xbb\xbf".to_vec();
        Ok(Self(csv::WriterBuilder::new().delimiter(b';').from_writer(bytes)))
    }

    fn line(&mut self, cells: &[String]) -> Result<(), Refusal> {
        let safe = cells.iter().map(|cell| harmless(cell));
        self.0.write_record(safe).map_err(|error| Refusal::Fault(error.into()))
    }

    fn done(self) -> Result<Vec<u8>, Refusal> {
        self.0.into_inner().map_err(|_| Refusal::fault("a sheet cannot be written"))
    }
}

fn organisation(stored: &StoredOrganisation) -> Vec<String> {
    let (one, profile) = (&stored.organisation, &stored.profile);
    vec![
        one.siret.to_string(),
        one.name.clone(),
        profile.kind.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        one.address.clone(),
        profile.departement.clone().unwrap_or_default(),
        one.status.as_str().to_owned(),
    ]
}

async fn aidants(
    bench: &Bench,
    tx: &mut Tx,
    stored: &StoredOrganisation,
    sheet: &mut Sheet,
) -> Result<(), Refusal> {
    for one in habilitations::of_organisation(tx, stored.organisation.id).await? {
        let (account, key) = actors::account(bench, tx, one.account).await?;
        let who = &account.professional;
        let listed = habilitations::listed(tx, one.id).await?;
        let sealed = listed.as_ref().and_then(|listed| listed.asked.as_deref());
        let asked = invite::open_asked(bench, tx, key, sealed).await?;
        sheet.line(&[
            stored.organisation.siret.to_string(),
            who.given_name.show().clone(),
            who.family_name.show().clone(),
            who.email.show().clone(),
            asked.map(|asked| asked.profession.show().clone()).unwrap_or_default(),
            one.status().as_str().to_owned(),
            one.until().map(|at| at.day().to_string()).unwrap_or_default(),
        ])?;
    }
    Ok(())
}
