//! What may be registered: the rules on a new client, each with the sentence that explains it.

use secrecy::ExposeSecret;
use serde_json::Value;

use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::domain::client::ClientAuth;
use crate::domain::client::ClientKind;
use crate::domain::client::TokenAlgorithm;
use crate::domain::person::ConsentGrade;
use crate::domain::redirect::is_registrable;
use crate::operations::identity_broker::SHORTEST_SECRET;
use crate::operations::refusal::FieldFault;
use crate::operations::register_client::NewClient;
use crate::operations::register_client::auth_of;
use crate::operations::register_client::is_keyed;

const LONGEST_NAME: usize = 200;
const BROKER_SCOPES: [&str; 8] =
    ["openid", "profile", "birth", "email", "receipts", "evaluate", "ssf.manage", "ssf.read"];
const SCOPES: [&str; 9] =
    ["openid", "profile", "birth", "email", "receipts", "evaluate", "ssf.manage", "ssf.read", "trails"];
const API_SCOPES: [&str; 5] = ["receipts", "evaluate", "ssf.manage", "ssf.read", "trails"];
const SOFTWARE_SCOPES: [&str; 3] = ["openid", "mandates", "offline_access"];

/// Everything that does not fit, in the order of the form.
pub(in crate::operations) fn faults(new: &NewClient) -> Vec<FieldFault> {
    let mut faults = Faults::default();
    let name = new.name.trim();
    let named = !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
    faults.check(named, "name", "client-fault-name");
    faults.check(!new.themes.is_empty(), "theme", "client-fault-theme");
    addresses(&mut faults, new);
    let deployed = matches!(new.kind, ClientKind::Administration | ClientKind::IdentityBroker);
    faults.check(deployed || !new.compat, "compat", "client-fault-compat");
    keys(&mut faults, new);
    scopes(&mut faults, new);
    algorithms(&mut faults, new);
    broker(&mut faults, new);
    let sector = |sector: &String| {
        (1..=200).contains(&sector.len()) && sector.bytes().all(|byte| byte.is_ascii_graphic())
    };
    faults.check(new.sector.as_ref().is_none_or(sector), "sector", "client-fault-sector");
    sector_identifier(&mut faults, new);
    faults.0
}

#[derive(Default)]
struct Faults(Vec<FieldFault>);

impl Faults {
    fn check(&mut self, holds: bool, field: &'static str, key: &'static str) {
        if !holds {
            self.0.push(FieldFault { field, key });
        }
    }
}

fn addresses(faults: &mut Faults, new: &NewClient) {
    let visited = new.kind != ClientKind::ResourceServer;
    faults.check(!visited || !new.redirect_uris.is_empty(), "redirect_uri", "client-fault-redirect-missing");
    faults.check(visited || new.redirect_uris.is_empty(), "redirect_uri", "client-fault-redirect-unused");
    faults.check(
        new.redirect_uris.iter().all(|uri| is_registrable(uri)),
        "redirect_uri",
        "client-fault-redirect",
    );
    let back = new.post_logout_redirect_uris.iter().all(|uri| is_registrable(uri));
    faults.check(back, "post_logout_redirect_uri", "client-fault-redirect");
    let logout = new.options.backchannel_logout_uri.as_ref().is_none_or(|uri| is_registrable(uri));
    faults.check(logout, "backchannel_logout_uri", "client-fault-backchannel");
    let resources = &new.options.resources;
    let named = resources.iter().all(|uri| is_registrable(uri)) && (visited || !resources.is_empty());
    faults.check(named, "resource", "client-fault-resource");
}

fn keys(faults: &mut Faults, new: &NewClient) {
    let signs = auth_of(new) == ClientAuth::PrivateKeyJwt;
    let fapi = new.kind == ClientKind::Administration && !new.compat;
    faults.check(!fapi || signs, "auth", "client-fault-profile");
    let (value, uri) = (new.jwks.as_ref(), new.options.jwks_uri.as_ref());
    faults.check(value.is_none() || uri.is_none(), "jwks", "client-fault-jwks-twice");
    faults.check(value.is_none_or(has_keys), "jwks", "client-fault-jwks");
    faults.check(uri.is_none_or(|uri| is_registrable(uri)), "jwks_uri", "client-fault-jwks-uri");
    let needed = signs || new.options.require_signed_request_object;
    faults.check(!needed || value.is_some() || uri.is_some(), "jwks", "client-fault-jwks");
}

