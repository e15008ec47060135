//! The life of a mandate given from a distance: used, disowned by the notice's link, restored, renewed, shown on paper.

use crate::demo::browser::Browser;
use crate::demo::browser::page::Page;
use crate::demo::story::Casting;
use crate::demo::story::Players;
use crate::demo::story::report::Failure;
use crate::demo::story::stage::demand;
use crate::demo::story::stage::demand_words;
use crate::demo::story::stage::fill;
use crate::demo::story::stage::form_to;

const NOT_ME: &str = "/pas-moi/";
const TEXT: &str = "the text of the mandate";
const SUSPENDED: &str = "Suspendu";
const ACTIVE: &str = "Actif";

impl Players {
    /// The aidant says whom she expects; the person opens the mailed link at home, types the code told by voice, approves.
    pub(super) async fn remote_mandate(&mut self) -> Result<String, Failure> {
        let Casting { person, theme } = self.casting()?;
        let notices = self.stage.links_with(&person.email, NOT_ME).await?;
        let asked = self.stage.links_with(&person.email, "/consentement/").await?;
        let page = self.aidant.get(&self.stage.gateway("/aidant/mandats/nouveau")?).await?;
        let form = fill(&page, "the form of a new mandate", |form| {
            form.with(&[
                ("theme", theme.key()),
                ("duration", "month"),
                ("channel", "remote"),
                ("family_name", &person.family_name),
                ("birthdate", &person.birthdate),
                ("email", &person.email),
            ])
        })?;
        let page = self.aidant.submit(&form).await?;
        let id = mandate_of(&page)?;
        let link = self.stage.mailed(&person.email, "/consentement/", &asked).await?;
        let waiting = self.aidant.get(&self.stage.gateway(&format!("/aidant/mandats/{id}"))?).await?;
        let expected = "the page that shows the code to be told by voice";
        let spoken = waiting.words(".spoken").ok_or_else(|| Failure::on(&waiting, expected))?;
        let code: String = spoken.chars().filter(char::is_ascii_digit).collect();
        let mut home = self.stage.browser();
        let page = home.get(&link).await?;
        let form = fill(&page, "the page that asks the person to continue", Ok)?;
        let page = home.submit(&form).await?;
        let page = self.stage.through_franceconnect(&mut home, page, &person.login).await?;
        let form =
            fill(&page, "the page that asks for the code", |form| form.with(&[("pairing", code.as_str())]))?;
        let page = home.submit(&form).await?;
        self.approve(&mut home, &page).await?;
        self.mandate = Some(id);
        self.notices = notices;
        self.notices.push(self.stage.mailed(&person.email, NOT_ME, &self.notices).await?.into());
        Ok(format!("{} approved from home, with the code told by voice", person.given_name))
    }

    /// A notice of the use is in her mailbox.
    pub(super) async fn notice_arrives(&mut self) -> Result<String, Failure> {
        let Casting { person, .. } = self.casting()?;
        let link = self.stage.mailed(&person.email, NOT_ME, &self.notices).await?;
        self.not_me = Some(link);
        Ok(format!("a mail to {} tells of the use, with a link to say no", person.email))
    }

    /// Whoever holds the link presses the button, without a login: the mandate is suspended and its tokens are worth nothing.
    pub(super) async fn not_me_suspends(&mut self) -> Result<String, Failure> {
        let link = self.not_me.clone().ok_or_else(|| Failure::told("no link of a notice"))?;
        let mut anybody = self.stage.browser();
        let page = anybody.get(&link).await?;
        let form = form_to(&page, NOT_ME, "the page of the notice's link with its button")?;
        let page = anybody.submit(&form).await?;
        demand(&page, page.status.is_success(), "the page that says the mandate is suspended")?;
        let page = self.her_page_of_the_mandate().await?;
        demand_words(&page, &[SUSPENDED], "her page of the suspended mandate")?;
        let expected = "her page of the mandate with a link to the case";
        let case =
            page.link("/personne/dossiers/").map_err(|error| Failure::lacking(&page, expected, &error))?;
        let number = case.path().rsplit('/').next().unwrap_or_default().to_owned();
        let worth = self.introspection_says_inactive().await?;
        let detail = format!("suspended without a login, case {number}; {worth}");
        self.case_number = Some(number);
        Ok(detail)
    }

    /// The authority answers and closes the case: the mandate is as before.
    pub(super) async fn case_is_closed(&mut self) -> Result<String, Failure> {
        let number = self.case_number.clone().ok_or_else(|| Failure::told("no case"))?;
        let address = self.stage.gateway(&format!("/autorite/dossiers/{number}"))?;
        let page = self.authority.get(&address).await?;
        let answer = form_to(&page, "/repondre", "the case with the form of an answer")?;
        let answer = answer.with(&[("words", "La personne nous a dit au téléphone qu’elle était présente.")]);
        let answer = answer.map_err(|error| Failure::lacking(&page, "the field of the answer", &error))?;
        self.authority.submit(&answer).await?;
        let page = self.authority.get(&address).await?;
        let close = form_to(&page, "/clore", "the answered case with the form that closes it")?;
        let close = close.with(&[
            ("outcome", "restored"),
            ("reason", "L’acte était prévu dans le mandat, elle l’a confirmé."),
        ]);
        let close = close.map_err(|error| Failure::lacking(&page, "the fields of the end", &error))?;
        let page = self.authority.submit(&close).await?;
        demand(&page, page.status.is_success(), "the closed case")?;
        let page = self.her_page_of_the_mandate().await?;
        demand_words(&page, &[ACTIVE], "her page of the restored mandate")?;
        let casting = self.casting()?;
        self.theme_page(&casting).await?;
        Ok(format!("case {number} answered and closed; the mandate is active and offered again"))
    }

