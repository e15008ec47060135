//! A client that signs: its assertions, and the answers signed for it, checked as it would check them itself.

use std::sync::Arc;

use procura::crypto::hash::b64;
use procura::crypto::jose;
use procura::crypto::jose::Expected;
use procura::crypto::jose::TypRule;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::crypto::keys::SigningKey;
use procura::crypto::random::SystemRandom;
use procura::domain::client::AssertionAudience;
use procura::domain::client::Client;
use procura::domain::client::ClientKind;
use procura::domain::client::TokenAlgorithm;
use procura::domain::ids::ClientId;
use procura::domain::theme::Theme;
use procura::operations::register_client::NewClient;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::races::Race;
use crate::races::VERIFIER;
use crate::spaces::registered;
use crate::world::World;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client with a key of its own.
struct Signer {
    race: Arc<Race>,
    client: Client,
    key: SigningKey,
}

fn key(algorithm: Algorithm) -> SigningKey {
    SigningKey::generate(algorithm, &SystemRandom::new()).expect("a key").0
}

impl Signer {
    async fn set(world: World, algorithm: Algorithm) -> Self {
        let race = Race::set(world).await;
        let key = key(algorithm);
        let mut new = NewClient::new(ClientKind::Administration, "Guichet qui signe");
        new.id = ClientId::parse("guichet");
        new.compat = true;
        new.themes = [Theme::Social].into();
        new.redirect_uris.insert("https://guichet.example/retour".to_owned());
        new.jwks = Some(json!({ "keys": [key.public_jwk()] }));
        new.assertion_audience = Some(AssertionAudience::Issuer);
        new.userinfo_alg = Some(TokenAlgorithm::EdDsa);
        new.id_token_alg = Some(TokenAlgorithm::Rs256);
        let client = registered(&race.scene.world, new).await.client;
        Self { race, client, key }
    }

    fn issuer(&self) -> String {
        self.race.scene.world.bench.config.server.public_url.as_str().to_owned()
    }

    /// Claims of an ordinary assertion, some changed (`null`: left out).
    fn claims(&self, jti: &str, change: &Value) -> Value {
        let now = self.race.scene.world.bench.now().seconds();
        let mut claims = json!({
            "iss": "guichet", "sub": "guichet", "aud": self.issuer(), "jti": jti, "iat": now, "exp": now + 60,
        });
        for (name, value) in change.as_object().expect("changes") {
            if value.is_null() {
                claims.as_object_mut().expect("an object").remove(name);
            } else {
                claims[name] = value.clone();
            }
        }
        claims
    }

    fn assertion(&self, jti: &str, change: &Value) -> String {
        jose::sign(&self.key, Some("JWT"), &self.claims(jti, change)).expect("signed")
    }

    async fn post(&self, path: &str, assertion: &str, fields: &[(&str, &str)]) -> (u16, Value) {
        let mut all = vec![("client_assertion_type", ASSERTION_TYPE), ("client_assertion", assertion)];
        all.extend_from_slice(fields);
        let world = &self.race.scene.world;
        let answer = world.http.post(world.at(path)).form(&all).send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    async fn redeem(&self, jti: &str) -> (u16, Value) {
        let code = self.race.open(self.race.begin_at(&self.client).await).await.expect("a code");
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", "https://guichet.example/retour"),
            ("code_verifier", VERIFIER),
        ];
        self.post("/oauth/token", &self.assertion(jti, &json!({})), &fields).await
    }

    async fn tokens(&self) -> Value {
        let (status, tokens) = self.redeem("first").await;
        assert_eq!(status, 200, "{tokens}");
        tokens
    }

    /// The provider's keys, fetched where its metadata says.
    async fn provider_keys(&self) -> JwkSet {
        let world = &self.race.scene.world;
        let metadata = world.at("/.well-known/openid-configuration");
        let metadata: Value =
            world.http.get(metadata).send().await.expect("metadata").json().await.expect("json");
        let jwks = metadata["jwks_uri"].as_str().expect("an address");
        world.http.get(jwks).send().await.expect("keys").json().await.expect("a set")
    }

