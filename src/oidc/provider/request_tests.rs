use super::*;
use crate::domain::client::AssertionAudience;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientOptions;
use crate::domain::client::ClientStatus;
use crate::domain::client::Registration;
use crate::domain::ids::ClientId;
use crate::domain::person::ConsentGrade;

const GOOD: &[(&str, &str)] = &[
    ("response_type", "code"),
    ("scope", "openid profile secret_things receipts"),
    ("state", "s"),
    ("nonce", "n"),
    ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
    ("code_challenge_method", "S256"),
];

pub(in crate::oidc::provider) fn client() -> Client {
    Client {
        id: ClientId::parse("caf").expect("an id"),
        status: ClientStatus::Active,
        secret_hash: None,
        registration: Registration {
            name: "CAF".to_owned(),
            kind: ClientKind::Administration,
            auth: ClientAuth::SecretBasic,
            compat: true,
            redirect_uris: BTreeSet::from(["https://caf.example/cb".to_owned()]),
            post_logout_redirect_uris: BTreeSet::new(),
            themes: BTreeSet::from([Theme::Social, Theme::Logement]),
            scopes: ["openid", "profile", "receipts"].into_iter().map(str::to_owned).collect(),
            mandate_type: true,
            client_credentials: true,
            min_consent_grade: ConsentGrade::FranceConnect,
            aidant_name: false,
            require_par: false,
            assertion_audience: AssertionAudience::TokenEndpoint,
            jwks: None,
            id_token_alg: "ES256".to_owned(),
            userinfo_alg: None,
            sector: None,
            options: ClientOptions::default(),
        },
    }
}

pub(super) fn checked(client: &Client, change: &[(&str, &str)]) -> Result<Asked, Fault> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let kept = GOOD.iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    for (name, value) in kept.chain(change.iter().filter(|(_, value)| !value.is_empty())) {
        query.append_pair(name, value);
    }
    let fields = Fields::parse(query.finish().as_bytes(), &NAMES).expect("a query");
    check(client, "https://caf.example/cb", &fields, Came::default())
}

fn error(change: &[(&str, &str)]) -> &'static str {
    checked(&client(), change).map_or_else(|fault| fault.error, |_| "accepted")
}

#[test]
fn a_good_request_is_narrowed_to_what_is_granted() {
    let asked = checked(&client(), &[("max_age", "60"), ("prompt", "login consent"), ("unknown", "x")])
        .expect("good");
    let request = asked.request;
    assert_eq!(request.scope, ["openid", "profile"].into_iter().map(str::to_owned).collect());
    assert!(request.themes.is_empty() && request.fresh_factor && !asked.silent);
    assert_eq!(
        (request.state.as_deref(), request.nonce.as_deref(), request.max_age),
        (Some("s"), Some("n"), Some(60))
    );
}

#[test]
fn what_is_malformed_has_its_registered_error() {
    let long = "x".repeat(1_025);
    for (change, expected) in [
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", "code id_token"), "unsupported_response_type"),
        (("response_mode", "fragment"), "invalid_request"),
        (("scope", "profile"), "invalid_scope"),
        (("scope", ""), "invalid_scope"),
        (("state", long.as_str()), "invalid_request"),
        (("state", "a\r\nb"), "invalid_request"),
        (("nonce", long.as_str()), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("prompt", "none login"), "invalid_request"),
        (("prompt", "dance"), "invalid_request"),
        (("max_age", "-1"), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("dpop_jkt", "short"), "invalid_request"),
        (("request_uri", "https://caf.example/r"), "request_uri_not_supported"),
        (("resource", "https://api.example"), "invalid_target"),
    ] {
        assert_eq!(error(&[change]), expected, "{change:?}");
    }
    let fields = Fields::parse(b"response_type=code&response_type=code", &NAMES).expect("a query");
    assert_eq!(
        check(&client(), "x", &fields, Came::default()).map(|_| ()).expect_err("repeated").error,
        "invalid_request"
    );
}

