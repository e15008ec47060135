//! `procura client`: register, list, show, confirm, disable.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Subcommand;
use secrecy::ExposeSecret;
use serde_json::Value;
use serde_json::json;

use crate::cli::Setup;
use crate::cli::output;
use crate::domain::client::AssertionAudience;
use crate::domain::client::Client;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientKind;
use crate::domain::client::TokenAlgorithm;
use crate::domain::ids::ClientId;
use crate::domain::person::ConsentGrade;
use crate::domain::theme::Theme;
use crate::operations::actors::OperatorActor;
use crate::operations::refusal::Refusal;
use crate::operations::register_client;
use crate::operations::register_client::NewClient;
use crate::text::Language;
use crate::text::Text;

/// Options of `procura client`.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Register a client; prints one JSON object with its id and its secret, which is shown only now.
    Add(Box<Add>),
    /// Print every client as JSON.
    List,
    /// Print one client as JSON.
    Show {
        /// Its id.
        id: String,
    },
    /// Confirm a waiting client that somebody else registered.
    Confirm {
        /// Its id.
        id: String,
    },
    /// Switch a client off.
    Disable {
        /// Its id.
        id: String,
        /// Why; it stands in the ledger.
        #[arg(long, default_value = "disabled by the operator")]
        reason: String,
    },
}

#[derive(Debug, clap::Args)]
struct Add {
    /// administration or identity-broker.
    #[arg(long)]
    kind: String,
    /// The name people read.
    #[arg(long)]
    name: String,
    /// A theme its service accepts; repeat for several.
    #[arg(long = "theme", value_name = "THEME", required = true)]
    themes: Vec<String>,
    /// An exact redirect address; repeat for several.
    #[arg(long = "redirect-uri", value_name = "URI", required = true)]
    redirect_uris: Vec<String>,
    /// An exact address to come back to after logout; repeat for several.
    #[arg(long = "post-logout-redirect-uri", value_name = "URI")]
    post_logout_redirect_uris: Vec<String>,
    /// client_secret_basic, client_secret_post or private_key_jwt.
    #[arg(long)]
    auth: Option<String>,
    /// A file with its public keys (JWKS).
    #[arg(long, value_name = "FILE")]
    jwks: Option<PathBuf>,
    /// The profile of deployed clients: no PAR and no DPoP required.
    #[arg(long)]
    compat: bool,
    /// Its id; drawn at random without.
    #[arg(long)]
    id: Option<String>,
    /// A scope it is granted; repeat for several. Without: openid profile birth email, for an administration receipts and evaluate too.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// The lowest consent it accepts: declared, franceconnect or franceconnect_plus.
    #[arg(long, value_name = "GRADE")]
    min_consent_grade: Option<String>,
    /// Give it the aidant's name.
    #[arg(long)]
    aidant_name: bool,
    /// It must push its requests.
    #[arg(long)]
    require_par: bool,
    /// Audience of its assertions: issuer or token_endpoint.
    #[arg(long, value_name = "AUDIENCE")]
    assertion_audience: Option<String>,
    /// Algorithm of its ID tokens: ES256, RS256 or EdDSA; HS256 for an identity broker only.
    #[arg(long, value_name = "ALG")]
    id_token_alg: Option<String>,
    /// Algorithm of signed userinfo answers, the same; JSON without.
    #[arg(long, value_name = "ALG")]
    userinfo_alg: Option<String>,
    /// Clients of one sector share aliases.
    #[arg(long)]
    sector: Option<String>,
}

