//! What was typed, and what it means: defaults, file and environment become one checked [`Config`].
//!
//! The only room that reads the environment. `config/default.toml` holds every key with its meaning; a key that is not
//! there is refused, so is a value that does not fit, and all faults are told at once.

mod clock;
mod database;
mod identity_provider;
mod keys;
mod layers;
mod lifetimes;
mod limits;
mod mail;
mod operator;
mod outbound;
mod problem;
mod reader;
mod records;
mod schema;
mod server;
mod sms;
mod span;
mod telemetry;
mod witnesses;

use std::fs;
use std::path::Path;
use std::path::PathBuf;

pub use clock::SystemClock;
pub use database::Database;
pub use database::Engine;
pub use identity_provider::ClientAuthentication;
pub use identity_provider::Endpoints;
pub use identity_provider::FixedEndpoints;
pub use identity_provider::IdentityProvider;
pub use identity_provider::Profile;
pub use keys::Keys;
pub use keys::MasterKeyBytes;
pub use layers::DEFAULTS;
pub use lifetimes::HabilitationTimes;
pub use lifetimes::Login;
pub use lifetimes::MandateTimes;
pub use lifetimes::Oidc;
pub use lifetimes::Sessions;
pub use limits::Limits;
pub use mail::Mail;
pub use mail::MailSecurity;
pub use mail::Smtp;
pub use operator::Ledger;
pub use operator::Log;
pub use operator::LogFormat;
pub use operator::OperatorTexts;
pub use operator::Operators;
pub use operator::ThemeFolder;
pub use outbound::OutboundCalls;
pub use problem::ConfigErrors;
pub use problem::Problem;
pub use records::Authorities;
pub use records::Retention;
pub use records::Signs;
pub use schema::schema;
pub use server::Network;
pub use server::NotUsable;
pub use server::PublicUrl;
pub use server::Server;
pub use sms::Sms;
pub use sms::SmsFormat;
pub use sms::SmsGateway;
pub use telemetry::Traces;
pub use witnesses::TimestampAuthority;
pub use witnesses::Witness;
pub use witnesses::Witnesses;

use crate::config::layers::Layers;
use crate::config::layers::Origin;
use crate::config::reader::Reader;

/// A configuration that holds: every value was checked, every secret is in a type that does not print.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the gateway is reached, and limits of a request.
    pub server: Server,
    /// Where everything is kept.
    pub database: Database,
    /// The master key.
    pub keys: Keys,
    /// How e-mail leaves.
    pub mail: Mail,
    /// How SMS leave.
    pub sms: Sms,
    /// Where persons are identified; `None` when switched off.
    pub franceconnect: Option<IdentityProvider>,
    /// Where aidants may log in beside their own code; `None` when switched off.
    pub proconnect: Option<IdentityProvider>,
    /// How long sessions last.
    pub sessions: Sessions,
    /// Login links and throttling.
    pub login: Login,
    /// How long a draft waits for the person.
    pub mandate: MandateTimes,
    /// How long habilitations last.
    pub habilitation: HabilitationTimes,
    /// Lifetimes on the wire.
    pub oidc: Oidc,
    /// Calls to addresses that clients registered.
    pub outbound: OutboundCalls,
    /// The audit trail.
    pub ledger: Ledger,
    /// Who cosigns the audit trail's checkpoints.
    pub witnesses: Witnesses,
    /// Who time-stamps them; `None` when nobody does.
    pub timestamps: Option<TimestampAuthority>,
    /// Rules among operators.
    pub operators: Operators,
    /// Rules among agents of authorities.
    pub authority: Authorities,
    /// How long what is written is kept.
    pub retention: Retention,
    /// What is a sign of abuse.
    pub signs: Signs,
    /// The look.
    pub theme: ThemeFolder,
    /// Who runs this gateway, for the legal pages.
    pub operator: OperatorTexts,
    /// What is logged.
    pub log: Log,
    /// Where spans are sent; `None` when nowhere.
    pub traces: Option<Traces>,
    /// The files that secrets were read from, each with its key.
    pub secret_files: Vec<(String, PathBuf)>,
    /// Secrets that stand in the configuration file itself.
    pub secrets_in_file: Vec<String>,
}