#[test]
fn details_name_mandates_and_known_privileges_only() {
    let details = |text: &str| error(&[("authorization_details", text)]);
    assert_eq!(details(r#"[{"type":"urn:procura:mandate"}]"#), "accepted");
    assert_eq!(details(r#"[{"type":"urn:procura:mandate","privileges":["social"]}]"#), "accepted");
    assert_eq!(details(r#"[{"type":"urn:procura:mandate","privileges":["justice"]}]"#), "access_denied");
    for bad in [
        "[]",
        "{}",
        "social",
        r#"[{"type":"openid_credential"}]"#,
        r#"[{"privileges":["social"]}]"#,
        r#"[{"type":"urn:procura:mandate","privileges":[]}]"#,
        r#"[{"type":"urn:procura:mandate","privileges":"social"}]"#,
        r#"[{"type":"urn:procura:mandate","privileges":["voyage"]}]"#,
        r#"[{"type":"urn:procura:mandate","format":"vc+sd-jwt"}]"#,
        r#"[{"type":"urn:procura:mandate","format":null}]"#,
        r#"[{"type":"urn:procura:mandate","format":"jwt"},{"type":"urn:procura:mandate","format":"dc+sd-jwt"}]"#,
        r#"[{"type":"urn:procura:mandate","locations":["https://api.example"]}]"#,
        r#"[{"type":"urn:procura:mandate","type":"urn:procura:mandate"}]"#,
    ] {
        assert_eq!(details(bad), "invalid_authorization_details", "{bad}");
    }
}

#[test]
fn a_signed_mandate_is_asked_for_in_a_form() {
    let asked =
        |text: &str| checked(&client(), &[("authorization_details", text)]).map(|asked| asked.request);
    let form = |text: &str| asked(text).expect("good").mandate_format;
    assert_eq!(form(""), MandateFormat::Jwt);
    assert_eq!(form(r#"[{"type":"urn:procura:mandate","format":"jwt"}]"#), MandateFormat::Jwt);
    let list = r#"[{"type":"urn:procura:mandate","privileges":["social"],"format":"dc+sd-jwt"},{"type":"urn:procura:mandate","privileges":["logement"]}]"#;
    let request = asked(list).expect("good");
    assert_eq!(request.mandate_format, MandateFormat::SdJwt);
    assert_eq!(request.themes, BTreeSet::from([Theme::Social, Theme::Logement]));
    let mut stored = serde_json::to_value(&request).expect("json");
    stored.as_object_mut().expect("an object").remove("mandate_format");
    let older: AuthorizationRequest =
        serde_json::from_value(stored).expect("a request kept before there were forms");
    assert_eq!(older.mandate_format, MandateFormat::Jwt);
}

#[test]
fn claims_are_read_strictly_and_narrowed_to_the_registration() {
    let asked = checked(
        &client(),
        &[(
            "claims",
            r#"{"id_token":{"family_name":null,"email":{"essential":true},"act":null},"userinfo":{"gender":{}}}"#,
        )],
    );
    let request = asked.expect("good").request;
    assert_eq!(request.id_token_claims, BTreeSet::from(["family_name".to_owned()]));
    assert_eq!(request.userinfo_claims, BTreeSet::from(["gender".to_owned()]));
    let claims = |text: &str| error(&[("claims", text)]);
    for bad in [
        "[]",
        "x",
        r#"{"id_token":[]}"#,
        r#"{"id_token":{"a":1}}"#,
        r#"{"id_token":{},"id_token":{}}"#,
        r#"{"id_token":{"sub":{"value":"x"}}}"#,
    ] {
        assert_eq!(claims(bad), "invalid_request", "{bad}");
    }
    assert_eq!(
        claims(&format!(r#"{{"id_token":{{"a":null}},"x":"{}"}}"#, "x".repeat(5_000))),
        "invalid_request"
    );
    let unmet = r#"{"id_token":{"acr":{"essential":true,"values":["eidas3"]}}}"#;
    assert_eq!(claims(unmet), "unmet_authentication_requirements");
}

const BROKER: &[(&str, &str)] = &[
    ("scope", "openid profile email birth"),
    ("nonce", "5f1d7a84db00d2fce00b31a7fc73224f5f1d7a84db00d2fce00b31a7fc73224f"),
    ("state", "0b31a7fc73224f5f1d7a84db00d2fce00b31a7fc73224f5f1d7a84db00d2fce0"),
    ("acr_values", "eidas1"),
    ("prompt", "login"),
    ("code_challenge", ""),
    ("code_challenge_method", ""),
];

fn broker(change: &[(&str, &str)]) -> Result<Asked, Fault> {
    let mut broker = client();
    broker.registration.kind = ClientKind::IdentityBroker;
    let kept = BROKER.iter().filter(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
    let all: Vec<(&str, &str)> = kept.chain(change).copied().collect();
    checked(&broker, &all)
}

fn rep_scope(asked: &str) -> Result<Asked, Fault> {
    broker(&[("claims", &format!(r#"{{"id_token":{{"rep_scope":{asked}}}}}"#))])
}

#[test]
fn the_broker_sends_no_challenge_and_asks_by_label() {
    let asked = broker(&[]).expect("the request as observed").request;
    assert_eq!((asked.fresh_factor, asked.code_challenge, asked.labels_unusable), (false, None, false));
    let request =
        rep_scope(r#"{"essential":true,"values":["Social-Santé","Justice"]}"#).expect("good").request;
    assert_eq!((request.themes, request.labels_unusable), (BTreeSet::from([Theme::Social]), false));
    for any in [r#"{"essential":true,"values":[]}"#, r#"{"essential":true}"#, "null"] {
        let request = rep_scope(any).expect("any theme").request;
        assert!(request.themes.is_empty() && !request.labels_unusable, "{any}");
    }
    for unusable in ["Justice", "Voyages", "Social-Sante", "social"] {
        let request =
            rep_scope(&format!(r#"{{"values":["{unusable}"]}}"#)).expect("the page says so").request;
        assert!(request.themes.is_empty() && request.labels_unusable, "{unusable}");
    }
    for bad in [r#"{"values":"Social-Santé"}"#, r#"{"values":[1]}"#, r#"{"value":"Social-Santé"}"#, r#"[]"#]
    {
        assert_eq!(rep_scope(bad).expect_err("refused").error, "invalid_request", "{bad}");
    }
}

#[test]
fn the_broker_s_request_is_closed() {
    let error = |change: (&str, &str)| broker(&[change]).map_or_else(|fault| fault.error, |_| "accepted");
    for change in [
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
        ("code_challenge_method", "S256"),
        ("max_age", "60"),
        ("authorization_details", r#"[{"type":"urn:procura:mandate"}]"#),
        ("response_mode", "query"),
        ("id_token_hint", "e30.e30.x"),
        ("state", ""),
        ("nonce", ""),
        ("nonce", "123456789012345678901"),
        ("acr_values", ""),
    ] {
        assert_eq!(error(change), "invalid_request", "{change:?}");
    }
    assert_eq!(error(("acr_values", "eidas2")), "unmet_authentication_requirements");
    assert_eq!(error(("acr_values", "eidas1 eidas2")), "accepted");
    assert_eq!(error(("prompt", "none")), "accepted", "answered without a page");
    assert_eq!(error(("resource", "https://api.example")), "invalid_target");
}

#[test]
fn what_is_the_broker_s_is_nobody_else_s() {
    for (name, value) in BROKER.iter().filter(|(name, _)| name.starts_with("code_challenge")) {
        assert_eq!(error(&[(*name, *value)]), "invalid_request", "{name}");
    }
    let labels = r#"{"id_token":{"rep_scope":{"values":["Social-Santé"]}}}"#;
    let request = checked(&client(), &[("claims", labels)]).expect("an unknown claim is ignored").request;
    assert!(request.themes.is_empty() && !request.labels_unusable);
    let level = r#"{"id_token":{"acr":{"essential":true,"values":["eidas1"]}}}"#;
    assert_eq!(error(&[("claims", level)]), "unmet_authentication_requirements");
}

#[test]
fn a_client_that_may_not_have_mandates_is_denied() {
    let mut other = client();
    other.registration.mandate_type = false;
    assert_eq!(checked(&other, &[]).expect_err("denied").denied, Some(Reason::ClientNotEntitled));
    other.registration.require_par = true;
    assert_eq!(checked(&other, &[]).expect_err("not pushed").error, "invalid_request");
}

#[test]
fn an_answer_is_signed_where_it_is_asked_for_or_registered() {
    let alg = |client: &Client, mode: &str| {
        let query = format!("response_mode={mode}");
        let fields = Fields::parse(query.as_bytes(), &NAMES).expect("a query");
        answer_alg(client, &fields).map(|alg| alg.map(str::to_owned)).map_err(|fault| fault.error)
    };
    let plain = client();
    assert_eq!(alg(&plain, ""), Ok(None));
    assert_eq!(alg(&plain, "query"), Ok(None));
    assert_eq!(alg(&plain, "jwt"), Ok(Some("ES256".to_owned())));
    let mut signed = client();
    signed.registration.options.authorization_signed_response_alg = Some("EdDSA".to_owned());
    for mode in ["", "jwt", "query.jwt"] {
        assert_eq!(alg(&signed, mode), Ok(Some("EdDSA".to_owned())), "{mode}");
    }
    assert_eq!(alg(&signed, "query"), Err("invalid_request"));
    for mode in ["fragment", "form_post", "fragment.jwt", "form_post.jwt"] {
        assert_eq!(alg(&plain, mode), Err("invalid_request"), "{mode}");
    }
}

#[test]
fn who_registered_for_it_pushes_and_signs() {
    let error = |client: &Client, came: Came| {
        let query =
            GOOD.iter().fold(url::form_urlencoded::Serializer::new(String::new()), |mut query, pair| {
                query.append_pair(pair.0, pair.1);
                query
            });
        let mut query = query;
        let fields = Fields::parse(query.finish().as_bytes(), &NAMES).expect("a query");
        check(client, "https://caf.example/cb", &fields, came).map(|_| ()).map_err(|fault| fault.error)
    };
    let (plain, pushed) = (Came::default(), Came { pushed: true, signed: false });
    let mut fapi = client();
    fapi.registration.compat = false;
    assert_eq!(error(&fapi, plain), Err("invalid_request"));
    assert_eq!(error(&fapi, pushed), Ok(()));
    let mut signs = client();
    signs.registration.options.require_signed_request_object = true;
    assert_eq!(error(&signs, pushed), Err("invalid_request"));
    assert_eq!(error(&signs, Came { pushed: false, signed: true }), Ok(()));
}
