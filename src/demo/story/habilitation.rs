//! A new organisation asks, is accepted, and its aidant chooses her own second factor, is habilitated and signs the charter.

use crate::crypto::second_factor::TotpSecret;
use crate::demo::browser::Browser;
use crate::demo::browser::page::Page;
use crate::demo::file::Account;
use crate::demo::story::Players;
use crate::demo::story::report::Failure;
use crate::demo::story::stage::demand;
use crate::demo::story::stage::demand_words;
use crate::demo::story::stage::fill;
use crate::demo::story::stage::form_to;
use crate::domain::time::Instant;

const FORM: &str = "the form of an organisation that wants to be accepted";
const HABILITATION: &str = "the operator's page of the habilitation";

/// The three decisions of an operator on a habilitation, in order.
const DECISIONS: [&str; 3] = ["accept", "trained", "habilitate"];

impl Players {
    /// A structure fills the public form in and confirms it by the mailed link.
    pub(super) async fn organisation_asks(&mut self) -> Result<String, Failure> {
        let mark = self.begun.millis();
        let name = format!("Maison des services n° {mark}");
        let mail = |who: &str| format!("{who}.{mark}@maison.example");
        let (contact, referent, aidant) = (mail("contact"), mail("referent"), mail("aidant"));
        let mut browser = self.stage.browser();
        let page = browser.get(&self.stage.gateway("/structures/demande")?).await?;
        let form = fill(&page, FORM, |form| {
            form.with(&[
                ("siret", &siret(mark)),
                ("name", &name),
                ("kind", "ccas"),
                ("street", "12 rue des Tilleuls"),
                ("postcode", "21000"),
                ("commune", "Dijon"),
                ("contact_given_name", "Hélène"),
                ("contact_family_name", "Vasseur"),
                ("contact_email", &contact),
                ("referent_given_name", "Marc"),
                ("referent_family_name", "Aubry"),
                ("referent_email", &referent),
                ("referent_phone", "03 80 00 00 00"),
                ("aidant_1_given_name", "Inès"),
                ("aidant_1_family_name", "Carpentier"),
                ("aidant_1_email", &aidant),
                ("aidant_1_function", "Conseillère numérique"),
                ("charter", "1"),
            ])
        })?;
        let page = browser.submit(&form).await?;
        let sent = page.status.is_success() && page.url.path() == "/structures/demande/envoyee";
        demand(&page, sent, "the page that says a link was mailed")?;
        let link = self.stage.mailed(&contact, "/structures/demande/", &[]).await?;
        let page = browser.get(&link).await?;
        let form = form_to(&page, "/confirmer", "the follow-up page with its button")?;
        let page = browser.submit(&form).await?;
        demand_words(&page, &[&name], "the follow-up page of the confirmed request")?;
        self.newcomer = Some(Account {
            email: aidant,
            totp_secret: String::new(),
            organisation: name.clone(),
            name: "Inès Carpentier".to_owned(),
            note: None,
        });
        Ok(format!("{name} asked, and confirmed by the mailed link"))
    }

    /// An operator reads the request and accepts it.
    pub(super) async fn organisation_is_accepted(&mut self) -> Result<String, Failure> {
        let newcomer = self.helper()?.clone();
        let account = self.stage.demo.operators.first().cloned();
        let account = account.ok_or_else(|| Failure::told("demo.json names no operator"))?;
        let page = self.stage.log_in(&mut self.operator, "/operateur/connexion", &account).await?;
        let inside = page.url.path().starts_with("/operateur") && !page.url.path().contains("connexion");
        demand(&page, page.status.is_success() && inside, "the operator's space")?;
        let page = self.operators_line("/operateur/demandes", &newcomer.organisation).await?;
        let form = form_to(&page, "/accepter", "the request with the button that accepts it")?;
        let page = self.operator.submit(&form).await?;
        demand_words(&page, &[&newcomer.organisation], "the request that was accepted")?;
        Ok(format!("{} accepted {}", account.name, newcomer.organisation))
    }

