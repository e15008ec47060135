//! `procura aidant`: enrol aidants and referents, and decide on habilitations.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use serde_json::json;

use crate::cli::Setup;
use crate::cli::import;
use crate::cli::import::ImportArgs;
use crate::cli::output;
use crate::domain::account::Professional;
use crate::domain::ids::AccountId;
use crate::domain::ids::HabilitationId;
use crate::domain::ids::OrganisationId;
use crate::domain::import::ImportKind;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::operations::actors::OperatorActor;
use crate::operations::enrol;
use crate::operations::enrol::Enrolled;
use crate::operations::enrol::NewProfessional;
use crate::operations::proconnect_login;
use crate::operations::suspend;
use crate::operations::suspend::HabilitationChange;
use crate::operations::suspend_account;
use crate::storage::accounts;

/// Options of `procura aidant`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

/// Who is enrolled.
#[derive(Debug, clap::Args)]
pub struct Who {
    /// Given name.
    #[arg(long)]
    given_name: String,
    /// Family name.
    #[arg(long)]
    family_name: String,
    /// Professional e-mail address, which is the login.
    #[arg(long)]
    email: String,
}

impl From<Who> for NewProfessional {
    fn from(who: Who) -> Self {
        let professional = Professional {
            given_name: who.given_name.into(),
            family_name: who.family_name.into(),
            email: who.email.into(),
        };
        Self { professional, secret: None }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check a file of aidants, line by line, and read it in with --apply.
    Import(ImportArgs),
    /// Write every aidant, with her place, to a file.
    Export {
        /// The file.
        file: PathBuf,
    },
    /// Enrol an aidant; prints a JSON object with the secret of the second factor, shown this once.
    Add {
        #[command(flatten)]
        who: Who,
        /// An organisation to be habilitated in; may be repeated.
        #[arg(long, value_name = "ID", required = true)]
        organisation: Vec<OrganisationId>,
        /// Last day of the habilitation, YYYY-MM-DD.
        #[arg(long, value_name = "DAY")]
        until: String,
    },
    /// Enrol a referent of one or several organisations.
    AddReferent {
        #[command(flatten)]
        who: Who,
        /// An organisation managed; may be repeated.
        #[arg(long, value_name = "ID", required = true)]
        organisation: Vec<OrganisationId>,
    },
    /// Habilitate a known aidant in one more organisation.
    Habilitate {
        /// The aidant's account.
        account: AccountId,
        /// The organisation.
        #[arg(long, value_name = "ID")]
        organisation: OrganisationId,
        /// Last day of the habilitation, YYYY-MM-DD.
        #[arg(long, value_name = "DAY")]
        until: String,
    },
    /// Take away the binding of an aidant's account to ProConnect, so that another account there can be bound.
    UnlinkProconnect {
        /// The aidant's professional address.
        email: String,
    },
    /// Print the habilitations in an organisation as JSON.
    List {
        /// The organisation.
        organisation: OrganisationId,
    },
    /// Take a habilitation away for now.
    Suspend {
        /// The habilitation.
        id: HabilitationId,
        /// Why; it stands in the ledger.
        #[arg(long)]
        reason: String,
    },
    /// Give a suspended habilitation back.
    Restore {
        /// The habilitation.
        id: HabilitationId,
    },
    /// Suspend a whole account of any role: nobody logs in with it, its sessions end.
    SuspendAccount {
        /// The account.
        id: AccountId,
        /// Why; it stands in the ledger.
        #[arg(long)]
        reason: String,
    },
    /// Give a suspended account back.
    RestoreAccount {
        /// The account.
        id: AccountId,
    },
    /// End a habilitation for good.
    End {
        /// The habilitation.
        id: HabilitationId,
        /// Why; it stands in the ledger.
        #[arg(long)]
        reason: String,
    },
}

fn last_instant(day: &str) -> anyhow::Result<Instant> {
    Ok(Day::parse(day).context("a day is written YYYY-MM-DD")?.end())
}

/// Prints a fresh account with the secret of its second factor.
///
/// # Errors
/// When standard output is closed.
pub fn show(enrolled: &Enrolled, email: &str) -> anyhow::Result<()> {
    let url = enrolled.secret.url("Procura", email);
    output::json(&json!({
        "account": enrolled.account,
        "habilitations": enrolled.habilitations,
        "totp_secret": enrolled.secret.to_base32().as_str(),
        "totp_url": url.as_ref().map(|url| url.as_str()),
    }))
}

/// Runs one of the subcommands.
///
/// # Errors
/// When it is refused.
pub async fn run(setup: &Setup, args: Args) -> anyhow::Result<ExitCode> {
    let bench = setup.bench().await?;
    let by = OperatorActor { staff: None };
    let change = |id, change| suspend::change_habilitation(&bench, &by, id, change, None);
    match args.command {
        Command::Import(args) => {
            let code = import::run(&bench, ImportKind::Aidants, &args).await?;
            bench.db.close().await;
            return Ok(code);
        }
        Command::Export { file } => import::write_out(&bench, ImportKind::Aidants, &file).await?,
        Command::Add { who, organisation, until } => {
            let ends_at = last_instant(&until)?;
            let email = who.email.clone();
            let places: Vec<_> = organisation.into_iter().map(|id| (id, ends_at)).collect();
            let done =
                enrol::enrol_aidant(&bench, &by, who.into(), &places, None).await.map_err(output::refused)?;
            show(&done, &email)?;
        }
        Command::AddReferent { who, organisation } => {
            let email = who.email.clone();
            let done = enrol::enrol_referent(&bench, &by, who.into(), &organisation, None)
                .await
                .map_err(output::refused)?;
            show(&done, &email)?;
        }
        Command::Habilitate { account, organisation, until } => {
            let place = (organisation, last_instant(&until)?);
            let id =
                enrol::add_habilitation(&bench, &by, account, place, None).await.map_err(output::refused)?;
            output::json(&json!({ "habilitation": id }))?;
        }
        Command::List { organisation } => {
            let mut tx = bench.db.read().await?;
            let all: Vec<_> = accounts::habilitations_of(&mut tx, organisation)
                .await?
                .into_iter()
                .map(|one| json!({ "id": one.id, "account": one.account, "status": one.status(), "ends_at": one.until().map(Instant::to_text) }))
                .collect();
            output::json(&all)?;
        }
        Command::UnlinkProconnect { email } => {
            let account =
                proconnect_login::unlink(&bench, &by, &email, None).await.map_err(output::refused)?;
            output::json(&json!({ "account": account }))?;
        }
        Command::Suspend { id, reason } => {
            change(id, HabilitationChange::Suspend(&reason)).await.map_err(output::refused)?;
        }
        Command::Restore { id } => change(id, HabilitationChange::Restore).await.map_err(output::refused)?,
        Command::SuspendAccount { id, reason } => {
            suspend_account::suspend_account(&bench, &by, id, &reason, None)
                .await
                .map_err(output::refused)?;
        }
        Command::RestoreAccount { id } => {
            suspend_account::restore_account(&bench, &by, id, None).await.map_err(output::refused)?;
        }
        Command::End { id, reason } => {
            change(id, HabilitationChange::End(&reason)).await.map_err(output::refused)?;
        }
    }
    bench.db.close().await;
    Ok(ExitCode::SUCCESS)
}