impl Config {
    /// Defaults, then `file`, then the variables `PROCURA__SECTION__KEY` of the environment.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigErrors> {
        let variables = std::env::vars_os();
        let texts =
            variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::assemble(file, texts)
    }

    /// Defaults, then `text` in the form of a configuration file; the environment is left alone.
    pub fn from_toml_str(text: &str) -> Result<Self, ConfigErrors> {
        let mut layers = Layers::defaults();
        layers.add_text(text, &Origin::Text);
        Self::read(&mut Reader::new(layers))
    }

    fn assemble(
        file: Option<&Path>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let mut layers = Layers::defaults();
        if let Some(path) = file {
            let origin = Origin::File(path.to_owned());
            match fs::read_to_string(path) {
                Ok(text) => layers.add_text(&text, &origin),
                Err(error) => {
                    let problem = Problem::new(path.display().to_string(), error.to_string(), Origin::Text);
                    return Err(ConfigErrors::new(vec![problem]));
                }
            }
        }
        layers.add_variables(variables);
        Self::read(&mut Reader::new(layers))
    }

    fn read(reader: &mut Reader) -> Result<Self, ConfigErrors> {
        let config = Self::sections(reader);
        match (config, reader.take_problems()) {
            (Some(config), problems) if problems.is_empty() => Ok(config),
            (_, problems) => Err(ConfigErrors::new(problems)),
        }
    }

    fn sections(reader: &mut Reader) -> Option<Self> {
        let server = Server::read(reader);
        let database = Database::read(reader);
        let keys = Keys::read(reader);
        let mail = Mail::read(reader);
        let sms = Sms::read(reader);
        let franceconnect = IdentityProvider::read_for_persons(reader);
        let proconnect = IdentityProvider::read_for_aidants(reader);
        let sessions = Sessions::read(reader);
        let login = Login::read(reader);
        let mandate = MandateTimes::read(reader);
        let habilitation = HabilitationTimes::read(reader);
        let oidc = Oidc::read(reader);
        let outbound = OutboundCalls::read(reader);
        let ledger = Ledger::read(reader);
        let witnesses = Witnesses::read(reader);
        let timestamps = TimestampAuthority::read(reader);
        let operators = Operators::read(reader);
        let authority = Authorities::read(reader);
        let retention = Retention::read(reader);
        let signs = Signs::read(reader);
        let theme = ThemeFolder::read(reader);
        let operator = OperatorTexts::read(reader);
        let log = Log::read(reader);
        let traces = Traces::read(reader);
        let (secret_files, secrets_in_file) = reader.take_secrets();
        Some(Self {
            server: server?,
            database: database?,
            keys: keys?,
            mail: mail?,
            sms: sms?,
            franceconnect: franceconnect?,
            proconnect: proconnect?,
            sessions: sessions?,
            login: login?,
            mandate: mandate?,
            habilitation: habilitation?,
            oidc: oidc?,
            outbound: outbound?,
            ledger: ledger?,
            witnesses: witnesses?,
            timestamps: timestamps?,
            operators: operators?,
            authority: authority?,
            retention: retention?,
            signs: signs?,
            theme: theme?,
            operator: operator?,
            log: log?,
            traces: traces?,
            secret_files,
            secrets_in_file,
        })
    }

    /// The ledger's origin line and key name: as configured, else `host[:port]/ledger` of the public URL.
    pub fn ledger_origin(&self) -> String {
        self.ledger.origin.clone().unwrap_or_else(|| format!("{}/ledger", self.server.public_url.authority()))
    }
}

#[cfg(test)]
mod tests;
