//! An identity provider that answers wrongly, late or not at all: a clear page for the person, and nothing written.

use std::time::Duration;

use procura::demo::browser::page::Page;
use procura::domain::mandate::MandateStatus;
use url::Url;

use crate::consent::answer;
use crate::consent::continue_link;
use crate::consent::draw_up;
use crate::consent::open_text;
use crate::consent::status;
use crate::world::Options;
use crate::world::Professional;
use crate::world::World;

const UNTRUSTED: &str = "Nous n’avons pas pu vérifier qui vous êtes";
const UNAVAILABLE: &str = "FranceConnect ne répond pas";

const FORGED: [&str; 25] = [
    // Signed as it should be, of a login at a provider where somebody else acts for her.
    "userinfo-other-idp",
    "wrong-azp",
    "no-iat",
    "cut-signature",
    "no-level",
    "wrong-nonce",
    "wrong-issuer",
    "wrong-audience",
    "expired",
    "no-subject",
    "foreign-key",
    "alg-none",
    "hs256",
    "garbage",
    "issuer-parameter",
    "other-subject",
    "userinfo-wrong-issuer",
    "userinfo-wrong-audience",
    "userinfo-expired",
    "userinfo-no-subject",
    "userinfo-other-subject",
    "userinfo-foreign-key",
    "userinfo-alg-none",
    "userinfo-hs256",
    "userinfo-garbage",
];

const FAILING: [&str; 6] =
    ["slow", "server-error", "oversized", "userinfo-slow", "userinfo-server-error", "userinfo-oversized"];

async fn ready(world: &World) -> Professional {
    let mut aidant = world.aidant("Amélie").await;
    aidant.login(world).await;
    aidant
}

async fn nothing_written(world: &World) {
    assert_eq!(world.count("person.identified").await, 0);
    assert!(world.persons().await.is_empty());
}

fn says(page: &Page, words: &str, case: &str) {
    assert!(page.main_text().contains(words), "{case}: {} {}", page.status, page.main_text());
    assert!(page.words(".sheet").is_none(), "{case}");
}

on_each_database! {
    async fn a_forged_answer_identifies_nobody(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        for case in FORGED {
            world.franceconnect.end_sessions();
            let page = open_text(&world, &mut person, &handed.link, &format!("{case}.jeanne")).await;
            says(&page, UNTRUSTED, case);
        }
        nothing_written(&world).await;
        assert_eq!(status(&world, handed.id).await, MandateStatus::AwaitingConsent);
        world.franceconnect.end_sessions();
        let text = open_text(&world, &mut person, &handed.link, "jeanne").await;
        assert!(text.words(".sheet").is_some(), "a later right answer still counts: {}", text.main_text());
    }

    async fn a_withdrawn_key_is_believed_an_hour_at_most(world) {
        let mut aidant = ready(&world).await;
        for (past, believed) in [(0, true), (3_590, true), (20, false)] {
            world.clock.advance(Duration::from_secs(past));
            if past > 0 {
                aidant.login(&world).await;
            }
            let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
            world.franceconnect.end_sessions();
            let page = open_text(&world, &mut world.browser(), &handed.link, "jeanne").await;
            assert_eq!(page.words(".sheet").is_some(), believed, "after {past} s: {}", page.main_text());
            if !believed {
                says(&page, UNTRUSTED, "withdrawn");
            }
            world.franceconnect.withdraw_key();
        }
    }

    async fn another_state_ends_nothing(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        let away = continue_link(&mut person, &handed.link).await;
        for query in ["", "code=c&state=0", "code=c", "error=invalid_idp_hint&state=undefined", "state=a&state=b&code=c"] {
            let url = world.at(&format!("/consentement/franceconnect/retour?{query}"));
            let page = person.get(&url).await.expect("a page");
            assert_eq!(page.status, 400, "{query}");
            says(&page, "Cette réponse ne correspond à aucune demande", query);
        }
        nothing_written(&world).await;
        let text = world.identify(&mut person, away, "jeanne").await;
        assert!(text.words(".sheet").is_some(), "{}", text.main_text());
    }

    async fn the_request_has_the_closed_list_of_parameters(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        continue_link(&mut person, &handed.link).await;
        let request = person.visited().iter().find(|url| url.path().ends_with("/authorize")).expect("a request").clone();
        let mut names: Vec<String> = request.query_pairs().map(|(name, _)| name.into_owned()).collect();
        names.sort();
        assert_eq!(names, ["acr_values", "client_id", "nonce", "redirect_uri", "response_type", "scope", "state"]);
        for name in ["nonce", "state"] {
            let value = request.query_pairs().find(|(known, _)| known == name).expect("a value").1.into_owned();
            assert!(value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        }
        let scope = request.query_pairs().find(|(known, _)| known == "scope").expect("scopes").1.into_owned();
        assert_eq!(scope, "openid identite_pivot preferred_username email idp_birthdate idp_id");
    }

    async fn a_person_who_gives_up_may_begin_again(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        let away = continue_link(&mut person, &handed.link).await;
        let cancel = away.form_to("cancel").expect("the provider's way out");
        let page = person.submit(&cancel).await.expect("a page");
        says(&page, "Vous n’avez pas terminé avec FranceConnect", "cancel");
        let text = open_text(&world, &mut person, &handed.link, "jeanne").await;
        answer(&mut person, &text, "approve").await;
        assert_eq!(status(&world, handed.id).await, MandateStatus::Active);
    }

    async fn the_text_waits_for_the_logout(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        let text = open_text(&world, &mut person, &handed.link, "jeanne").await;
        let visited: Vec<&str> = person.visited().iter().map(Url::path).collect();
        let place = |end: &str| visited.iter().rposition(|path| path.ends_with(end)).unwrap_or_else(|| panic!("{end}"));
        assert!(place("/retour") < place("/session/end") && place("/session/end") < place("/sortie"));
        assert!(text.words(".sheet").is_some());
    }

    async fn another_person_can_take_over_before_the_answer(world) {
        let mut aidant = ready(&world).await;
        let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
        let mut person = world.browser();
        let text = open_text(&world, &mut person, &handed.link, "luc").await;
        let restart = text.forms_in_main().into_iter().next().expect("not you?");
        let away = person.submit(&restart).await.expect("the provider");
        let text = world.identify(&mut person, away, "jeanne").await;
        let sheet = text.words(".sheet").expect("a text");
        assert!(sheet.contains("Lefèvre") && !sheet.contains("Perrin"), "{sheet}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_fails_is_said_to_be_out_of_reach() {
    let world = World::start_with(crate::world::Engine::Sqlite, Options::default()).await;
    let mut aidant = ready(&world).await;
    let handed = draw_up(&world, &mut aidant, &["social"], "short").await;
    let mut person = world.browser();
    for case in FAILING {
        world.franceconnect.end_sessions();
        let page = open_text(&world, &mut person, &handed.link, &format!("{case}.jeanne")).await;
        says(&page, UNAVAILABLE, case);
        assert_eq!(page.status, 503, "{case}");
    }
    nothing_written(&world).await;
}
