//! What a stranger may send as an authorization request: no text makes the reader panic, nothing is accepted beyond the
//! registration.

use super::tests::checked;
use super::tests::client;
use super::*;
use proptest::prelude::*;
use std::time::Duration;
use std::time::Instant;

const DETAILS: &str = r#"[{"type":"urn:procura:mandate","privileges":["social"],"format":"dc+sd-jwt"}]"#;
const CLAIMS: &str =
    r#"{"id_token":{"family_name":null,"email":{"essential":true}},"userinfo":{"gender":{}}}"#;

fn error(name: &str, value: &str) -> &'static str {
    let begun = Instant::now();
    let error = checked(&client(), &[(name, value)]).map_or_else(|fault| fault.error, |_| "accepted");
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    error
}

fn nested(levels: usize, open: &str, close: &str) -> String {
    format!("{}1{}", open.repeat(levels), close.repeat(levels))
}

/// The text with one character put in, taken out or replaced.
fn changed(text: &str, at: usize, how: u8, with: char) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = at % characters.len();
    match how {
        0 => characters.insert(at, with),
        1 => drop(characters.remove(at)),
        _ => characters[at] = with,
    }
    characters.into_iter().collect()
}

#[test]
fn depth_and_length_end_quickly() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        for levels in [40, 200, 10_000] {
            let deep = nested(levels, open, close);
            let details = format!(r#"[{{"type":"urn:procura:mandate","privileges":{deep}}}]"#);
            assert_eq!(
                error("authorization_details", &details),
                "invalid_authorization_details",
                "{levels} {open}"
            );
            assert_eq!(
                error("authorization_details", &deep),
                "invalid_authorization_details",
                "{levels} {open}"
            );
            let claims = format!(r#"{{"id_token":{deep}}}"#);
            let unknown = levels == 40 && open.starts_with('{');
            assert_eq!(error("claims", &claims) == "accepted", unknown, "{levels} {open}");
        }
    }
    let many = [r#"{"type":"urn:procura:mandate"}"#; MOST_DETAILS + 1].join(",");
    assert_eq!(error("authorization_details", &format!("[{many}]")), "invalid_authorization_details");
    for name in
        ["state", "nonce", "claims", "authorization_details", "acr_values", "scope", "prompt", "max_age"]
    {
        let long = "9".repeat(1_000_000);
        assert_ne!(error(name, &long), "server_error", "{name}");
    }
}

#[test]
fn a_member_that_stands_twice_is_refused() {
    for twice in [
        r#"[{"type":"urn:procura:mandate","type":"urn:procura:mandate"}]"#,
        r#"[{"type":"urn:procura:mandate","\u0074ype":"other"}]"#,
        r#"[{"type":"urn:procura:mandate","privileges":["social"],"privileges":["logement"]}]"#,
    ] {
        assert_eq!(error("authorization_details", twice), "invalid_authorization_details", "{twice}");
    }
    for twice in [
        r#"{"id_token":{},"id_token":{}}"#,
        r#"{"id_token":{"acr":null,"acr":{"essential":true}}}"#,
        r#"{"userinfo":{"a":{"essential":true,"essential":false}}}"#,
    ] {
        assert_eq!(error("claims", twice), "invalid_request", "{twice}");
    }
}

#[test]
fn look_alikes_of_words_are_other_words() {
    for theme in ["Social", "social ", "ѕocial", "socia\u{301}l", "social\u{200d}", "ｓocial", "social\u{0}"]
    {
        let details = serde_json::json!([{"type": "urn:procura:mandate", "privileges": [theme]}]).to_string();
        assert_eq!(error("authorization_details", &details), "invalid_authorization_details", "{theme:?}");
    }
    for kind in ["URN:procura:mandate", "urn:procura:mandate ", "urn:рrocura:mandate", "urn:procura:mandat"]
    {
        let details = serde_json::json!([{"type": kind}]).to_string();
        assert_eq!(error("authorization_details", &details), "invalid_authorization_details", "{kind:?}");
    }
    for (name, value) in
        [("response_type", "ｃode"), ("response_type", "code "), ("code_challenge_method", "s256")]
    {
        assert_ne!(error(name, value), "accepted", "{name} {value:?}");
    }
    for state in ["é", "a\u{0}b", "\u{7f}", "\u{202e}", "a\nb", "\u{feff}"] {
        assert_eq!(error("state", state), "invalid_request", "{state:?}");
        assert_eq!(error("nonce", state), "invalid_request", "{state:?}");
    }
}

#[test]
fn another_address_is_not_the_registered_one() {
    let client = client();
    assert!(client.redirects_to("https://caf.example/cb"));
    for other in [
        "https://caf.example/cb/",
        "https://caf.example/cb?",
        "https://caf.example/cb#",
        "https://caf.example/cb%20",
        "https://caf.example/%63b",
        "https://caf.example/x/../cb",
        "https://caf.example:443/cb",
        "https://caf.example./cb",
        "https://CAF.example/cb",
        "HTTPS://caf.example/cb",
        "http://caf.example/cb",
        "https://u@caf.example/cb",
        "https://caf.example\\cb",
        "https://caf.example/cb\t",
        "https://caf.example/cb\n",
        "https://cаf.example/cb",
        "https://caf.example/cb\u{301}",
        "",
    ] {
        assert!(!client.redirects_to(other), "{other:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_makes_the_details_panic_or_pass_beyond_the_registration(text in "[\\PC\\[\\]{}\":,]{0,120}") {
        if let Ok(asked) = checked(&client(), &[("authorization_details", &text)]) {
            prop_assert!(asked.request.themes.is_subset(&client().registration.themes));
        }
    }

    #[test]
    fn details_that_differ_mean_the_same_or_are_refused(at in any::<usize>(), how in 0_u8..3, with in any::<char>()) {
        let other = changed(DETAILS, at, how, with);
        if let Ok(asked) = checked(&client(), &[("authorization_details", &other)]) {
            let same: Result<Value, _> = serde_json::from_str(&other);
            prop_assert_eq!(same.ok(), serde_json::from_str(DETAILS).ok(), "{}", other);
            prop_assert_eq!(asked.request.themes, BTreeSet::from([Theme::Social]));
        }
    }

    #[test]
    fn claims_never_give_more_than_is_granted(at in any::<usize>(), how in 0_u8..3, with in any::<char>()) {
        let granted = identity_claims::of_scopes(&client().registration.scopes);
        if let Ok(asked) = checked(&client(), &[("claims", &changed(CLAIMS, at, how, with))]) {
            let names = asked.request.id_token_claims.iter().chain(&asked.request.userinfo_claims);
            prop_assert!(names.clone().all(|name| granted.contains(name.as_str())));
        }
    }

    #[test]
    fn no_claims_make_the_reader_panic(text in "[\\PC\\[\\]{}\":,]{0,120}") {
        drop(checked(&client(), &[("claims", &text)]));
    }

    #[test]
    fn no_body_makes_the_form_panic(body in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(fields) = Fields::parse(&body, &NAMES) {
            drop(check(&client(), "https://caf.example/cb", &fields, Came { pushed: true, ..Came::default() }));
        }
    }

    #[test]
    fn a_parameter_that_stands_twice_is_refused(which in 0..NAMES.len(), one in "[a-z]{0,5}", other in "[a-z]{0,5}") {
        let body = format!("{0}={one}&x=y&{0}={other}", NAMES[which]);
        let fields = Fields::parse(body.as_bytes(), &NAMES).expect("a form");
        prop_assert_eq!(fields.repeated(), Some(Repeated(NAMES[which])));
        prop_assert_eq!(fields.get(NAMES[which]), None);
        let refused = check(&client(), "https://caf.example/cb", &fields, Came { pushed: true, ..Came::default() }).expect_err("twice");
        prop_assert_eq!(refused.error, "invalid_request");
    }

    #[test]
    fn an_address_that_differs_is_not_the_registered_one(at in any::<usize>(), how in 0_u8..3, with in any::<char>()) {
        let other = changed("https://caf.example/cb", at, how, with);
        prop_assert_eq!(client().redirects_to(&other), other == "https://caf.example/cb");
    }
}
