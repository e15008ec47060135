//! Everything around the gateway, started together on this machine's own address and stopped together.

use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::sync::Mutex;

use axum::Router;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use url::Url;

use crate::demo::administration;
use crate::demo::administration::Administration;
use crate::demo::administration::credential::Credential;
use crate::demo::administration::credential::Keys;
use crate::demo::administration::redirect_uri;
use crate::demo::administration::relying_party::Registration;
use crate::demo::broker;
use crate::demo::broker::Broker;
use crate::demo::broker::ProviderRecord;
use crate::demo::broker::ServiceRecord;
use crate::demo::broker::service;
use crate::demo::broker::service::Service;
use crate::demo::client::http_client;
use crate::demo::file;
use crate::demo::file::DemoFile;
use crate::demo::franceconnect::FranceConnect;
use crate::demo::franceconnect::RegisteredClient;
use crate::demo::franceconnect::Settings as FranceConnectSettings;
use crate::demo::mailbox::Mailbox;
use crate::demo::mailbox::sms::SmsGateway;
use crate::demo::mailbox::smtp;
use crate::demo::people;
use crate::demo::portal::Portal;
use crate::demo::ports::Addresses;
use crate::demo::witness::Witness;
use crate::domain::client::TokenAlgorithm;
use crate::domain::ids::Random;
use crate::domain::time::Clock;

/// The gateway's client id at the demo's FranceConnect.
pub const GATEWAY_CLIENT_ID: &str = "procura-demo";

/// The scopes the gateway may ask the demo's FranceConnect for.
pub const GATEWAY_SCOPES: [&str; 5] =
    ["openid", "identite_pivot", "preferred_username", "email", "idp_birthdate"];

/// What the counterparts are made of.
pub struct Settings<'a> {
    /// Where each of them listens.
    pub addresses: Addresses,
    /// The provider's issuer; its address when the directory was new.
    pub franceconnect_issuer: String,
    /// The demo's directory, already prepared: the provider's key is kept there.
    pub dir: &'a Path,
    /// The demo's own seed, see [`file::seed`].
    pub seed: [u8; 32],
    /// Where FranceConnect sends the browser back to the gateway.
    pub gateway_redirect_uris: Vec<String>,
    /// Where it sends the browser after logout.
    pub gateway_post_logout_uris: Vec<String>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub random: Arc<dyn Random>,
}

/// The running counterparts; dropping them stops them.
pub struct Counterparts {
    /// Every message the gateway sent.
    pub mailbox: Mailbox,
    /// The provider.
    pub franceconnect: FranceConnect,
    /// The witness of the gateway's ledger.
    pub witness: Witness,
    portal: Portal,
    tasks: JoinSet<()>,
}

/// The gateway's secret at the demo's FranceConnect.
pub fn gateway_secret(seed: &[u8; 32]) -> String {
    people::client_secret(seed, GATEWAY_CLIENT_ID)
}

impl Counterparts {
    /// Starts all of them. They answer as soon as this returns; the portal says "starting" until it is published.
    ///
    /// # Errors
    /// A port in use, or a file in the directory that cannot be read or written.
    pub async fn start(settings: Settings<'_>) -> io::Result<Self> {
        let mailbox = Mailbox::new(settings.clock.clone());
        let portal = Portal::new(mailbox.clone(), settings.clock.clone());
        let franceconnect = franceconnect(&settings)?;
        let administrations = administrations(&settings)?;
        let addresses = &settings.addresses;
        let mut tasks = JoinSet::new();
        serve(&mut tasks, &addresses.franceconnect, franceconnect.router()).await?;
        let services = services(&settings)?;
        let on_the_server = services
            .iter()
            .fold(administration::router(&administrations), |router, service| router.merge(service.router()));
        serve(&mut tasks, &addresses.administration, on_the_server).await?;
        serve(&mut tasks, &addresses.broker, broker(&settings)?.router()).await?;
        let sms = SmsGateway::new(mailbox.clone());
        let key = file::witness_key(settings.dir, settings.random.as_ref())?;
        let witness = Witness::new(key, settings.dir.to_owned(), settings.clock.clone())?;
        let at_the_portal = portal.router().merge(sms.router()).merge(witness.router());
        serve(&mut tasks, &addresses.portal, at_the_portal).await?;
        tasks.spawn(smtp::serve(listen(addresses.smtp_port).await?, mailbox.clone()));
        Ok(Self { mailbox, franceconnect, witness, portal, tasks })
    }

