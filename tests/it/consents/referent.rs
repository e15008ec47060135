//! The referent's word: who may give it, once, for which reason.

use procura::domain::mandate::MandateStatus;
use procura::operations::suspend::suspend_organisation;

use crate::consent::continue_link;
use crate::consent::status;
use crate::consents::asked;
use crate::consents::by_sms;
use crate::consents::digits;
use crate::consents::newest;
use crate::consents::other_than;
use crate::consents::remote;
use crate::consents::send;
use crate::consents::team;
use crate::consents::told;
use crate::consents::word;
use crate::life::chain;
use crate::world::CLI;

const PHONE: &str = "+33639980008";

on_each_database! {
    async fn a_no_says_why_and_ends_the_draft(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let (sms, _) = newest(&world, PHONE).await;
        told(&world, &mut aidant, &sent, "yes", &digits(&sms)).await;
        let asked = word(&world, &mut referent, &sent, "refuse", "  ").await;
        assert!(asked.status == 422 && asked.main_text().contains("pourquoi vous refusez"), "{}", asked.main_text());
        let long = "x".repeat(501);
        assert_eq!(word(&world, &mut referent, &sent, "refuse", &long).await.status, 422);
        word(&world, &mut referent, &sent, "refuse", "Inconnu de nos services").await;
        assert_eq!(status(&world, sent.id).await, MandateStatus::Lapsed);
        assert_eq!(world.count("mandate.referent_refused").await, 1);
        let page = aidant.get(&world, &sent.path).await;
        assert!(page.h1().contains("référent n’a pas donné"), "{}", page.main_text());
        let journal = aidant.get(&world, "/aidant/journal").await;
        assert!(journal.main_text().contains("Inconnu de nos services"), "{}", journal.main_text());
    }

    async fn two_referents_at_once_decide_once(world) {
        let (mut aidant, mut one) = team(&world).await;
        let mut two = world.referent("Ruth", &[aidant.organisations[0]]).await;
        two.login(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let path = format!("/referent/mandats/{}", sent.id);
        let forms = [one.get(&world, &path).await, two.get(&world, &path).await].map(|page| page.form_last_in_main().expect("the form"));
        let [first, second] = forms;
        let first = first.press("decision", "approve").expect("yes");
        let second = second.with(&[("reason", "Trop tard")]).expect("a field").press("decision", "refuse").expect("no");
        let (a, b) = tokio::join!(one.browser.submit(&first), one_more(&mut two.browser, &second));
        a.expect("a page");
        b.expect("a page");
        let (yes, no) = (world.count("mandate.referent_approved").await, world.count("mandate.referent_refused").await);
        let lapsed = status(&world, sent.id).await == MandateStatus::Lapsed;
        assert!(yes + no >= 1 && lapsed == (no == 1), "yes {yes}, no {no}, lapsed {lapsed}");
        assert_eq!(world.count("mandate.lapsed").await, no);
    }

    async fn an_approval_counts_once(world) {
        let (mut aidant, mut one) = team(&world).await;
        let mut two = world.referent("Ruth", &[aidant.organisations[0]]).await;
        two.login(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let path = format!("/referent/mandats/{}", sent.id);
        let late = two.get(&world, &path).await.form_last_in_main().expect("the form").press("decision", "approve").expect("yes");
        word(&world, &mut one, &sent, "approve", "").await;
        two.browser.submit(&late).await.expect("a page");
        assert_eq!(world.count("mandate.referent_approved").await, 1);
        let again = one.get(&world, &path).await;
        assert!(again.form_last_in_main().expect("a form").press("decision", "approve").is_err(), "nothing to approve twice");
    }

    async fn who_drew_it_up_does_not_approve_it(world) {
        let organisation = world.organisation("CCAS de Dijon").await;
        let mut aidant = world.aidant_in("Amélie", &[(organisation, world.next_year())]).await;
        aidant.login(&world).await;
        let mut own = world.referent_with("Amélie", &aidant.email, &[organisation]).await;
        own.login(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let path = format!("/referent/mandats/{}", sent.id);
        let (sms, _) = newest(&world, PHONE).await;
        told(&world, &mut aidant, &sent, "yes", &digits(&sms)).await;
        assert!(asked(&world, &sent).await.is_empty(), "nor is she written to");
        let page = own.get(&world, &path).await;
        assert!(page.main_text().contains("préparé ce texte vous-même") && page.form_last_in_main().is_err(), "{}", page.main_text());
        let at = world.at(&path);
        own.browser.post_from(&at, &at, &[("decision", "approve")]).await.expect("a page");
        assert_eq!(status(&world, sent.id).await, MandateStatus::AwaitingConsent);
        let lines = chain(&world, sent.id).await;
        assert_eq!(lines.iter().filter(|kind| kind.starts_with("mandate.referent")).collect::<Vec<_>>(), ["mandate.referent_approved!"]);
    }

    async fn nobody_approves_for_a_suspended_organisation(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let (sms, link) = newest(&world, PHONE).await;
        let path = format!("/referent/mandats/{}", sent.id);
        let hers = referent.get(&world, &path).await.form_last_in_main().expect("the form").press("decision", "approve").expect("yes");
        let mut phone = world.browser();
        let text = continue_link(&mut phone, &url::Url::parse(&link).expect("a link")).await;
        suspend_organisation(&world.bench, &CLI, aidant.organisations[0], "contrôle", None).await.expect("suspended");
        referent.browser.submit(&hers).await.expect("a page");
        for code in [other_than(&digits(&sms)), digits(&sms)] {
            let form = text.form_last_in_main().expect("the form").with(&[("code", &code)]).expect("its field");
            phone.submit(&form.press("decision", "approve").expect("yes")).await.expect("a page");
        }
        assert_eq!(status(&world, sent.id).await, MandateStatus::AwaitingConsent);
        let lines = chain(&world, sent.id).await;
        let tried: Vec<&String> = lines.iter().filter(|kind| kind.contains("approved")).collect();
        assert_eq!(tried, ["mandate.referent_approved!", "mandate.approved!"], "a wrong code approves nothing: {lines:?}");
        assert_eq!(lines.iter().filter(|kind| *kind == "mandate.code_refused!").count(), 1, "{lines:?}");
    }

    async fn only_a_referent_of_this_organisation_sees_it(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let sent = by_sms(&world, &mut aidant, &[]).await;
        let elsewhere = world.organisation("CCAS de Beaune").await;
        let mut sonia = world.referent("Sonia", &[elsewhere]).await;
        sonia.login(&world).await;
        let path = format!("/referent/mandats/{}", sent.id);
        let at = world.at(&path);
        assert_eq!(sonia.get(&world, &path).await.status, 404);
        assert_eq!(sonia.browser.post_from(&at, &at, &[("decision", "approve")]).await.expect("a page").status, 404);
        let theirs = sonia.get(&world, &format!("/referent/mandats?structure={}", aidant.organisations[0])).await;
        assert_eq!(theirs.status, 404);
        assert!(sonia.get(&world, "/referent/mandats").await.main_text().contains("Rien n’attend"));
        for page in [world.browser().get(&at).await.expect("a page"), aidant.get(&world, &path).await] {
            assert_eq!(page.url.path(), "/referent/connexion");
        }
        // A mandate given through FranceConnect asks nothing of the referent.
        let distant = remote(&world, &mut aidant).await;
        assert_eq!(referent.get(&world, &format!("/referent/mandats/{}", distant.id)).await.status, 404);
        assert_eq!(referent.get(&world, "/referent/mandats/x").await.status, 404);
        assert_eq!(world.count("mandate.referent_approved").await, 0);
    }

    async fn a_name_that_deceives_is_pointed_out(world) {
        let (mut aidant, mut referent) = team(&world).await;
        let honest = by_sms(&world, &mut aidant, &[]).await;
        let sly = by_sms(&world, &mut aidant, &[("family_name", "Vаsseur")]).await;
        let turned = by_sms(&world, &mut aidant, &[("given_name", "عبد الرحمن"), ("family_name", "بن علي")]).await;
        let mut page = async |id| referent.get(&world, &format!("/referent/mandats/{id}")).await;
        assert!(!page(honest.id).await.main_text().contains("Regardez bien"));
        assert!(page(sly.id).await.main_text().contains("Regardez bien"));
        let rtl = page(turned.id).await;
        assert!(!rtl.main_text().contains("Regardez bien") && rtl.html.contains("<bdi>عبد الرحمن بن علي</bdi>"));
    }

    async fn the_list_turns_its_pages(world) {
        let (mut aidant, mut referent) = team(&world).await;
        for number in 0..52 {
            let letters: String = format!("{number:02}").bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
            let name = format!("Vasseur{letters}");
            let phone = format!("06399801{number:02}");
            let fields = [
                ("theme", "social"), ("duration", "short"), ("channel", "sms"), ("phone", phone.as_str()),
                ("given_name", "Marcel"), ("family_name", name.as_str()), ("birthdate", "05/05/1936"),
            ];
            send(&world, &mut aidant, &fields).await;
        }
        let first = referent.get(&world, "/referent/mandats").await;
        assert_eq!(first.all_words("tbody tr").len(), 50);
        let second = referent.browser.click(&first, "Voir les suivants").await.expect("the next page");
        assert_eq!(second.all_words("tbody tr").len(), 2);
        assert!(!second.main_text().contains("Voir les suivants"));
    }
}

async fn one_more(
    browser: &mut procura::demo::browser::Browser,
    form: &procura::demo::browser::form::Form,
) -> Result<procura::demo::browser::page::Page, String> {
    browser.submit(form).await.map_err(|error| error.to_string())
}
