//! The mandate: drawn up by the aidant, approved by the person on her own telephone, revoked by her.

use crate::demo::file::PersonLine;
use crate::demo::story::Casting;
use crate::demo::story::Players;
use crate::demo::story::report::Failure;
use crate::demo::story::stage::demand;
use crate::demo::story::stage::demand_words;
use crate::demo::story::stage::fill;
use crate::domain::theme::Theme;

impl Players {
    /// Chooses whom to help and with what, then draws the mandate up.
    pub(super) async fn mandate_is_drawn_up(&mut self) -> Result<String, Failure> {
        let casting = self.cast().await?;
        let page = self.aidant.get(&self.stage.gateway("/aidant/mandats/nouveau")?).await?;
        let form = fill(&page, "the form of a new mandate", |form| {
            form.with(&[
                ("theme", casting.theme.key()),
                ("theme", Theme::Papiers.key()),
                ("duration", "month"),
                ("channel", "present"),
            ])
        })?;
        let page = self.aidant.submit(&form).await?;
        let expected = "the hand-over page with the address of the consent";
        demand(&page, page.status.is_success(), expected)?;
        let link = page.link("/consentement/").map_err(|error| Failure::lacking(&page, expected, &error))?;
        self.mandate = page.url.path().strip_prefix("/aidant/mandats/").map(str::to_owned);
        demand(&page, self.mandate.is_some(), "the page of the new mandate")?;
        self.consent_link = Some(link);
        let detail = format!(
            "for {} {}, {} and {}, one month",
            casting.person.given_name,
            casting.person.family_name,
            casting.theme.key(),
            Theme::Papiers.key()
        );
        self.who = Some(casting);
        Ok(detail)
    }

    /// The person opens the link on her own device, goes through FranceConnect, reads and approves.
    pub(super) async fn person_approves(&mut self) -> Result<String, Failure> {
        let Casting { person, .. } = self.casting()?;
        let organisation = self.first_aidant()?.organisation.clone();
        let link = self.consent_link.clone().ok_or_else(|| Failure::told("no consent link"))?;
        let page = self.person.get(&link).await?;
        let form = fill(&page, "the page that asks the person to continue", Ok)?;
        let page = self.person.submit(&form).await?;
        let page = self.stage.through_franceconnect(&mut self.person, page, &person.login).await?;
        let expected = "the text of the mandate";
        demand_words(&page, &[organisation.as_str(), &person.family_name], expected)?;
        let form = fill(&page, expected, |form| form.with(&[("decision", "approve")]))?;
        let page = self.person.submit(&form).await?;
        demand(&page, page.status.is_success(), "the confirmation of the approval")?;
        Ok(format!("{} {} read the text and approved", person.given_name, person.family_name))
    }

    /// The person takes the whole mandate back.
    pub(super) async fn person_revokes(&mut self) -> Result<String, Failure> {
        let mandate = self.mandate.clone().ok_or_else(|| Failure::told("no mandate"))?;
        let page = self.person.get(&self.stage.gateway("/personne")?).await?;
        let expected = "her space with a link to the mandate";
        let link = page
            .link(&format!("/personne/mandats/{mandate}"))
            .map_err(|error| Failure::lacking(&page, expected, &error))?;
        demand(&page, link.path().starts_with("/personne/mandats/"), expected)?;
        let revoke = self.stage.gateway(&format!("/personne/mandats/{mandate}/revoquer"))?;
        let page = self.person.get(&revoke).await?;
        let form = fill(&page, "the page that ends a mandate", Ok)?;
        let page = self.person.submit(&form).await?;
        demand(&page, page.status.is_success(), "the confirmation that the mandate has ended")?;
        Ok("the person took the whole mandate back".to_owned())
    }

    /// A person and a theme of the administration that no mandate of hers covers yet.
    async fn cast(&mut self) -> Result<Casting, Failure> {
        let ordinary: Vec<PersonLine> =
            self.stage.demo.persons.iter().filter(|person| person.note.is_none()).cloned().collect();
        let themes = self.stage.demo.clients.first().map(|client| client.themes.clone()).unwrap_or_default();
        for theme in themes {
            let choice = self.choice_page(theme).await?;
            let free = ordinary.iter().find(|person| {
                let words = [person.given_name.as_str(), person.family_name.as_str()];
                choice.forms_in_main().iter().all(|form| form.choice_by_words(&words).is_err())
            });
            if let Some(person) = free {
                return Ok(Casting { person: person.clone(), theme });
            }
        }
        Err(Failure::told("every ordinary person already has mandates for every theme: revoke one of them"))
    }
}
