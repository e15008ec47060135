//! `procura operator`: enrol operators, agents of authorities and integrators.

use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;

use crate::cli::Setup;
use crate::cli::aidant::Who;
use crate::cli::aidant::show;
use crate::cli::output;
use crate::domain::account::Competence;
use crate::domain::ids::ClientId;
use crate::operations::actors::OperatorActor;
use crate::operations::enrol;
use crate::operations::enrol::NewProfessional;

/// Options of `procura operator`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Enrol an operator; prints a JSON object with the secret of the second factor, shown this once.
    Add {
        #[command(flatten)]
        who: Who,
    },
    /// Enrol an agent of an authority: of one administration by its clients, or of national oversight.
    AddAuthority {
        #[command(flatten)]
        who: Who,
        /// A client of the administration; may be repeated.
        #[arg(long, value_name = "ID", conflicts_with = "national", required_unless_present = "national")]
        client: Vec<String>,
        /// National oversight: every act.
        #[arg(long)]
        national: bool,
    },
    /// Enrol an integrator: who connects services of an administration and looks after their registration.
    AddIntegrator {
        #[command(flatten)]
        who: Who,
        /// A client looked after; may be repeated.
        #[arg(long, value_name = "ID", required = true)]
        client: Vec<String>,
    },
}

/// Runs one of the subcommands.
///
/// # Errors
/// When it is refused.
pub async fn run(setup: &Setup, args: Args) -> anyhow::Result<ExitCode> {
    let bench = setup.bench().await?;
    let by = OperatorActor { staff: None };
    match args.command {
        Command::Add { who } => {
            let new = NewProfessional::from(who);
            let email = new.professional.email.show().clone();
            let done = enrol::enrol_operator(&bench, &by, new, None).await.map_err(output::refused)?;
            show(&done, &email)?;
        }
        Command::AddAuthority { who, client, national } => {
            let competence =
                if national { Competence::National } else { Competence::Clients(client_ids(&client)?) };
            let new = NewProfessional::from(who);
            let email = new.professional.email.show().clone();
            let done =
                enrol::enrol_authority(&bench, &by, new, &competence, None).await.map_err(output::refused)?;
            show(&done, &email)?;
        }
        Command::AddIntegrator { who, client } => {
            let ids = client_ids(&client)?;
            let new = NewProfessional::from(who);
            let email = new.professional.email.show().clone();
            let done =
                enrol::enrol_integrator(&bench, &by, new, &ids, None).await.map_err(output::refused)?;
            show(&done, &email)?;
        }
    }
    bench.db.close().await;
    Ok(ExitCode::SUCCESS)
}

fn client_ids<C: FromIterator<ClientId>>(typed: &[String]) -> anyhow::Result<C> {
    let id = |id: &String| ClientId::parse(id).with_context(|| format!("\"{id}\" is no client id"));
    typed.iter().map(id).collect()
}
