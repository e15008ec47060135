use super::*;
use crate::crypto::jose::TypRule;
use crate::crypto::keys::Algorithm;
use crate::crypto::random::SystemRandom;
use proptest::prelude::*;
use std::sync::OnceLock;

const RULE: Expected<'_> =
    Expected { typ: TypRule::Exactly("dc+sd-jwt"), algorithms: &[Algorithm::Es256, Algorithm::EdDsa] };

fn key() -> &'static SigningKey {
    static KEY: OnceLock<SigningKey> = OnceLock::new();
    KEY.get_or_init(|| SigningKey::generate(Algorithm::EdDsa, &SystemRandom::new()).expect("a key").0)
}

fn keys() -> JwkSet {
    JwkSet { keys: vec![key().public_jwk()] }
}

fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("no object: {other}"),
    }
}

fn issued(claims: Value, concealable: &[&str]) -> String {
    issue(key(), "dc+sd-jwt", members(claims), concealable, &SystemRandom::new()).expect("signs")
}

fn opened(token: &str) -> Result<Value, SdJwtError> {
    verify(token, &keys(), &RULE).map(|verified| Value::Object(verified.claims))
}

/// A token of these very claims, with these disclosures.
fn raw(claims: &Value, disclosures: &[String]) -> String {
    let signed = jose::sign(key(), Some("dc+sd-jwt"), claims).expect("signs");
    let mut token = format!("{signed}~");
    for disclosure in disclosures {
        token.push_str(disclosure);
        token.push('~');
    }
    token
}

fn disclosure(content: &Value) -> (String, String) {
    let text = b64(content.to_string().as_bytes());
    let digest = digest_of(&text);
    (text, digest)
}

/// The same token without the disclosures at these places.
fn without(token: &str, withheld: &[usize]) -> String {
    let parts: Vec<&str> = token.split('~').collect();
    let kept = parts.iter().enumerate().filter(|(at, _)| *at == 0 || !withheld.contains(&(at - 1)));
    kept.map(|(_, part)| *part).collect::<Vec<_>>().join("~")
}

#[test]
fn the_disclosure_of_rfc_9901_section_4_2_has_its_digest() {
    let text = "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd";
    assert_eq!(digest_of(text), "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4");
    let token = raw(&json!({"_sd": ["jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4"]}), &[text.to_owned()]);
    assert_eq!(opened(&token), Ok(json!({"given_name": "John"})));
}

#[test]
fn what_is_withheld_is_not_there_and_the_rest_holds() {
    let claims =
        json!({"iss": "i", "org": {"siret": "1", "name": "CCAS"}, "list": [{"a": 1, "b": {"c": 2}}]});
    let token = issued(claims.clone(), &["/org/name", "/list/0/b", "/nowhere/x", "/list/7/a"]);
    assert_eq!(token.matches('~').count(), 3);
    assert_eq!(opened(&token), Ok(claims));
    assert!(!token.split('.').nth(1).and_then(unb64).expect("claims").windows(4).any(|part| part == b"CCAS"));
    assert_eq!(
        opened(&without(&token, &[0])),
        Ok(json!({"iss": "i", "org": {"siret": "1"}, "list": [{"a": 1, "b": {"c": 2}}]}))
    );
    assert_eq!(
        opened(&without(&token, &[0, 1])),
        Ok(json!({"iss": "i", "org": {"siret": "1"}, "list": [{"a": 1}]}))
    );
}

#[test]
fn nested_and_array_disclosures_are_put_in_their_places() {
    let (inner, inner_digest) = disclosure(&json!(["s1", "city", "Dijon"]));
    let (outer, outer_digest) = disclosure(&json!(["s2", "address", {"_sd": [inner_digest]}]));
    let (item, item_digest) = disclosure(&json!(["s3", "FR"]));
    let claims = json!({"_sd_alg": "sha-256", "_sd": [outer_digest, "decoy"], "of": [{"...": item_digest}, {"...": "decoy2"}, "DE"]});
    let all = raw(&claims, &[outer.clone(), inner.clone(), item.clone()]);
    assert_eq!(opened(&all), Ok(json!({"address": {"city": "Dijon"}, "of": ["FR", "DE"]})));
    assert_eq!(opened(&raw(&claims, &[outer])), Ok(json!({"address": {}, "of": ["DE"]})));
    assert_eq!(opened(&raw(&claims, &[inner])), Err(SdJwtError::Mismatch), "its parent is withheld");
    assert_eq!(opened(&raw(&claims, &[])), Ok(json!({"of": ["DE"]})));
    assert_eq!(opened(&raw(&claims, &[item.clone(), item])), Err(SdJwtError::Mismatch), "twice");
}