    /// The aidant opens the mailed link and enrols the application on her telephone by herself.
    pub(super) async fn aidant_activates(&mut self) -> Result<String, Failure> {
        let mut newcomer = self.helper()?.clone();
        let link = self.stage.mailed(&newcomer.email, "/compte/activation/", &[]).await?;
        let mut browser = self.stage.browser();
        let page = browser.get(&link).await?;
        let form = fill(&page, "the page of the activation link", Ok)?;
        let page = browser.submit(&form).await?;
        let expected = "the choice of a second factor";
        let way = page.link("/application").map_err(|error| Failure::lacking(&page, expected, &error))?;
        let page = browser.follow(&page, &way).await?;
        let expected = "the page with the secret for her application";
        let shown = page.words("#secret").ok_or_else(|| Failure::on(&page, expected))?;
        let shown: String = shown.split_whitespace().collect();
        let secret = TotpSecret::from_base32(&shown).ok_or_else(|| Failure::on(&page, expected))?;
        let now = self.stage.now();
        self.stage.remember_code(&newcomer.email, now)?;
        let form = fill(&page, expected, |form| {
            form.with(&[("label", "Mon téléphone"), ("otp", &secret.code_at(now))])
        })?;
        let page = browser.submit(&form).await?;
        let login = page.status.is_success() && page.link("/aidant/connexion").is_ok();
        demand(&page, login, "the page that says she can log in now")?;
        newcomer.totp_secret = shown;
        let detail = format!("{} enrolled the application on her own telephone", newcomer.name);
        self.newcomer = Some(newcomer);
        Ok(detail)
    }

    /// The operator accepts the habilitation, notes the training, and grants it.
    pub(super) async fn aidant_is_habilitated(&mut self) -> Result<String, Failure> {
        let newcomer = self.helper()?.clone();
        let today = day(self.stage.now());
        let mut page = self.operators_line("/operateur/habilitations", &newcomer.organisation).await?;
        for decision in DECISIONS {
            let form = fill(&page, HABILITATION, |form| {
                let form = form.with(&[("change", decision)])?;
                if form.value("day").is_some() { form.with(&[("day", &today)]) } else { Ok(form) }
            })?;
            page = self.operator.submit(&form).await?;
            demand(&page, page.status.is_success(), HABILITATION)?;
        }
        demand_words(&page, &[&newcomer.organisation], HABILITATION)?;
        Ok(format!("{}: accepted, trained, habilitated", newcomer.name))
    }

    /// She logs in with her own code, signs the charter, and her space opens.
    pub(super) async fn charter_is_signed(&mut self) -> Result<String, Failure> {
        let newcomer = self.helper()?.clone();
        let mut browser: Browser = self.stage.browser();
        self.stage.log_in(&mut browser, "/aidant/connexion", &newcomer).await?;
        let page = browser.get(&self.stage.gateway("/aidant")?).await?;
        let expected = "the charter, before anything else";
        demand(&page, page.url.path().starts_with("/aidant/charte"), expected)?;
        let form = fill(&page, expected, Ok)?;
        browser.submit(&form).await?;
        let page = browser.get(&self.stage.gateway("/aidant")?).await?;
        let home = page.status.is_success() && page.url.path() == "/aidant";
        demand(&page, home, "her space, open")?;
        self.aidant = browser;
        Ok(format!("{} signed and may work for {}", newcomer.name, newcomer.organisation))
    }

    /// Opens the line of a list of the operator's that names this organisation.
    async fn operators_line(&mut self, list: &str, organisation: &str) -> Result<Page, Failure> {
        let page = self.operator.get(&self.stage.gateway(list)?).await?;
        let expected = "the operator's list with the new organisation";
        let link = page.link(organisation).map_err(|error| Failure::lacking(&page, expected, &error))?;
        let page = self.operator.follow(&page, &link).await?;
        demand_words(&page, &[organisation], "the page behind the line of the list")?;
        Ok(page)
    }
}

/// A SIRET that fits its key, another one for each instant.
fn siret(mark: i64) -> String {
    let first = format!("{:013}", mark.rem_euclid(10_000_000_000_000));
    let sum: u32 = first
        .bytes()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0');
            match (place % 2, digit) {
                (1, _) => digit,
                (_, 5..) => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    format!("{first}{}", (10 - sum % 10) % 10)
}

/// `04/09/2026`
fn day(at: Instant) -> String {
    let (year, month, day) = at.day().parts();
    format!("{day:02}/{month:02}/{year}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::organisation::Siret;

    #[test]
    fn each_instant_has_a_siret_that_fits_its_key() {
        for mark in [0, 1_795_000_000_123, 1_795_000_000_124, 9_999_999_999_999] {
            let text = siret(mark);
            assert!(Siret::parse(&text).is_some(), "{text}");
        }
        assert_ne!(siret(1_795_000_000_123), siret(1_795_000_000_124));
    }
}