    /// Renewed before its end, with a consent of its own; the two mandates know of each other.
    pub(super) async fn mandate_is_renewed(&mut self) -> Result<String, Failure> {
        let Casting { person, .. } = self.casting()?;
        let old = self.mandate.clone().ok_or_else(|| Failure::told("no mandate"))?;
        let renewal = self.stage.gateway(&format!("/aidant/mandats/nouveau?renouveler={old}"))?;
        let page = self.aidant.get(&renewal).await?;
        demand_words(&page, &[&person.family_name], "the form of a renewal, filled in")?;
        let form = fill(&page, "the form of a renewal", |form| form.with(&[("channel", "present")]))?;
        let page = self.aidant.submit(&form).await?;
        let id = mandate_of(&page)?;
        let expected = "the hand-over page of the renewal";
        let link = page.link("/consentement/").map_err(|error| Failure::lacking(&page, expected, &error))?;
        let mut phone = self.stage.browser();
        let page = phone.get(&link).await?;
        let form = fill(&page, "the page that asks the person to continue", Ok)?;
        let page = phone.submit(&form).await?;
        let page = self.stage.through_franceconnect(&mut phone, page, &person.login).await?;
        self.approve(&mut phone, &page).await?;
        for (this, other) in [(&old, &id), (&id, &old)] {
            let page = self.aidant.get(&self.stage.gateway(&format!("/aidant/mandats/{this}"))?).await?;
            let linked = page.status.is_success() && page.link(&format!("/aidant/mandats/{other}")).is_ok();
            demand(&page, linked, "a mandate with a link to the one it renews or is renewed by")?;
        }
        self.mandate = Some(id);
        Ok("a new consent, and each of the two mandates leads to the other".to_owned())
    }

    /// The attestation as a PDF, and its code checked by somebody who knows nothing else.
    pub(super) async fn attestation_is_checked(&mut self) -> Result<String, Failure> {
        let organisation = self.helper()?.organisation.clone();
        let id = self.mandate.clone().ok_or_else(|| Failure::told("no mandate"))?;
        let page =
            self.aidant.get(&self.stage.gateway(&format!("/aidant/mandats/{id}/attestation"))?).await?;
        let expected = "the attestation with its code";
        let code = page.words(".attestation__code").ok_or_else(|| Failure::on(&page, expected))?;
        let file = self.stage.gateway(&format!("/aidant/mandats/{id}/attestation.pdf"))?;
        let paper = self.aidant.get(&file).await?;
        let is_pdf = paper.status.is_success()
            && paper.header("content-type") == Some("application/pdf")
            && paper.html.starts_with("%PDF-");
        demand(&paper, is_pdf, "the attestation as a PDF file")?;
        let mut anybody = self.stage.browser();
        let page = anybody.get(&self.stage.gateway("/verifier")?).await?;
        let form = fill(&page, "the form for a code", |form| form.with(&[("code", code.as_str())]))?;
        let page = anybody.submit(&form).await?;
        demand_words(&page, &[&organisation, "Ce mandat est valable"], "the answer about the code")?;
        let person = self.casting()?.person;
        demand(&page, !page.text().contains(&person.family_name), "an answer that does not name the person")?;
        Ok(format!("PDF of {} characters; its code is good and names {organisation} alone", paper.html.len()))
    }

    async fn approve(&self, browser: &mut Browser, page: &Page) -> Result<(), Failure> {
        let Casting { person, .. } = self.casting()?;
        demand_words(page, &[&self.helper()?.organisation, &person.family_name], TEXT)?;
        let form = fill(page, TEXT, |form| form.with(&[("decision", "approve")]))?;
        let page = browser.submit(&form).await?;
        demand(&page, page.status.is_success(), "the confirmation of the approval")
    }

    async fn her_page_of_the_mandate(&mut self) -> Result<Page, Failure> {
        let mandate = self.mandate.clone().ok_or_else(|| Failure::told("no mandate"))?;
        Ok(self.person.get(&self.stage.gateway(&format!("/personne/mandats/{mandate}"))?).await?)
    }
}

/// The mandate whose page of the aidant's this is.
fn mandate_of(page: &Page) -> Result<String, Failure> {
    let id = page.url.path().strip_prefix("/aidant/mandats/").filter(|id| *id != "nouveau");
    let id = id.filter(|_| page.status.is_success()).map(str::to_owned);
    id.ok_or_else(|| Failure::on(page, "the page of the new mandate"))
}