    /// Lets the portal show the demo: called once the gateway answers.
    pub fn publish(&self, demo: DemoFile) {
        self.portal.publish(demo);
    }

    /// Stops all of them and waits until they have.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
    }
}

fn franceconnect(settings: &Settings<'_>) -> io::Result<FranceConnect> {
    let base = Url::parse(&settings.addresses.franceconnect_issuer()).map_err(io::Error::other)?;
    let issuer = Url::parse(&settings.franceconnect_issuer).map_err(io::Error::other)?;
    let provider = FranceConnectSettings {
        issuer,
        clients: vec![RegisteredClient {
            client_id: GATEWAY_CLIENT_ID.to_owned(),
            client_secret: gateway_secret(&settings.seed),
            name: "Procura".to_owned(),
            redirect_uris: settings.gateway_redirect_uris.clone(),
            post_logout_redirect_uris: settings.gateway_post_logout_uris.clone(),
            scopes: GATEWAY_SCOPES.map(str::to_owned).to_vec(),
        }],
        persons: people::persons(),
        clock: settings.clock.clone(),
        random: settings.random.clone(),
        key: file::franceconnect_key(settings.dir, settings.random.as_ref())?,
        subject_secret: crate::crypto::hash::hkdf(
            &settings.seed,
            b"procura-demo",
            &[b"franceconnect-subject"],
        ),
        high: None,
        mischief: BTreeMap::new(),
    };
    FranceConnect::reached_at(provider, &base).map_err(io::Error::other)
}

fn administrations(settings: &Settings<'_>) -> io::Result<Vec<Administration>> {
    let http = http_client(None).map_err(io::Error::other)?;
    let one = |about: people::Administration| -> io::Result<Administration> {
        let registration = Registration {
            issuer: settings.addresses.gateway.clone(),
            client_id: about.client_id.to_owned(),
            credential: credential(settings, &about)?,
            redirect_uri: redirect_uri(&settings.addresses.administration, &about),
            http: http.clone(),
        };
        Ok(Administration::new(about, registration, settings.clock.clone(), settings.random.clone()))
    };
    people::ADMINISTRATIONS.into_iter().map(one).collect()
}

fn credential(settings: &Settings<'_>, about: &people::Administration) -> io::Result<Credential> {
    if about.compat {
        return Ok(Credential::Secret(people::client_secret(&settings.seed, about.client_id)));
    }
    let key = |usage: &str| {
        let key = people::client_key(&settings.seed, about.client_id, usage);
        key.ok_or_else(|| io::Error::other("a sample client's key"))
    };
    Ok(Credential::Keys(Arc::new(Keys {
        client_id: about.client_id.to_owned(),
        issuer: settings.addresses.gateway.as_str().trim_end_matches('/').to_owned(),
        signer: key(people::ASSERTIONS)?,
        holder: key(people::PROOFS)?,
        clock: settings.clock.clone(),
        random: settings.random.clone(),
        nonce: Mutex::new(None),
    })))
}

fn records(settings: &Settings<'_>) -> Vec<(people::BrokeredService, ServiceRecord)> {
    let record = |about: people::BrokeredService| {
        let secret = people::client_secret(&settings.seed, about.client_id);
        (about, service::record(&settings.addresses.administration, &about, secret))
    };
    people::BROKERED_SERVICES.into_iter().map(record).collect()
}

fn services(settings: &Settings<'_>) -> io::Result<Vec<Service>> {
    let http = http_client(None).map_err(io::Error::other)?;
    let issuer = settings.addresses.broker_issuer();
    let (clock, random) = (&settings.clock, &settings.random);
    let one = |(about, record)| {
        Service::new(about, record, issuer.clone(), http.clone(), clock.clone(), random.clone())
    };
    Ok(records(settings).into_iter().map(one).collect())
}

