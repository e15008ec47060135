//! The aidants' identity provider of a world, with every misbehaviour at hand.

use std::sync::Arc;

use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::demo::proconnect::Agent;
use procura::demo::proconnect::ProConnect;
use procura::demo::proconnect::RegisteredService;
use procura::demo::proconnect::Settings;
use procura::domain::time::Clock;
use procura::storage::organisations;
use tokio::net::TcpListener;
use url::Url;

use crate::world::Professional;
use crate::world::World;
use crate::world::identity;

const CLIENT_ID: &str = "procura-aidants";
const CLIENT_SECRET: &str = "secret-of-the-aidants-gateway";

/// Serves it for a gateway at `gateway`, and writes that gateway's configuration of it.
pub async fn serve(gateway: &Url, clock: Arc<dyn Clock>, config: &mut String) -> ProConnect {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let issuer = format!("http://{}/api/v2", listener.local_addr().expect("an address"));
    let at = |path: &str| gateway.join(path).expect("a path").to_string();
    let random = Arc::new(SystemRandom::new());
    let provider = ProConnect::new(Settings {
        issuer: Url::parse(&issuer).expect("an address"),
        service: RegisteredService {
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            redirect_uris: vec![at("/aidant/proconnect/retour")],
            post_logout_redirect_uris: vec![at("/aidant/proconnect/sortie")],
        },
        clock,
        key: SigningKey::generate(Algorithm::Es256, random.as_ref()).expect("a key").0,
        random,
        mischief: identity::mischief(),
    })
    .expect("a provider");
    let routes = provider.router();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    config.push_str(&format!(
        "[proconnect]\nenabled = true\nissuer = \"{issuer}\"\nclient_id = \"{CLIENT_ID}\"\nclient_secret = \"{CLIENT_SECRET}\"\n"
    ));
    provider
}

impl World {
    /// The provider of aidants.
    pub fn agents(&self) -> &ProConnect {
        self.proconnect.as_ref().expect("a world with ProConnect")
    }

    /// The agent an aidant is there, at this level, under the login `name`; her first organisation is the agent's.
    pub async fn agent(&self, name: &str, aidant: &Professional, acr: &str) -> Agent {
        let mut tx = self.bench.db.read().await.expect("a transaction");
        let place = aidant.organisations[0];
        let place = organisations::find(&mut tx, place).await.expect("a look").expect("an organisation");
        let agent = Agent {
            login: name.to_owned(),
            sub: format!("sub-of-{name}"),
            idp_id: "provider-of-the-town".to_owned(),
            given_name: "Amélie".to_owned(),
            usual_name: "Durand".to_owned(),
            email: aidant.email.clone(),
            siret: place.organisation.siret.as_str().to_owned(),
            organization_label: place.organisation.name,
            acr: acr.to_owned(),
            amr: ["pwd", "otp", "mfa"].map(str::to_owned).to_vec(),
        };
        self.agents().admit(agent.clone());
        agent
    }
}
