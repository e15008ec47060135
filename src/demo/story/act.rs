//! The act at the administration: its site, the gateway's two questions, back with the file open, the receipt; and the
//! choice left open while the mandate ends.

use std::time::Duration;

use serde_json::Value;

use crate::demo::browser::page::Page;
use crate::demo::story::Casting;
use crate::demo::story::Players;
use crate::demo::story::report::Failure;
use crate::demo::story::stage::demand;
use crate::demo::story::stage::demand_words;
use crate::demo::story::stage::fill;
use crate::domain::theme::Theme;

const PERSON_PAGE: &str = "the page that asks for whom, with the person among the choices";
const THEME_PAGE: &str = "the page that asks for what, with the theme among the choices";

/// The longest a status list may take to show a change, by contract.
const LONGEST_LISTING: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(500);

impl Players {
    /// From the administration's site to the gateway's first question.
    pub(super) async fn choice_page(&mut self, theme: Theme) -> Result<Page, Failure> {
        let home = self.aidant.get(&self.stage.administration("")?).await?;
        let wanted = format!("connexion?theme={}", theme.key());
        let link = home
            .link(&wanted)
            .map_err(|error| Failure::lacking(&home, "the administration's site", &error))?;
        let page = self.aidant.follow(&home, &link).await?;
        let at_gateway = page.url.path().starts_with("/acte/") && page.status.is_success();
        demand(&page, at_gateway, "the page that asks for whom")?;
        Ok(page)
    }

    /// Answers both questions and arrives at the administration.
    pub(super) async fn act_is_opened(&mut self) -> Result<String, Failure> {
        let casting = self.casting()?;
        let page = self.theme_page(&casting).await?;
        let form = fill(&page, THEME_PAGE, |form| form.with(&[("theme", casting.theme.key())]))?;
        let page = self.aidant.submit(&form).await?;
        let organisation = self.helper()?.organisation.clone();
        let expected = "the open file at the administration";
        demand(&page, page.url.path().ends_with("/dossier"), expected)?;
        demand_words(
            &page,
            &[&casting.person.given_name, &casting.person.family_name, &organisation, "actif"],
            expected,
        )?;
        let file = self.administration_json("/dossier.json").await?;
        check_claims(&file, &casting, &organisation)?;
        Ok(format!("the administration shows that {organisation} acts for {}", page_person(&casting)))
    }

    /// The administration tells what was done.
    pub(super) async fn receipt_is_reported(&mut self) -> Result<String, Failure> {
        let page = self.aidant.get(&self.stage.administration("/dossier")?).await?;
        let expected = "the open file with its form";
        let label = self.receipt_label.clone();
        let form = fill(&page, expected, |form| form.with(&[("label", &label), ("kind", "submitted")]))?;
        let page = self.aidant.submit(&form).await?;
        demand_words(&page, &[&label], "the file with what was done")?;
        Ok(label)
    }

    /// In a second tab the aidant begins again and stops before the last answer.
    pub(super) async fn choice_is_opened(&mut self) -> Result<String, Failure> {
        let casting = self.casting()?;
        let first_tab = self.aidant.clone();
        let page = self.theme_page(&casting).await?;
        let form = fill(&page, THEME_PAGE, |form| form.with(&[("theme", casting.theme.key())]))?;
        let second_tab = std::mem::replace(&mut self.aidant, first_tab);
        self.second_tab = Some((second_tab, form));
        Ok("person chosen, theme not sent yet".to_owned())
    }

    /// The administration asks what its tokens are worth now.
    pub(super) async fn introspection_says_inactive(&mut self) -> Result<String, Failure> {
        let answer = self.administration_json("/introspection.json").await?;
        let active = |name: &str| answer.pointer(&format!("/{name}/active")).and_then(Value::as_bool);
        match (active("mandate_token"), active("access_token")) {
            (Some(false), Some(false)) => Ok("mandate token and access token are inactive".to_owned()),
            _ => Err(Failure::told(format!("expected both tokens inactive; the gateway says {answer}"))),
        }
    }

    /// The administration looks into the public list, which says so within its interval.
    pub(super) async fn status_list_says_invalid(&mut self) -> Result<String, Failure> {
        let begun = self.stage.now();
        loop {
            let answer = self.administration_json("/introspection.json").await?;
            let waited = self.stage.now().since(begun);
            match answer.get("status").and_then(Value::as_str) {
                Some("invalid") => return Ok(format!("within {} ms of asking", waited.as_millis())),
                Some("valid") if waited <= LONGEST_LISTING => tokio::time::sleep(LOOK_AGAIN).await,
                other => {
                    return Err(Failure::told(format!("expected «invalid» in the list; it says {other:?}")));
                }
            }
        }
    }

    /// The choice that was open is sent: it explains itself and leads back to the administration.
    pub(super) async fn choice_is_refused(&mut self) -> Result<String, Failure> {
        let (mut tab, form) = self.second_tab.take().ok_or_else(|| Failure::told("no open choice"))?;
        let page = tab.submit(&form).await?;
        let expected = "the page that explains the refusal";
        demand(&page, page.url.path().starts_with("/acte/"), expected)?;
        let words = page.h1();
        let back = fill(&page, "the refusal with its button back to the administration", Ok)?;
        let page = tab.submit(&back).await?;
        let home = self.stage.administration("")?;
        let refused = page.url.origin() == home.origin() && page.text().contains("access_denied");
        demand(&page, refused, "the administration's page of a refused login (access_denied)")?;
        Ok(format!("«{words}», and back to the administration with access_denied"))
    }

    /// The page that asks for what, reached by answering for whom.
    pub(super) async fn theme_page(&mut self, casting: &Casting) -> Result<Page, Failure> {
        let page = self.choice_page(casting.theme).await?;
        let words = [casting.person.given_name.as_str(), casting.person.family_name.as_str()];
        let form = fill(&page, PERSON_PAGE, |form| form.choose(&words))?;
        let page = self.aidant.submit(&form).await?;
        demand(&page, page.status.is_success() && page.url.path().starts_with("/acte/"), THEME_PAGE)?;
        Ok(page)
    }

    async fn administration_json(&mut self, path: &str) -> Result<Value, Failure> {
        let page = self.aidant.get(&self.stage.administration(path)?).await?;
        let value = serde_json::from_str(&page.html).ok().filter(|_| page.status.is_success());
        value.ok_or_else(|| Failure::on(&page, "JSON about the open file"))
    }
}

fn page_person(casting: &Casting) -> String {
    format!("{} {}, {}", casting.person.given_name, casting.person.family_name, casting.theme.key())
}

/// What the administration's library verified says who acts for whom, for what.
fn check_claims(file: &Value, casting: &Casting, organisation: &str) -> Result<(), Failure> {
    let person = &casting.person;
    let wanted = [
        ("/person/given_name", person.given_name.as_str()),
        ("/person/family_name", &person.family_name),
        ("/person/birthdate", &person.birthdate),
        ("/id_token/act/org/name", organisation),
        ("/id_token/authorization_details/0/privileges/0", casting.theme.key()),
    ];
    for (pointer, value) in wanted {
        let came = file.pointer(pointer).and_then(Value::as_str);
        if came != Some(value) {
            return Err(Failure::told(format!(
                "expected {pointer} = «{value}» in the tokens; came {came:?}"
            )));
        }
    }
    Ok(())
}
