//! Professionals of a world: enrolled as an operator does it, logged in through the pages.

use std::time::Duration;

use procura::crypto::second_factor::TotpSecret;
use procura::demo::browser::Browser;
use procura::demo::browser::page::Page;
use procura::domain::account::Competence;
use procura::domain::account::Professional as Identity;
use procura::domain::account::Role;
use procura::domain::ids::AccountId;
use procura::domain::ids::ClientId;
use procura::domain::ids::HabilitationId;
use procura::domain::ids::OrganisationId;
use procura::domain::ids::random_bytes;
use procura::domain::time::Clock;
use procura::domain::time::Instant;
use procura::operations::enrol;
use procura::operations::enrol::Enrolled;
use procura::operations::enrol::NewOrganisation;
use procura::operations::enrol::NewProfessional;
use url::Url;

use crate::world::CLI;
use crate::world::World;
use crate::world::siret;

const STEP: i64 = 30;

/// A professional with a second factor and a browser of one's own.
pub struct Professional {
    pub role: Role,
    pub email: String,
    pub secret: TotpSecret,
    pub account: AccountId,
    /// In the order of the organisations.
    pub habilitations: Vec<HabilitationId>,
    pub organisations: Vec<OrganisationId>,
    pub browser: Browser,
    used: i64,
}

impl World {
    /// Accepts an organisation of this name.
    pub async fn organisation(&self, name: &str) -> OrganisationId {
        let [a, b] = random_bytes::<2>(self.bench.random.as_ref());
        let new = NewOrganisation {
            siret: siret(u32::from(a) * 256 + u32::from(b)),
            name: name.to_owned(),
            address: "1 place de la Mairie, 21000 Dijon".to_owned(),
            withheld_themes: [].into(),
        };
        enrol::enrol_organisation(&self.bench, &CLI, new, None).await.expect("an organisation")
    }

    /// A year from now.
    pub fn next_year(&self) -> Instant {
        self.clock.now().plus(Duration::from_secs(365 * 86_400))
    }

    /// Enrols an aidant of this given name in an organisation of her own.
    pub async fn aidant(&self, given_name: &str) -> Professional {
        let organisation = self.organisation(&format!("CCAS de {given_name}")).await;
        self.aidant_in(given_name, &[(organisation, self.next_year())]).await
    }

    /// Enrols an aidant of this given name in these organisations.
    pub async fn aidant_in(&self, given_name: &str, places: &[(OrganisationId, Instant)]) -> Professional {
        let (new, email) = newcomer(given_name, "aidant");
        let enrolled = enrol::enrol_aidant(&self.bench, &CLI, new, places, None).await.expect("an aidant");
        let organisations = places.iter().map(|(id, _)| *id).collect();
        self.professional(Role::Aidant, email, enrolled, organisations)
    }

    /// Enrols a referent of these organisations.
    pub async fn referent(&self, given_name: &str, organisations: &[OrganisationId]) -> Professional {
        let (new, email) = newcomer(given_name, "referent");
        let enrolled =
            enrol::enrol_referent(&self.bench, &CLI, new, organisations, None).await.expect("a referent");
        self.professional(Role::Referent, email, enrolled, organisations.to_vec())
    }

    /// Enrols a referent with this very address, which an aidant may have too.
    pub async fn referent_with(
        &self,
        given_name: &str,
        email: &str,
        organisations: &[OrganisationId],
    ) -> Professional {
        let (mut new, _) = newcomer(given_name, "referent");
        new.professional.email = email.to_owned().into();
        let enrolled =
            enrol::enrol_referent(&self.bench, &CLI, new, organisations, None).await.expect("a referent");
        self.professional(Role::Referent, email.to_owned(), enrolled, organisations.to_vec())
    }

    /// Enrols an agent of an authority; of national oversight without clients.
    pub async fn authority(&self, given_name: &str, clients: &[ClientId]) -> Professional {
        let (new, email) = newcomer(given_name, "autorite");
        let competence =
            if clients.is_empty() { Competence::National } else { Competence::Clients(clients.to_vec()) };
        let enrolled =
            enrol::enrol_authority(&self.bench, &CLI, new, &competence, None).await.expect("an agent");
        self.professional(Role::Authority, email, enrolled, Vec::new())
    }

