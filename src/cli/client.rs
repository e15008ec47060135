//! `procura client`: register, show, confirm, change, rotate, disable.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Subcommand;
use secrecy::ExposeSecret;
use serde_json::Value;
use serde_json::json;

use crate::cli::Setup;
use crate::cli::output;
use crate::domain::client::Client;
use crate::domain::ids::ClientId;
use crate::domain::time::Instant;
use crate::oidc::provider::sector;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::change_client;
use crate::operations::change_client::Wanted;
use crate::operations::refusal::Refusal;
use crate::operations::register_client;
use crate::operations::register_client::document;
use crate::operations::register_client::document::Document;
use crate::operations::rotate_client;
use crate::operations::rotate_client::Rotator;
use crate::outbound::Outbound;
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
    /// Print one client as JSON, with the change that waits for it.
    Show {
        /// Its id.
        id: String,
    },
    /// Confirm a waiting client, or a waiting change, that somebody else asked for.
    Confirm {
        /// Its id.
        id: String,
    },
    /// Change a registration: what narrows it holds at once, what widens it waits for a second operator.
    Change {
        /// Its id.
        id: String,
        #[command(flatten)]
        settings: Box<Settings>,
        /// How long keys given by value still serve beside new ones: 7d, 12h or 0.
        #[arg(long, value_name = "SPAN", default_value = "7d", value_parser = span)]
        overlap: Duration,
    },
    /// Take back a change that waits.
    Withdraw {
        /// Its id.
        id: String,
    },
    /// Give a client a new secret, shown only now; the former one serves a while longer.
    RotateSecret {
        /// Its id.
        id: String,
        /// How long the former secret still serves: 7d, 12h or 0; 30d at most.
        #[arg(long, value_name = "SPAN", default_value = "7d", value_parser = span)]
        overlap: Duration,
    },
    /// End a former secret and former keys at once.
    EndOverlap {
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
    /// Its id; drawn at random without.
    #[arg(long)]
    id: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

/// Everything a registration holds; a file may give it, and options after that.
#[derive(Debug, Default, clap::Args)]
struct Settings {
    /// A registration as JSON (RFC 7591 names); options given beside it win.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// administration, identity-broker, software or resource-server.
    #[arg(long)]
    kind: Option<String>,
    /// The name people read.
    #[arg(long)]
    name: Option<String>,
    /// A theme its service accepts; repeat for several.
    #[arg(long = "theme", value_name = "THEME")]
    themes: Vec<String>,
    /// An exact redirect address; repeat for several.
    #[arg(long = "redirect-uri", value_name = "URI")]
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
    /// Where its public keys are fetched.
    #[arg(long, value_name = "URI")]
    jwks_uri: Option<String>,
    /// The profile of deployed clients: no PAR and no DPoP required.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    compat: Option<bool>,
    /// A scope it is granted; repeat for several. Without: openid profile birth email, and receipts for an administration.
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<String>,
    /// The lowest consent it accepts: declared, franceconnect or franceconnect_plus.
    #[arg(long, value_name = "GRADE")]
    min_consent_grade: Option<String>,
    /// Give it the aidant's name.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    aidant_name: Option<bool>,
    /// It must push its requests.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    require_par: Option<bool>,
    /// It must sign its requests (RFC 9101).
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    request_object: Option<bool>,
    /// Its access tokens are always bound to a key (RFC 9449).
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    dpop: Option<bool>,
    /// Audience of its assertions: issuer or token_endpoint.
    #[arg(long, value_name = "AUDIENCE")]
    assertion_audience: Option<String>,
    /// Algorithm of its ID tokens: ES256, RS256 or EdDSA; HS256 for an identity broker only.
    #[arg(long, value_name = "ALG")]
    id_token_alg: Option<String>,
    /// Algorithm of signed userinfo answers, the same; JSON without.
    #[arg(long, value_name = "ALG")]
    userinfo_alg: Option<String>,
    /// Algorithm of signed authorization responses (JARM); plain without.
    #[arg(long, value_name = "ALG")]
    response_alg: Option<String>,
    /// Algorithm of introspection answers that are always signed; by Accept without.
    #[arg(long, value_name = "ALG")]
    introspection_alg: Option<String>,
    /// Where it is told that an act's session ended.
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// The identifier of its API, for a resource-server; repeat for several.
    #[arg(long = "resource", value_name = "URI")]
    resources: Vec<String>,
    /// Lists the redirect addresses of its sector; clients of one sector share aliases.
    #[arg(long, value_name = "URI")]
    sector_identifier_uri: Option<String>,
    /// The name of its sector, where no address lists it.
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
        Command::Add(add) => add_client(setup, &by, *add).await?,
        Command::List => {
            let bench = setup.bench().await?;
            let all = register_client::list_clients(&bench).await.map_err(refused)?;
            output::json(&all.iter().map(view).collect::<anyhow::Result<Vec<_>>>()?)?;
        }
        Command::Show { id } => show(setup, &by, &client_id(&id)?).await?,
        Command::Confirm { id } => confirm(setup, &by, &client_id(&id)?).await?,
        Command::Change { id, settings, overlap } => {
            change(setup, &by, &client_id(&id)?, (*settings).members()?, overlap).await?;
        }
        Command::Withdraw { id } => {
            let bench = setup.bench().await?;
            let id = client_id(&id)?;
            change_client::withdraw_change(&bench, &by, &id, None).await.map_err(refused)?;
            show(setup, &by, &id).await?;
        }
        Command::RotateSecret { id, overlap } => {
            let bench = setup.bench().await?;
            let id = client_id(&id)?;
            let by = Rotator::Operator(&by);
            let done = rotate_client::rotate_secret(&bench, by, &id, overlap, None).await.map_err(refused)?;
            let until = done.former_until.map(Instant::to_text);
            let secret = done.secret.expose_secret();
            output::json(
                &json!({ "client_id": id.as_str(), "client_secret": secret, "former_secret_until": until }),
            )?;
        }
        Command::EndOverlap { id } => {
            let bench = setup.bench().await?;
            let id = client_id(&id)?;
            let done = rotate_client::end_overlap(&bench, Rotator::Operator(&by), &id, None).await;
            done.map_err(refused)?;
            show(setup, &by, &id).await?;
        }
        Command::Disable { id, reason } => {
            let bench = setup.bench().await?;
            let done = register_client::disable_client(&bench, &by, &client_id(&id)?, &reason, None).await;
            output::json(&view(&done.map_err(refused)?)?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn add_client(setup: &Setup, by: &OperatorActor, add: Add) -> anyhow::Result<()> {
    let mut members = add.settings.members()?;
    if let Some(id) = add.id {
        members.insert("client_id".to_owned(), Value::from(id));
    }
    let mut new = document::read(members)?;
    let bench = setup.bench().await?;
    if let Some(uri) = &new.options.sector_identifier_uri {
        new.sector_listed = listed(&bench, uri).await?;
    }
    let registered = register_client::register_client(&bench, by, new, None).await.map_err(refused)?;
    let mut shown = view(&registered.client)?;
    if let Some(secret) = registered.secret {
        shown["client_secret"] = Value::from(secret.expose_secret());
    }
    output::json(&shown)
}

async fn change(
    setup: &Setup,
    by: &OperatorActor,
    id: &ClientId,
    members: Document,
    overlap: Duration,
) -> anyhow::Result<()> {
    let bench = setup.bench().await?;
    let sector = change_client::sector_after(&bench, id, &members).await.map_err(refused)?;
    let sector_listed = match sector {
        Some(uri) => listed(&bench, &uri).await?,
        None => None,
    };
    let wanted = Wanted { members, sector_listed, overlap };
    let done = change_client::change_client(&bench, by, id, wanted, None).await.map_err(refused)?;
    output::json(&json!({ "client_id": id.as_str(), "changed": done.done, "waiting": done.waiting }))
}

async fn confirm(setup: &Setup, by: &OperatorActor, id: &ClientId) -> anyhow::Result<()> {
    let bench = setup.bench().await?;
    if let Some((waiting, _)) = change_client::waiting_change(&bench, by, id).await.map_err(refused)? {
        let sector_listed = match &waiting.registration.options.sector_identifier_uri {
            Some(uri) => listed(&bench, uri).await?,
            None => None,
        };
        let with = (sector_listed, rotate_client::USUAL_OVERLAP);
        change_client::confirm_change(&bench, by, id, None, with, None).await.map_err(refused)?;
    } else {
        register_client::confirm_client(&bench, by, id, None, None).await.map_err(refused)?;
    }
    show(setup, by, id).await
}

async fn show(setup: &Setup, by: &OperatorActor, id: &ClientId) -> anyhow::Result<()> {
    let bench = setup.bench().await?;
    let mut shown = view(&register_client::show_client(&bench, id).await.map_err(refused)?)?;
    if let Some((waiting, _)) = change_client::waiting_change(&bench, by, id).await.map_err(refused)? {
        let document = document::document(&waiting.registration).map_err(refused)?;
        let members: Document =
            waiting.changed.iter().map(|name| (name.clone(), document.get(name).cloned().into())).collect();
        shown["waiting_change"] = Value::Object(members);
    }
    let overlap = rotate_client::overlap(&bench, id).await.map_err(refused)?;
    if let Some(until) = overlap.secret_until {
        shown["former_secret_until"] = Value::from(until.to_text());
    }
    if let Some(until) = overlap.keys_until {
        shown["former_keys_until"] = Value::from(until.to_text());
    }
    output::json(&shown)
}

/// What a sector identifier lists.
async fn listed(bench: &Bench, uri: &str) -> anyhow::Result<Option<BTreeSet<String>>> {
    let bounds = bench.config.outbound;
    let outbound = Outbound::new(bounds.allow_private, bounds.timeout)?;
    Ok(sector::listed(&outbound, uri).await)
}

impl Settings {
    /// The members of the file, with the options over them.
    fn members(self) -> anyhow::Result<Document> {
        let mut members = match self.file.map(read_json).transpose()? {
            None => Document::new(),
            Some(Value::Object(members)) => members,
            Some(_) => anyhow::bail!("the file holds no JSON object"),
        };
        let lists = [
            ("procura_themes", self.themes),
            ("redirect_uris", self.redirect_uris),
            ("post_logout_redirect_uris", self.post_logout_redirect_uris),
            ("procura_resources", self.resources),
        ];
        for (name, list) in lists {
            if !list.is_empty() {
                members.insert(name.to_owned(), Value::from(list));
            }
        }
        if !self.scopes.is_empty() {
            members.insert("scope".to_owned(), Value::from(self.scopes.join(" ")));
        }
        let texts = [
            ("procura_kind", self.kind),
            ("client_name", self.name),
            ("token_endpoint_auth_method", self.auth),
            ("jwks_uri", self.jwks_uri),
            ("procura_min_consent_grade", self.min_consent_grade),
            ("procura_assertion_audience", self.assertion_audience),
            ("id_token_signed_response_alg", self.id_token_alg),
            ("userinfo_signed_response_alg", self.userinfo_alg),
            ("authorization_signed_response_alg", self.response_alg),
            ("introspection_signed_response_alg", self.introspection_alg),
            ("backchannel_logout_uri", self.backchannel_logout_uri),
            ("sector_identifier_uri", self.sector_identifier_uri),
            ("procura_sector", self.sector),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                // An empty text takes the member away.
                let value = if text.is_empty() { Value::Null } else { Value::from(text) };
                members.insert(name.to_owned(), value);
            }
        }
        let switches = [
            ("procura_compat", self.compat),
            ("procura_aidant_name", self.aidant_name),
            ("require_pushed_authorization_requests", self.require_par),
            ("require_signed_request_object", self.request_object),
            ("dpop_bound_access_tokens", self.dpop),
        ];
        for (name, on) in switches {
            if let Some(on) = on {
                members.insert(name.to_owned(), Value::from(on));
            }
        }
        if let Some(jwks) = self.jwks.map(read_json).transpose()? {
            members.insert("jwks".to_owned(), jwks);
        }
        Ok(members)
    }
}

/// The registration under its registered names, which `add --file` reads again.
fn view(client: &Client) -> anyhow::Result<Value> {
    let mut view = Value::Object(document::document(&client.registration).map_err(refused)?);
    view["client_id"] = Value::from(client.id.as_str());
    view["status"] = json!(client.status);
    Ok(view)
}

/// `7d`, `12h`, `30min` or `0`.
fn span(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let number: u32 = digits.parse().map_err(|_| "a number of days or hours: 7d, 12h, 0".to_owned())?;
    match &text[digits.len()..] {
        "d" => Ok(Duration::from_secs(86_400) * number),
        "h" => Ok(Duration::from_secs(3_600) * number),
        "min" => Ok(Duration::from_secs(60) * number),
        "" if number == 0 => Ok(Duration::ZERO),
        _ => Err("a number of days or hours: 7d, 12h, 0".to_owned()),
    }
}

fn client_id(text: &str) -> anyhow::Result<ClientId> {
    ClientId::parse(text).context("a client id has 1 to 64 characters of [A-Za-z0-9_-]")
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