/// Runs one of the subcommands.
///
/// # Errors
/// When it is refused.
pub async fn run(setup: &Setup, args: Args) -> anyhow::Result<ExitCode> {
    let by = OperatorActor { staff: None };
    match args.command {
        Command::Add(add) => {
            let new = add.client()?;
            let bench = setup.bench().await?;
            let registered =
                register_client::register_client(&bench, &by, new, None).await.map_err(refused)?;
            let mut shown = view(&registered.client);
            if let Some(secret) = registered.secret {
                shown["client_secret"] = Value::from(secret.expose_secret());
            }
            output::json(&shown)?;
        }
        Command::List => {
            let bench = setup.bench().await?;
            let all = register_client::list_clients(&bench).await.map_err(refused)?;
            output::json(&all.iter().map(view).collect::<Vec<_>>())?;
        }
        Command::Show { id } => {
            let bench = setup.bench().await?;
            output::json(&view(
                &register_client::show_client(&bench, &client_id(&id)?).await.map_err(refused)?,
            ))?;
        }
        Command::Confirm { id } => {
            let bench = setup.bench().await?;
            let done = register_client::confirm_client(&bench, &by, &client_id(&id)?, None)
                .await
                .map_err(refused)?;
            output::json(&view(&done))?;
        }
        Command::Disable { id, reason } => {
            let bench = setup.bench().await?;
            let done = register_client::disable_client(&bench, &by, &client_id(&id)?, &reason, None).await;
            output::json(&view(&done.map_err(refused)?))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Add {
    fn client(self) -> anyhow::Result<NewClient> {
        let kind = word(&self.kind, ClientKind::parse, "kind")?;
        let mut new = NewClient::new(kind, self.name);
        new.id = self.id.as_deref().map(client_id).transpose()?;
        new.themes =
            self.themes.iter().map(|key| word(key, Theme::parse, "theme")).collect::<anyhow::Result<_>>()?;
        new.redirect_uris = self.redirect_uris.into_iter().collect();
        new.post_logout_redirect_uris = self.post_logout_redirect_uris.into_iter().collect();
        new.auth = option(self.auth.as_deref(), ClientAuth::parse, "auth")?;
        new.jwks = self.jwks.map(read_json).transpose()?;
        new.compat = self.compat;
        new.scopes = (!self.scopes.is_empty()).then(|| self.scopes.into_iter().collect::<BTreeSet<_>>());
        new.min_consent_grade =
            option(self.min_consent_grade.as_deref(), ConsentGrade::parse, "consent grade")?;
        new.aidant_name = self.aidant_name;
        new.require_par = self.require_par;
        new.assertion_audience =
            option(self.assertion_audience.as_deref(), AssertionAudience::parse, "audience")?;
        new.id_token_alg = option(self.id_token_alg.as_deref(), token_algorithm, "algorithm")?;
        new.userinfo_alg = option(self.userinfo_alg.as_deref(), token_algorithm, "algorithm")?;
        new.sector = self.sector;
        Ok(new)
    }
}

/// `Ed25519` (RFC 9864) is a name of EdDSA.
fn token_algorithm(name: &str) -> Option<TokenAlgorithm> {
    TokenAlgorithm::parse(if name == "Ed25519" { "EdDSA" } else { name })
}

fn view(client: &Client) -> Value {
    let mut view = serde_json::to_value(&client.registration).unwrap_or_default();
    view["client_id"] = Value::from(client.id.as_str());
    view["status"] = json!(client.status);
    view
}

fn client_id(text: &str) -> anyhow::Result<ClientId> {
    ClientId::parse(text).context("a client id has 1 to 64 characters of [A-Za-z0-9_-]")
}

fn word<T>(text: &str, parse: impl Fn(&str) -> Option<T>, what: &str) -> anyhow::Result<T> {
    parse(text).with_context(|| format!("there is no {what} \"{text}\""))
}

fn option<T>(text: Option<&str>, parse: impl Fn(&str) -> Option<T>, what: &str) -> anyhow::Result<Option<T>> {
    text.map(|text| word(text, parse, what)).transpose()
}

fn read_json(path: PathBuf) -> anyhow::Result<Value> {
    let text =
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}

/// One line that says what does not fit.
fn refused(refusal: Refusal) -> anyhow::Error {
    let t = Text::new(Language::En);
    match refusal {
        Refusal::Invalid(faults) => {
            let lines: Vec<String> = faults.iter().map(|fault| t.get(fault.key)).collect();
            anyhow::anyhow!("{}", lines.join(" "))
        }
        Refusal::Conflict(key) => anyhow::anyhow!("{}", t.get(key)),
        other => output::refused(other),
    }
}