    /// Enrols an integrator of these clients.
    pub async fn integrator(&self, given_name: &str, clients: &[ClientId]) -> Professional {
        let (new, email) = newcomer(given_name, "integrateur");
        let own = clients.iter().cloned().collect();
        let enrolled =
            enrol::enrol_integrator(&self.bench, &CLI, new, &own, None).await.expect("an integrator");
        self.professional(Role::Integrator, email, enrolled, Vec::new())
    }

    /// Enrols an operator.
    pub async fn operator(&self, given_name: &str) -> Professional {
        let (new, email) = newcomer(given_name, "exploitant");
        let enrolled = enrol::enrol_operator(&self.bench, &CLI, new, None).await.expect("an operator");
        self.professional(Role::Operator, email, enrolled, Vec::new())
    }

    fn professional(
        &self,
        role: Role,
        email: String,
        enrolled: Enrolled,
        organisations: Vec<OrganisationId>,
    ) -> Professional {
        Professional {
            role,
            email,
            secret: enrolled.secret,
            account: enrolled.account,
            habilitations: enrolled.habilitations,
            organisations,
            browser: self.browser(),
            used: 0,
        }
    }
}

fn newcomer(given_name: &str, domain: &str) -> (NewProfessional, String) {
    let plain: String = given_name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let email = format!("{plain}.durand@{domain}.example");
    let professional = Identity {
        given_name: given_name.to_owned().into(),
        family_name: "Durand".to_owned().into(),
        email: email.clone().into(),
    };
    (NewProfessional { professional, secret: None }, email)
}

impl Professional {
    /// The front page of this role's space.
    pub const fn home(&self) -> &'static str {
        match self.role {
            Role::Aidant => "/aidant",
            Role::Referent => "/referent",
            Role::Authority => "/autorite",
            Role::Operator => "/operateur",
            Role::Integrator => "/integrateur",
        }
    }

    /// A code not used yet; time passes where the present one was.
    pub fn code(&mut self, world: &World) -> String {
        let step = |now: Instant| now.seconds().div_euclid(STEP);
        let now = world.clock.now();
        if step(now) <= self.used {
            let wait = (self.used + 1) * STEP - now.seconds();
            world.clock.advance(Duration::from_secs(wait.unsigned_abs()));
        }
        let now = world.clock.now();
        self.used = step(now);
        self.secret.code_at(now)
    }

    /// Sends the login form with this code; gives the page that follows.
    pub async fn ask_for_link(&mut self, world: &World, code: &str) -> Page {
        let page =
            self.browser.get(&world.at(&format!("{}/connexion", self.home()))).await.expect("the login page");
        let form = page.form_last_in_main().expect("the login form");
        let form = form.with(&[("email", &self.email), ("otp", code)]).expect("its fields");
        self.browser.submit(&form).await.expect("a page")
    }

    /// A link that ends a login in this browser.
    pub async fn link(&mut self, world: &World) -> Url {
        let code = self.code(world);
        self.ask_for_link(world, &code).await;
        world.login_link(&self.email).await.expect("a mailed link")
    }

    /// Opens a link and presses its button; gives the page that follows.
    pub async fn use_link(&mut self, link: &Url) -> Page {
        let page = self.browser.get(link).await.expect("the link's page");
        let form = page.form_last_in_main().expect("the link's button");
        self.browser.submit(&form).await.expect("a page")
    }

    /// Logs in, from the form to the front page of the space.
    pub async fn login(&mut self, world: &World) -> Page {
        let link = self.link(world).await;
        let page = self.use_link(&link).await;
        assert_eq!(page.url.path(), self.home(), "{}", page.main_text());
        page
    }

    /// Opens a page in this browser.
    pub async fn get(&mut self, world: &World, path: &str) -> Page {
        self.browser.get(&world.at(path)).await.expect("a page")
    }

    /// Gives a fresh code on the page that asks for it; gives the page that follows.
    pub async fn second_factor(&mut self, world: &World, page: &Page) -> Page {
        let code = self.code(world);
        let form = page.form_last_in_main().expect("the form").with(&[("otp", &code)]).expect("its field");
        self.browser.submit(&form).await.expect("a page")
    }
}