/// The document at the identifier lists every redirect address (OIDC Core section 8.1); for an API, every one of its addresses.
fn sector_identifier(faults: &mut Faults, new: &NewClient) {
    let Some(uri) = &new.options.sector_identifier_uri else { return };
    faults.check(is_registrable(uri), "sector_identifier_uri", "client-fault-sector-uri");
    let own =
        if new.kind == ClientKind::ResourceServer { &new.options.resources } else { &new.redirect_uris };
    let listed = new.sector_listed.as_ref().is_some_and(|listed| own.is_subset(listed));
    faults.check(listed, "sector_identifier_uri", "client-fault-sector-listed");
    let host = url::Url::parse(uri).ok().and_then(|url| url.host_str().map(str::to_owned));
    let agrees = new.sector.is_none() || new.sector == host;
    faults.check(agrees, "sector", "client-fault-sector-twice");
}

fn scopes(faults: &mut Faults, new: &NewClient) {
    let Some(scopes) = &new.scopes else { return };
    let (known, needs_openid): (&[&str], bool) = match new.kind {
        ClientKind::Administration => (&SCOPES, true),
        ClientKind::IdentityBroker => (&BROKER_SCOPES, true),
        ClientKind::Software => (&SOFTWARE_SCOPES, true),
        ClientKind::ResourceServer => (&API_SCOPES, false),
    };
    let fits = scopes.iter().all(|scope| known.contains(&scope.as_str()));
    faults.check(fits && (!needs_openid || scopes.contains("openid")), "scope", "client-fault-scope");
}

fn algorithms(faults: &mut Faults, new: &NewClient) {
    let named = |name: &Option<String>| {
        let read = name.as_deref().map(Algorithm::parse);
        read.is_none_or(|algorithm| algorithm.is_some_and(|algorithm| algorithm != Algorithm::Ps256))
    };
    let options = &new.options;
    let signed = named(&options.authorization_signed_response_alg)
        && named(&options.introspection_signed_response_alg);
    faults.check(signed, "alg", "client-fault-alg");
    // FAPI 2.0 Security Profile section 5.4: PS256, ES256 or EdDSA.
    let fapi = new.kind == ClientKind::Administration && !new.compat;
    let rs256 = Some(TokenAlgorithm::Rs256.as_str());
    let answers = [&options.authorization_signed_response_alg, &options.introspection_signed_response_alg];
    let weak = [new.id_token_alg, new.userinfo_alg].contains(&Some(TokenAlgorithm::Rs256))
        || answers.iter().any(|algorithm| algorithm.as_deref() == rs256);
    faults.check(!fapi || !weak, "alg", "client-fault-profile-alg");
}

/// An identity broker's own rules; HS256 is for nobody else.
fn broker(faults: &mut Faults, new: &NewClient) {
    let (broker, keyed) = (new.kind == ClientKind::IdentityBroker, is_keyed(new));
    faults.check(broker || !keyed, "alg", "client-fault-alg");
    let known = new.secret.as_ref().map_or(usize::MAX, |secret| secret.expose_secret().len());
    faults.check(!keyed || known >= SHORTEST_SECRET, "secret", "client-fault-secret");
    faults.check(!broker || auth_of(new) == ClientAuth::SecretPost, "auth", "client-fault-broker-auth");
    let declared = new.min_consent_grade == Some(ConsentGrade::Declared);
    faults.check(!broker || !declared, "grade", "client-fault-broker-grade");
}