    async fn verified(&self, token: &str, typ: &str, algorithm: Algorithm) -> Map<String, Value> {
        let expected = Expected { typ: TypRule::Exactly(typ), algorithms: &[algorithm] };
        let keys = self.provider_keys().await;
        let verified = jose::verify(token, &keys, &expected);
        verified.unwrap_or_else(|error| panic!("{error} of {typ}: {token}")).claims
    }
}

fn part(value: &Value) -> String {
    b64(value.to_string().as_bytes())
}

/// A token with this header whose signature is made of the header and claims.
fn forged(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let input = format!("{}.{}", part(header), part(claims));
    format!("{input}.{}", b64(&sign(input.as_bytes())))
}

fn hmac(secret: &[u8], input: &[u8]) -> Vec<u8> {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret);
    ring::hmac::sign(&key, input).as_ref().to_vec()
}

fn claims_of(token: &Value) -> Value {
    let payload =
        token.as_str().and_then(|token| token.split('.').nth(1)).and_then(procura::crypto::hash::unb64);
    serde_json::from_slice(&payload.expect("a JWS")).expect("claims")
}

on_each_database! {
    async fn an_assertion_proves_the_client_once(world) {
        let signer = Signer::set(world, Algorithm::Es256).await;
        let tokens = signer.tokens().await;
        let id = signer.verified(tokens["id_token"].as_str().expect("a token"), "JWT", Algorithm::Rs256).await;
        assert_eq!((&id["aud"], &id["iss"]), (&json!("guichet"), &json!(signer.issuer())));
        let access = tokens["access_token"].as_str().expect("a token");
        signer.verified(access, "at+jwt", Algorithm::Es256).await;
        let mandate = tokens["mandate_token"].as_str().expect("a token");
        let mandate = signer.verified(mandate, "mandate+jwt", Algorithm::Rs256).await;
        assert_eq!(mandate["authorization_details"][0]["privileges"], json!(["social"]));
        let used = signer.assertion("twice", &json!({}));
        let (status, told) = signer.post("/oauth/introspect", &used, &[("token", access)]).await;
        assert_eq!((status, &told["active"]), (200, &json!(true)));
        let (status, told) = signer.post("/oauth/introspect", &used, &[("token", access)]).await;
        assert_eq!((status, &told["error"]), (401, &json!("invalid_client")), "replayed: {told}");
        let elsewhere = signer.post("/oauth/token", &used, &[("grant_type", "client_credentials")]).await;
        assert_eq!(elsewhere.0, 401, "replayed at another door");
    }

    async fn every_algorithm_of_a_registered_key_is_taken(world) {
        let signer = Signer::set(world, Algorithm::EdDsa).await;
        signer.tokens().await;
    }

    async fn an_assertion_that_proves_nothing_is_refused_alike(world) {
        let signer = Signer::set(world, Algorithm::Es256).await;
        let now = signer.race.scene.world.bench.now().seconds();
        let kid = signer.key.kid().to_owned();
        let public = serde_json::to_vec(&signer.key.public_jwk()).expect("json");
        let x = public_member(&signer, "x");
        let foreign = key(Algorithm::Es256);
        let rsa = key(Algorithm::Rs256);
        let usual = signer.claims("forged", &json!({}));
        let header = |algorithm: &str| json!({ "alg": algorithm, "kid": kid, "typ": "JWT" });
        let by_foreign = |input: &[u8]| foreign.sign(input).expect("signed");
        let own_token = jose::sign(&signer.key, Some("at+jwt"), &usual).expect("signed");
        let with_key = json!({ "alg": "ES256", "kid": kid, "typ": "JWT", "jwk": foreign.public_jwk() });
        let mut all = vec![
            ("alg none", forged(&header("none"), &usual, |_| Vec::new())),
            ("alg None", forged(&header("None"), &usual, |_| Vec::new())),
            ("no signature", forged(&header("ES256"), &usual, |_| Vec::new())),
            ("a foreign key under the known name", forged(&header("ES256"), &usual, by_foreign)),
            ("a foreign key under its own name", jose::sign(&foreign, Some("JWT"), &usual).expect("signed")),
            ("a key in the header", forged(&with_key, &usual, by_foreign)),
            ("another algorithm's key", jose::sign(&rsa, Some("JWT"), &usual).expect("signed")),
            ("HS256 by the public key", forged(&header("HS256"), &usual, |input| hmac(&public, input))),
            ("HS256 by its coordinate", forged(&header("HS256"), &usual, |input| hmac(x.as_bytes(), input))),
            ("HS256 by nothing", forged(&header("HS256"), &usual, |input| hmac(&[], input))),
            ("another type", own_token),
            ("no token", "x.y.z".to_owned()),
        ];
        for (what, change) in [
            ("expired", json!({ "exp": now - 11, "iat": now - 71 })),
            ("too long", json!({ "exp": now + 3_700 })),
            ("from the future", json!({ "nbf": now + 60 })),
            ("another audience", json!({ "aud": "https://another.example" })),
            ("the issuer in a list", json!({ "aud": [signer.issuer()] })),
            ("the token endpoint", json!({ "aud": format!("{}/oauth/token", signer.issuer()) })),
            ("another issuer", json!({ "iss": "caf" })),
            ("another client", json!({ "iss": "caf", "sub": "caf" })),
            ("no number", json!({ "jti": null })),
            ("an empty number", json!({ "jti": "" })),
            ("no end", json!({ "exp": null })),
            ("no audience", json!({ "aud": null })),
        ] {
            all.push((what, signer.assertion("changed", &change)));
        }
        let (_, access) = signer.redeem("good").await;
        let access = access["access_token"].as_str().expect("a token").to_owned();
        for (what, assertion) in &all {
            let (status, told) = signer.post("/oauth/introspect", assertion, &[("token", &access)]).await;
            assert_eq!((status, &told["error"]), (401, &json!("invalid_client")), "{what}: {told}");
            assert_eq!(told["error_description"], "client authentication failed", "{what}: {told}");
        }
        let other_type = [("client_assertion_type", "urn:x"), ("client_assertion", "a.b.c"), ("token", "x")];
        let world = &signer.race.scene.world;
        let call = world.http.post(world.at("/oauth/introspect")).form(&other_type).send().await.expect("an answer");
        assert_eq!(call.status().as_u16(), 401);
        let call = world.http.post(world.at("/oauth/introspect")).basic_auth("guichet", Some(""));
        let call = call.form(&[("token", "x")]).send().await.expect("an answer");
        assert_eq!(call.status().as_u16(), 401, "it has no secret");
        let secret_too = signer.assertion("both", &json!({}));
        let fields = [("token", access.as_str()), ("client_secret", "x")];
        let (status, told) = signer.post("/oauth/introspect", &secret_too, &fields).await;
        assert_eq!((status, &told["error"]), (400, &json!("invalid_request")), "two methods");
        let (status, told) = signer.post("/oauth/introspect", &secret_too, &[("token", &access)]).await;
        assert_eq!((status, &told["active"]), (200, &json!(true)), "and nothing of that used the number up");
    }

    async fn userinfo_is_signed_where_it_was_registered_so(world) {
        let signer = Signer::set(world, Algorithm::Es256).await;
        let tokens = signer.tokens().await;
        let world = &signer.race.scene.world;
        let access = tokens["access_token"].as_str().expect("a token");
        let answer = world.http.get(world.at("/oauth/userinfo")).bearer_auth(access).send().await.expect("an answer");
        assert_eq!(answer.headers()["content-type"], "application/jwt");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        let token = answer.text().await.expect("a token");
        let claims = signer.verified(&token, "JWT", Algorithm::EdDsa).await;
        assert_eq!((&claims["iss"], &claims["aud"]), (&json!(signer.issuer()), &json!("guichet")));
        assert_eq!(claims["sub"], claims_of(&tokens["id_token"])["sub"]);
        let another = Expected { typ: TypRule::JwtOrAbsent, algorithms: &[Algorithm::EdDsa] };
        let altered = token.replacen('.', ".AA", 1);
        assert!(jose::verify::<Value>(&altered, &signer.provider_keys().await, &another).is_err());
        let for_login = world.http.get(world.at("/oauth/userinfo")).bearer_auth(&token).send().await.expect("an answer");
        assert_eq!(for_login.status().as_u16(), 401, "the answer is no token");
    }

    async fn introspection_is_signed_for_who_asks_so(world) {
        let signer = Signer::set(world, Algorithm::Es256).await;
        let tokens = signer.tokens().await;
        let world = &signer.race.scene.world;
        let accept = "application/token-introspection+jwt";
        for (number, (token, active)) in [
            (tokens["access_token"].as_str().expect("a token"), true),
            (tokens["mandate_token"].as_str().expect("a token"), true),
            (tokens["id_token"].as_str().expect("a token"), false),
            ("never-given", false),
        ].into_iter().enumerate() {
            let assertion = signer.assertion(&format!("asks-{number}"), &json!({}));
            let fields = [("client_assertion_type", ASSERTION_TYPE), ("client_assertion", &assertion), ("token", token)];
            let call = world.http.post(world.at("/oauth/introspect")).header("accept", accept).form(&fields);
            let answer = call.send().await.expect("an answer");
            assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (200, &accept.parse().expect("a header")));
            let signed = answer.text().await.expect("a token");
            let claims = signer.verified(&signed, "token-introspection+jwt", Algorithm::Es256).await;
            assert_eq!((&claims["iss"], &claims["aud"]), (&json!(signer.issuer()), &json!("guichet")));
            assert!(claims.get("sub").is_none() && claims.get("exp").is_none(), "RFC 9701 section 5: {claims:?}");
            let told = &claims["token_introspection"];
            assert_eq!(told["active"], active, "{number}");
            if !active {
                assert_eq!(told, &json!({ "active": false }));
            }
        }
    }

    async fn a_forged_logout_hint_ends_nothing(world) {
        let signer = Signer::set(world, Algorithm::Es256).await;
        let tokens = signer.tokens().await;
        let genuine = tokens["id_token"].as_str().expect("a token");
        let claims = claims_of(&tokens["id_token"]);
        let header = genuine.split('.').next().and_then(procura::crypto::hash::unb64).expect("a header");
        let header: Value = serde_json::from_slice(&header).expect("a header");
        let keys = signer.provider_keys().await;
        let kid = header["kid"].as_str().expect("a name");
        let public = keys.keys.iter().find(|key| key.kid.as_deref() == Some(kid)).expect("the key");
        let public = serde_json::to_vec(public).expect("json");
        let foreign = key(Algorithm::Rs256);
        let named = |algorithm: &str| json!({ "alg": algorithm, "kid": kid, "typ": "JWT" });
        let mut elsewhere = claims.clone();
        elsewhere["aud"] = json!("caf");
        let hints = [
            forged(&named("none"), &claims, |_| Vec::new()),
            forged(&named("HS256"), &claims, |input| hmac(&public, input)),
            forged(&named("RS256"), &claims, |input| foreign.sign(input).expect("signed")),
            jose::sign(&foreign, Some("JWT"), &claims).expect("signed"),
            format!("{}.{}.{}", part(&header), part(&elsewhere), genuine.rsplit('.').next().expect("a signature")),
            tokens["access_token"].as_str().expect("a token").to_owned(),
            tokens["mandate_token"].as_str().expect("a token").to_owned(),
        ];
        let world = &signer.race.scene.world;
        let mut browser = world.browser();
        let leave = |hint: &str| {
            let mut url = world.at("/oauth/end-session");
            url.query_pairs_mut().append_pair("id_token_hint", hint);
            url
        };
        for hint in &hints {
            browser.get(&leave(hint)).await.expect("a page");
            assert_eq!(world.count("act.ended").await, 0, "{hint}");
        }
        browser.get(&leave(genuine)).await.expect("a page");
        assert_eq!(world.count("act.ended").await, 1);
        let answer = signer.post("/oauth/introspect", &signer.assertion("after", &json!({})), &[("token", tokens["access_token"].as_str().expect("a token"))]).await;
        assert_eq!(answer.1["active"], false);
    }
}

fn public_member(signer: &Signer, name: &str) -> String {
    let jwk = serde_json::to_value(signer.key.public_jwk()).expect("json");
    jwk[name].as_str().expect("a member").to_owned()
}