fn broker(settings: &Settings<'_>) -> io::Result<Broker> {
    let gateway = settings.addresses.gateway.as_str().trim_end_matches('/');
    Ok(Broker::new(broker::Settings {
        issuer: Url::parse(&settings.addresses.broker_issuer()).map_err(io::Error::other)?,
        services: records(settings).into_iter().map(|(_, record)| record).collect(),
        provider: ProviderRecord {
            title: "Procura".to_owned(),
            issuer: gateway.to_owned(),
            client_id: people::BROKER_CLIENT_ID.to_owned(),
            client_secret: people::client_secret(&settings.seed, people::BROKER_CLIENT_ID),
            id_token_alg: TokenAlgorithm::Es256.as_str().to_owned(),
            userinfo_alg: None,
        },
        http: http_client(None).map_err(io::Error::other)?,
        clock: settings.clock.clone(),
        random: settings.random.clone(),
        key: file::broker_key(settings.dir, settings.random.as_ref())?,
        subject_secret: crate::crypto::hash::hkdf(&settings.seed, b"procura-demo", &[b"broker-subject"]),
    }))
}

async fn listen(port: u16) -> io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port))
        .await
        .map_err(|error| io::Error::new(error.kind(), format!("port {port} of this machine: {error}")))
}

async fn serve(tasks: &mut JoinSet<()>, at: &Url, router: Router) -> io::Result<()> {
    let listener = listen(at.port().unwrap_or(80)).await?;
    tasks.spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "a counterpart stopped");
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;
    use crate::demo::browser::Browser;
    use crate::domain::time::Instant;

    struct Fixed;

    impl Clock for Fixed {
        fn now(&self) -> Instant {
            Instant::from_seconds(1_795_000_000)
        }
    }

    /// Consecutive ports that are free at this moment.
    fn free_addresses() -> Addresses {
        let free = |port: u16| std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok();
        let port = (20_000..60_000)
            .step_by(7)
            .map(|port| port + u16::try_from(std::process::id() % 7).expect("small"))
            .find(|port| (*port..port + Addresses::COUNT).map(free).collect::<Option<Vec<_>>>().is_some());
        Addresses::from_port(port.expect("free ports")).expect("addresses")
    }

    #[tokio::test]
    async fn everything_answers_on_its_own_port_and_stops() {
        let home = tempfile::tempdir().expect("a directory");
        let addresses = free_addresses();
        let counterparts = Counterparts::start(Settings {
            addresses: addresses.clone(),
            franceconnect_issuer: addresses.franceconnect_issuer(),
            dir: home.path(),
            seed: [5; 32],
            gateway_redirect_uris: vec!["http://localhost/back".to_owned()],
            gateway_post_logout_uris: Vec::new(),
            clock: Arc::new(Fixed),
            random: Arc::new(SystemRandom::new()),
        })
        .await
        .expect("started");
        let mut browser = Browser::new(http_client(None).expect("a client"), Arc::new(Fixed));
        let discovery =
            addresses.franceconnect.join("api/v2/.well-known/openid-configuration").expect("a path");
        let page = browser.get(&discovery).await.expect("a document");
        assert!(page.html.contains(&addresses.franceconnect_issuer()));
        assert!(browser.get(&addresses.administration).await.expect("a page").h1().contains("Allocations"));
        let ville = addresses.administration.join("ville").expect("a path");
        assert!(browser.get(&ville).await.expect("a page").h1().contains("ville"));
        assert!(browser.get(&addresses.broker).await.expect("a page").text().contains("Point-justice"));
        assert!(browser.get(&addresses.portal).await.expect("a page").h1().contains("démarre"));
        assert!(tokio::net::TcpStream::connect((Ipv4Addr::LOCALHOST, addresses.smtp_port)).await.is_ok());
        counterparts.stop().await;
        assert!(browser.get(&addresses.portal).await.is_err());
    }
}