/// At least one key, all public, each fit for an algorithm that can be checked.
pub(in crate::operations) fn has_keys(jwks: &Value) -> bool {
    let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
    let bare = jwks.get("keys").and_then(Value::as_array).is_some_and(|keys| {
        !keys.is_empty() && keys.iter().all(|key| private.iter().all(|member| key.get(member).is_none()))
    });
    let set: Result<JwkSet, _> = serde_json::from_value(jwks.clone());
    bare && set.is_ok_and(|set| {
        set.keys.iter().all(|key| Algorithm::ALL.iter().any(|algorithm| key.fits(*algorithm)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::theme::Theme;
    use std::collections::BTreeSet;

    fn administration() -> NewClient {
        let mut new = NewClient::new(ClientKind::Administration, "CAF");
        new.compat = true;
        new.themes.insert(Theme::Social);
        new.redirect_uris.insert("https://caf.example/cb".to_owned());
        new
    }

    fn first_fault(change: impl FnOnce(&mut NewClient)) -> Option<&'static str> {
        let mut new = administration();
        change(&mut new);
        faults(&new).first().map(|fault| fault.key)
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert_eq!(first_fault(|_| {}), None);
        assert_eq!(first_fault(|new| new.compat = false), Some("client-fault-profile"));
        assert_eq!(first_fault(|new| new.kind = ClientKind::Software), Some("client-fault-compat"));
        assert_eq!(first_fault(|new| new.name = "a\nb".to_owned()), Some("client-fault-name"));
        assert_eq!(first_fault(|new| new.themes.clear()), Some("client-fault-theme"));
        assert_eq!(first_fault(|new| new.redirect_uris.clear()), Some("client-fault-redirect-missing"));
        assert_eq!(first_fault(|new| new.auth = Some(ClientAuth::PrivateKeyJwt)), Some("client-fault-jwks"));
        let secret_key =
            serde_json::json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA"}]});
        assert_eq!(first_fault(|new| new.jwks = Some(secret_key)), Some("client-fault-jwks"));
        assert_eq!(
            first_fault(|new| new.scopes = Some(BTreeSet::from(["openid".to_owned(), "all".to_owned()]))),
            Some("client-fault-scope")
        );
    }

    #[test]
    fn each_kind_has_its_own_rules() {
        let keys = serde_json::json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]});
        let fapi = |new: &mut NewClient| {
            new.compat = false;
            new.jwks = Some(keys.clone());
        };
        assert_eq!(first_fault(fapi), None);
        assert_eq!(
            first_fault(|new| {
                fapi(new);
                new.auth = Some(ClientAuth::SecretPost);
            }),
            Some("client-fault-profile")
        );
        assert_eq!(
            first_fault(|new| {
                fapi(new);
                new.id_token_alg = Some(TokenAlgorithm::Rs256);
            }),
            Some("client-fault-profile-alg")
        );
        for answer in ["authorization", "introspection"] {
            let fault = first_fault(|new| {
                fapi(new);
                let named = Some("RS256".to_owned());
                match answer {
                    "authorization" => new.options.authorization_signed_response_alg = named,
                    _ => new.options.introspection_signed_response_alg = named,
                }
            });
            assert_eq!(fault, Some("client-fault-profile-alg"), "{answer}");
        }
        assert_eq!(
            first_fault(|new| {
                fapi(new);
                new.options.jwks_uri = Some("https://caf.example/jwks".to_owned());
            }),
            Some("client-fault-jwks-twice")
        );
        let api = |new: &mut NewClient| {
            new.kind = ClientKind::ResourceServer;
            new.compat = false;
            new.redirect_uris.clear();
            new.options.resources.insert("https://api.caf.example/".to_owned());
        };
        assert_eq!(first_fault(api), None);
        assert_eq!(
            first_fault(|new| {
                api(new);
                new.options.resources.clear();
            }),
            Some("client-fault-resource")
        );
        assert_eq!(
            first_fault(|new| {
                api(new);
                new.redirect_uris.insert("https://caf.example/cb".to_owned());
            }),
            Some("client-fault-redirect-unused")
        );
        assert_eq!(
            first_fault(|new| new.options.backchannel_logout_uri = Some("http://caf.example/out".to_owned())),
            Some("client-fault-backchannel")
        );
    }

    #[test]
    fn a_broker_has_the_profile_that_was_observed() {
        let broker = |new: &mut NewClient| {
            new.kind = ClientKind::IdentityBroker;
            new.compat = false;
        };
        assert_eq!(first_fault(broker), None);
        let with = |change: fn(&mut NewClient)| {
            first_fault(|new| {
                broker(new);
                change(new);
            })
        };
        assert_eq!(with(|new| new.id_token_alg = Some(TokenAlgorithm::Hs256)), None);
        assert_eq!(with(|new| new.auth = Some(ClientAuth::SecretBasic)), Some("client-fault-broker-auth"));
        assert_eq!(
            with(|new| new.min_consent_grade = Some(ConsentGrade::Declared)),
            Some("client-fault-broker-grade")
        );
        let short = |new: &mut NewClient| {
            new.userinfo_alg = Some(TokenAlgorithm::Hs256);
            new.secret = Some("x".repeat(31).into());
        };
        assert_eq!(with(short), Some("client-fault-secret"));
        let hs256 = |new: &mut NewClient| new.id_token_alg = Some(TokenAlgorithm::Hs256);
        assert_eq!(first_fault(hs256), Some("client-fault-alg"), "nobody else");
    }
}