#[test]
fn what_does_not_fit_is_refused() {
    let (named, named_digest) = disclosure(&json!(["s", "exp", 9]));
    let (item, item_digest) = disclosure(&json!(["s", 9]));
    let (reserved, _) = disclosure(&json!(["s", "_sd", []]));
    let (dots, _) = disclosure(&json!(["s", "...", []]));
    let (long, _) = disclosure(&json!(["s", "a", 1, 2]));
    let (number, _) = disclosure(&json!([1, "a", 1]));
    let double = b64(br#"["s","a",{"x":1,"x":2}]"#);
    let cases: [(Value, &[&String], SdJwtError); 15] = [
        (json!({"exp": 1, "_sd": [named_digest]}), &[&named], SdJwtError::Mismatch),
        (json!({"_sd": [named_digest, named_digest]}), &[&named], SdJwtError::Mismatch),
        (json!({"_sd": [named_digest], "a": {"_sd": [named_digest]}}), &[], SdJwtError::Mismatch),
        (json!({"_sd": "x"}), &[], SdJwtError::Mismatch),
        (json!({"_sd": [1]}), &[], SdJwtError::Mismatch),
        (json!({"_sd": [item_digest]}), &[&item], SdJwtError::Mismatch),
        (json!({"a": [{"...": named_digest}]}), &[&named], SdJwtError::Mismatch),
        (json!({"a": [{"...": "x", "b": 1}]}), &[], SdJwtError::Mismatch),
        (json!({"_sd_alg": "sha-512"}), &[], SdJwtError::Hash),
        (json!({"_sd_alg": null}), &[], SdJwtError::Hash),
        (json!({}), &[&reserved], SdJwtError::Disclosure),
        (json!({}), &[&dots], SdJwtError::Disclosure),
        (json!({}), &[&long], SdJwtError::Disclosure),
        (json!({}), &[&number], SdJwtError::Disclosure),
        (json!({}), &[&double], SdJwtError::Disclosure),
    ];
    for (claims, disclosures, wanted) in cases {
        let disclosures: Vec<String> = disclosures.iter().map(|&text| text.clone()).collect();
        assert_eq!(opened(&raw(&claims, &disclosures)), Err(wanted), "{claims}");
    }
}

#[test]
fn other_forms_and_types_are_refused() {
    let token = issued(json!({"a": 1}), &["/a"]);
    assert_eq!(opened(&format!("{token}e30.e30.AA")), Err(SdJwtError::KeyBinding));
    assert_eq!(opened(token.trim_end_matches('~')), Err(SdJwtError::KeyBinding), "a cut-off disclosure");
    assert_eq!(opened(token.split('~').next().expect("signed")), Err(SdJwtError::Malformed));
    assert_eq!(opened(&format!("{token}~")), Err(SdJwtError::Disclosure), "an empty disclosure");
    assert_eq!(opened(""), Err(SdJwtError::Malformed));
    assert_eq!(opened("~"), Err(SdJwtError::Jose(JoseError::Malformed)));
    let other = jose::sign(key(), Some("mandate+jwt"), &json!({})).expect("signs");
    assert_eq!(opened(&format!("{other}~")), Err(SdJwtError::Jose(JoseError::Type)));
    assert_eq!(opened(&"~".repeat(LONGEST_SD_JWT + 1)), Err(SdJwtError::TooLong));
    let many: Vec<String> = (0..=MOST_DISCLOSURES).map(|n| disclosure(&json!(["s", "a", n])).0).collect();
    assert_eq!(opened(&raw(&json!({}), &many)), Err(SdJwtError::TooLong));
}

#[test]
fn disclosures_within_disclosures_end_somewhere() {
    let (mut chain, mut digest) = (Vec::new(), String::from("nothing"));
    for _ in 0..MOST_DISCLOSURES {
        let (text, next) = disclosure(&json!(["s", "a", {"_sd": [digest]}]));
        chain.push(text);
        digest = next;
    }
    assert_eq!(opened(&raw(&json!({"_sd": [digest]}), &chain)), Err(SdJwtError::TooLong));
    let deep = b64(format!("[\"s\",\"a\",{}1{}]", "[".repeat(10_000), "]".repeat(10_000)).as_bytes());
    assert_eq!(opened(&raw(&json!({}), &[deep])), Err(SdJwtError::Disclosure));
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zé/~]{1,5}", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_concealed_comes_back_and_only_that_can_be_withheld(
        claims in prop::collection::btree_map("[a-z]{1,4}", json_value(), 1..6),
        concealed in any::<u32>(),
        withheld in any::<u32>(),
    ) {
        let pointers: Vec<String> = claims.keys().enumerate()
            .filter(|(at, _)| concealed & (1 << at) != 0)
            .map(|(_, name)| format!("/{name}"))
            .collect();
        let pointers: Vec<&str> = pointers.iter().map(String::as_str).collect();
        let all: Map<String, Value> = claims.into_iter().collect();
        let token = issued(Value::Object(all.clone()), &pointers);
        prop_assert_eq!(opened(&token), Ok(Value::Object(all.clone())));
        let gone: Vec<usize> = (0..pointers.len()).filter(|at| withheld & (1 << at) != 0).collect();
        let mut left = all;
        for at in &gone {
            left.remove(pointers[*at].trim_start_matches('/'));
        }
        prop_assert_eq!(opened(&without(&token, &gone)), Ok(Value::Object(left)));
    }

    #[test]
    fn one_changed_byte_is_noticed(at in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f) {
        let token = issued(json!({"iss": "i", "name": "CCAS", "more": {"x": [1, 2]}}), &["/name", "/more"]);
        let mut bytes = token.clone().into_bytes();
        let at = at.index(bytes.len());
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(opened(&String::from_utf8(bytes).expect("ASCII")).is_err());
    }

    #[test]
    fn nothing_makes_the_reader_panic(text in "[\\PC~.]{0,200}") {
        prop_assert!(opened(&text).is_err());
    }

    #[test]
    fn no_disclosure_makes_the_reader_panic(content in json_value(), claims in json_value()) {
        let (text, digest) = disclosure(&content);
        let claims = json!({"_sd": [digest], "more": claims, "list": [{"...": digest}]});
        prop_assert!(opened(&raw(&claims, &[text])).is_err(), "a digest that stands twice");
    }
}
