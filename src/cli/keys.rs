//! `procura keys`: list keys, let the next ones take over, move everything under a new master key.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use anyhow::anyhow;
use anyhow::bail;
use clap::Subcommand;

use crate::cli::Setup;
use crate::cli::output;
use crate::config::SystemClock;
use crate::crypto::keys::KeyAlgorithm;
use crate::crypto::random::SystemRandom;
use crate::crypto::seal::MasterKey;
use crate::operations::install;
use crate::operations::install::InstallError;
use crate::operations::install::Migrate;
use crate::operations::keys;
use crate::operations::refusal::Refusal;
use crate::operations::rotate_keys;
use crate::operations::rotate_keys::Haste;
use crate::text::Language;
use crate::text::Text;

/// Options of `procura keys`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Print every key as JSON, without its private half.
    List,
    /// The next key takes over and the current one is retired; a new next key is made.
    Rotate {
        /// Only this algorithm: ES256, RS256, EdDSA, or ECDH-ES (the encryption key).
        #[arg(long, value_name = "NAME", value_parser = algorithm)]
        algorithm: Option<KeyAlgorithm>,
        /// The ledger's key instead: the old and the new one both sign checkpoints for 30 days; with --now the old one no more.
        #[arg(long, conflicts_with = "algorithm")]
        ledger: bool,
        /// Even if clients may not have seen the next key yet: for a key that leaked.
        #[arg(long)]
        now: bool,
    },
    /// Withdraw a next key before it is used; another one is made.
    Retire {
        /// The key's thumbprint.
        kid: String,
    },
    /// Withdraw a retired key that leaked: it is published no more, and nothing it signed is believed.
    Withdraw {
        /// The key's thumbprint.
        kid: String,
    },
    /// Move every key from keys.previous_master_key under keys.master_key; with the service stopped.
    Rewrap,
}

fn algorithm(name: &str) -> Result<KeyAlgorithm, String> {
    KeyAlgorithm::parse(name)
        .filter(|algorithm| match algorithm {
            KeyAlgorithm::Signature(algorithm) => keys::TOKEN_ALGORITHMS.contains(algorithm),
            KeyAlgorithm::EcdhEs => true,
        })
        .ok_or_else(|| "one of ES256, RS256, EdDSA, ECDH-ES".to_owned())
}

/// Runs one of the subcommands.
///
/// # Errors
/// When it is refused.
pub async fn run(setup: &Setup, args: Args) -> anyhow::Result<ExitCode> {
    if let Command::Rewrap = args.command {
        return rewrap(setup).await;
    }
    let bench = setup.bench().await?;
    keys::ensure(&bench).await.map_err(refused)?;
    match args.command {
        Command::List => output::json(&keys::list(&bench).await.map_err(refused)?)?,
        Command::Rotate { ledger: true, now, .. } => {
            let haste = if now { Haste::AtOnce } else { Haste::Orderly };
            output::json(&rotate_keys::rotate_ledger(&bench, haste).await.map_err(refused)?)?;
        }
        Command::Rotate { algorithm, now, .. } => {
            let haste = if now { Haste::AtOnce } else { Haste::Orderly };
            let rotated = match algorithm {
                None => rotate_keys::rotate(&bench, None, haste).await,
                Some(KeyAlgorithm::Signature(only)) => rotate_keys::rotate(&bench, Some(only), haste).await,
                Some(KeyAlgorithm::EcdhEs) => {
                    rotate_keys::rotate_encryption(&bench).await.map(|one| vec![one])
                }
            };
            output::json(&rotated.map_err(refused)?)?;
        }
        Command::Retire { kid } => {
            rotate_keys::retire(&bench, &kid).await.map_err(refused)?;
            output::json(&keys::list(&bench).await.map_err(refused)?)?;
        }
        Command::Withdraw { kid } => {
            rotate_keys::withdraw(&bench, &kid).await.map_err(refused)?;
            output::json(&keys::list(&bench).await.map_err(refused)?)?;
        }
        Command::Rewrap => {}
    }
    bench.db.close().await;
    Ok(ExitCode::SUCCESS)
}

/// What was refused, in words where it is about a key.
fn refused(refusal: Refusal) -> anyhow::Error {
    match refusal {
        Refusal::Conflict(key) => anyhow!("{}", Text::new(Language::En).get(key)),
        other => output::refused(other),
    }
}

/// Opens the installation under its former master key and moves it under the configured one.
async fn rewrap(setup: &Setup) -> anyhow::Result<ExitCode> {
    let mut config = setup.logged_config()?;
    let new = MasterKey::from_bytes(*config.keys.master.expose());
    let Some(previous) = config.keys.previous_master.take() else {
        bail!("keys.previous_master_key is missing: the key that opens what is there");
    };
    config.keys.master = previous;
    let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom::new()));
    let bench = match install::open(Arc::new(config), clock, random, Migrate::AsConfigured).await {
        Ok(bench) => bench,
        Err(InstallError::OtherMasterKey) => {
            bail!(
                "the database is not under keys.previous_master_key; if it was moved already, remove that key"
            )
        }
        Err(other) => return Err(other).context("the installation does not open"),
    };
    let moved = rotate_keys::rewrap(&bench, &new).await.map_err(output::refused)?;
    bench.db.close().await;
    output::json(&moved)?;
    Ok(ExitCode::SUCCESS)
}
