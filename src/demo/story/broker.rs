//! The third way in: a service that knows FranceConnect alone, the broker, the gateway, and back; a label that does not fit; and
//! the logout.

use serde_json::Value;

use crate::demo::browser::form::Form;
use crate::demo::browser::page::Page;
use crate::demo::story::Players;
use crate::demo::story::report::Failure;
use crate::demo::story::stage::demand;
use crate::demo::story::stage::demand_words;
use crate::demo::story::stage::fill;

const SERVICE: &str = "/ville";
const OTHER_SERVICE: &str = "/justice";
const CHOICE_OF_ACCOUNT: &str = "the broker's choice of an account";

impl Players {
    /// A service asks for a label that no mandate of this story covers: the gateway says so, the broker hears `access_denied`.
    pub(super) async fn broker_label_is_refused(&mut self) -> Result<String, Failure> {
        let page = self.through_broker(OTHER_SERVICE).await?;
        let leave = |form: &Form| form.action().path().ends_with("/quitter");
        let form = page.forms_in_main().into_iter().find(leave);
        let form = form.ok_or_else(|| Failure::on(&page, "the gateway's page with its button back"))?;
        let words = page.h1();
        let page = self.aidant.submit(&form).await?;
        demand_words(&page, &["access_denied"], "the broker's choice again, with the failure")?;
        demand(&page, self.is_at_broker(&page), CHOICE_OF_ACCOUNT)?;
        Ok(format!("«{words}», and back at the broker with access_denied"))
    }

    /// Service, broker, gateway, broker, service: the service sees the person, and nothing of the aidant.
    pub(super) async fn broker_login(&mut self) -> Result<String, Failure> {
        let casting = self.casting()?;
        let page = self.through_broker(SERVICE).await?;
        let names = [casting.person.given_name.as_str(), casting.person.family_name.as_str()];
        let form = fill(&page, "the page that asks for whom", |form| form.choose(&names))?;
        let page = self.aidant.submit(&form).await?;
        let form =
            fill(&page, "the page that asks for what", |form| form.with(&[("theme", casting.theme.key())]))?;
        let page = self.aidant.submit(&form).await?;
        demand_words(&page, &names, "the broker's information page")?;
        let form = fill(&page, "the broker's button to the service", Ok)?;
        let page = self.aidant.submit(&form).await?;
        demand_words(&page, &names, "the person's space at the service")?;
        let aidant = self.first_aidant()?.clone();
        let json = self.aidant.get(&self.stage.administration(&format!("{SERVICE}/espace.json"))?).await?;
        let told = |words: &str| page.html.contains(words) || json.html.contains(words);
        if told(&aidant.name) || told(&aidant.organisation) || told("\"act\"") || told("rep_scope") {
            return Err(Failure::on(&page, "a page that says nothing about the aidant"));
        }
        let claims: Value = serde_json::from_str(&json.html).unwrap_or_default();
        let email = claims.get("email").and_then(Value::as_str) == Some(casting.person.email.as_str());
        demand(&json, email, "the person's own e-mail address at the service")?;
        Ok(format!("{} is known at the service, nobody else", page.h1()))
    }

    /// Within the broker's session another service is asked for: the label is checked again, and no act is opened for it.
    pub(super) async fn broker_session_is_checked(&mut self) -> Result<String, Failure> {
        let page =
            self.aidant.get(&self.stage.administration(&format!("{OTHER_SERVICE}/connexion"))?).await?;
        let refused = self.is_at_broker(&page) && page.text().contains("Y600020");
        demand(&page, refused, "the broker's page Y600020")?;
        let page = self.person.get(&self.stage.gateway("/personne/journal")?).await?;
        demand_words(&page, &["30 minutes"], "her timeline with what the gateway cannot see")?;
        Ok("page Y600020, and her timeline says what we cannot see".to_owned())
    }

    /// From the service through broker and gateway back to the service, with its state; the aidant stays logged in.
    pub(super) async fn broker_logout(&mut self) -> Result<String, Failure> {
        let page = self.aidant.get(&self.stage.administration(&format!("{SERVICE}/espace"))?).await?;
        let form = fill(&page, "the service's logout", Ok)?;
        let page = self.aidant.submit(&form).await?;
        let expected = "the service after the logout, which knows its state again";
        demand(&page, page.status.is_success() && page.url.path() == "/ville/sortie", expected)?;
        let by_gateway = page.history.iter().any(|url| url.path() == "/oauth/end-session");
        demand(&page, by_gateway, "a logout that passed the gateway")?;
        let home = self.aidant.get(&self.stage.gateway("/aidant")?).await?;
        demand(&home, home.url.path() == "/aidant", "the aidant's space, still open")?;
        Ok("back at the service with its state; the aidant is still logged in".to_owned())
    }

    /// From a service to the gateway's page about it.
    async fn through_broker(&mut self, service: &str) -> Result<Page, Failure> {
        let home = self.aidant.get(&self.stage.administration(service)?).await?;
        let link = home.link("/connexion").map_err(|error| Failure::lacking(&home, "the service", &error))?;
        let page = self.aidant.follow(&home, &link).await?;
        demand(&page, self.is_at_broker(&page), CHOICE_OF_ACCOUNT)?;
        let form = fill(&page, CHOICE_OF_ACCOUNT, Ok)?;
        let page = self.aidant.submit(&form).await?;
        demand(&page, page.url.path().starts_with("/acte/"), "the gateway's choice")?;
        Ok(page)
    }

    fn is_at_broker(&self, page: &Page) -> bool {
        url::Url::parse(&self.stage.demo.broker).is_ok_and(|broker| broker.origin() == page.url.origin())
    }
}
