//! What two administrations hold of one mandate has nothing rare in common: they cannot put their files together.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::time::Duration;

use procura::domain::client::Client;
use procura::domain::client::ClientKind;
use procura::domain::ids::ClientId;
use procura::domain::theme::Theme;
use procura::operations::redeem_code::Presented;
use procura::operations::redeem_code::redeem_code;
use procura::operations::register_client::NewClient;
use serde_json::Value;

use crate::races::Race;
use crate::races::VERIFIER;
use crate::spaces::registered;

/// Where equal values are no link: shared by every token of this provider, of this organisation, or of this day.
const COMMON: [&str; 22] = [
    "/iss",
    "/act/iss",
    "/acr",
    "/amr/0",
    "/amr/1",
    "/act/org/siret",
    "/act/org/name",
    "/may_act/org/siret",
    "/may_act/org/name",
    "/authorization_details/0/type",
    "/authorization_details/0/privileges/0",
    "/authorization_details/0/privileges/1",
    "/authorization_details/0/validity/nbf",
    "/authorization_details/0/validity/exp",
    "/authorization_details/0/consent/method",
    "/authorization_details/0/consent/grade",
    "/authorization_details/0/consent/date",
    "/authorization_details/0/consent/text_version",
    "/nbf",
    "/scope",
    // One list speaks of every client's tokens; the index in it does not repeat.
    "/status/status_list/uri",
    // OIDC Core section 2 defines it as this very instant.
    "/auth_time",
];

fn payload(token: &Value) -> Value {
    let part =
        token.as_str().and_then(|token| token.split('.').nth(1)).and_then(procura::crypto::hash::unb64);
    serde_json::from_slice(&part.expect("a JWS")).expect("claims")
}

fn leaves(value: &Value, path: &str, into: &mut BTreeMap<String, BTreeSet<String>>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                leaves(value, &format!("{path}/{name}"), into);
            }
        }
        Value::Array(items) => {
            for (number, value) in items.iter().enumerate() {
                leaves(value, &format!("{path}/{number}"), into);
            }
        }
        other => {
            let text = other.as_str().map_or_else(|| other.to_string(), str::to_owned);
            into.entry(text).or_default().insert(path.to_owned());
        }
    }
}

/// Each value of all three tokens of one act, with the places it stands at.
async fn values(race: &Race, client: &Client) -> BTreeMap<String, BTreeSet<String>> {
    let code = race.open(race.begin_at(client).await).await.expect("a code");
    let redirect_uri = client.registration.redirect_uris.first().map(String::as_str);
    let presented = Presented { code: &code, redirect_uri, code_verifier: Some(VERIFIER), jkt: None };
    let issued = redeem_code(&race.scene.world.bench, client, &presented, None).await.expect("tokens");
    let issued = serde_json::to_value(issued).expect("json");
    let mut found = BTreeMap::new();
    for name in ["id_token", "access_token", "mandate_token"] {
        let claims = payload(&issued[name]);
        // The end of the mandate is a day's end; the end of the others is an instant of this act.
        let day =
            name == "mandate_token" && claims["exp"] == claims["authorization_details"][0]["validity"]["exp"];
        leaves(&claims, "", &mut found);
        if day {
            found.remove(&claims["exp"].to_string());
        }
    }
    found
}

/// Whether every place of a value is one where equal values are no link; an issuer is one as an audience, too.
fn is_common(value: &str, places: &BTreeSet<String>) -> bool {
    places
        .iter()
        .all(|place| COMMON.contains(&place.as_str()) || (place == "/aud" && value.starts_with("http")))
}

fn in_common(
    one: &BTreeMap<String, BTreeSet<String>>,
    other: &BTreeMap<String, BTreeSet<String>>,
) -> Vec<String> {
    one.iter()
        .filter_map(|(value, places)| {
            let there = other.get(value)?;
            (!is_common(value, places) || !is_common(value, there))
                .then(|| format!("{value} at {places:?} and {there:?}"))
        })
        .collect()
}

fn administration(id: &str, sector: Option<&str>) -> NewClient {
    let mut new = NewClient::new(ClientKind::Administration, format!("Service {id}"));
    new.id = ClientId::parse(id);
    new.compat = true;
    new.themes = [Theme::Social, Theme::Logement].into();
    new.redirect_uris.insert(format!("https://{id}.example/retour"));
    new.sector = sector.map(str::to_owned);
    new
}

on_each_database! {
    async fn nothing_rare_is_equal_at_two_clients(world) {
        let race = Race::set(world).await;
        race.scene.world.clock.advance(Duration::from_secs(61));
        let other = registered(&race.scene.world, administration("retraite", None)).await.client;
        let first = values(&race, &race.client).await;
        race.scene.world.clock.advance(Duration::from_secs(61));
        let second = values(&race, &other).await;
        assert_eq!(in_common(&first, &second), Vec::<String>::new());
        let ids = [race.person.person.id.to_string(), race.aidant.account.id.to_string(), race.scene.mandate.id.to_string(),
            race.aidant.habilitation.id.to_string(), race.aidant.organisation.id.to_string()];
        for id in ids {
            assert!(first.keys().chain(second.keys()).all(|value| !value.contains(&id)), "{id} stays inside");
        }
        for name in ["Lefèvre", "Durand", "Amélie", "Jeanne"] {
            assert!(first.keys().chain(second.keys()).all(|value| !value.contains(name)), "{name} was not asked for");
        }
    }

    async fn the_same_client_knows_them_again_and_so_does_its_sector(world) {
        let race = Race::set(world).await;
        let one = registered(&race.scene.world, administration("guichet", Some("social.example"))).await.client;
        let two = registered(&race.scene.world, administration("agence", Some("social.example"))).await.client;
        let first = values(&race, &one).await;
        race.scene.world.clock.advance(Duration::from_secs(61));
        let again = values(&race, &one).await;
        race.scene.world.clock.advance(Duration::from_secs(61));
        let sector = values(&race, &two).await;
        let place = |all: &BTreeMap<String, BTreeSet<String>>, wanted: &str| {
            let found = all.iter().find(|(_, places)| places.contains(wanted));
            found.unwrap_or_else(|| panic!("no {wanted}")).0.clone()
        };
        for path in ["/act/sub", "/act/habilitation", "/authorization_details/0/identifier", "/authorization_details/0/consent/text_digest",
            "/status/status_list/idx"] {
            assert_eq!(place(&first, path), place(&again, path), "{path}");
            assert_eq!(place(&first, path), place(&sector, path), "{path}");
        }
        assert!(!in_common(&first, &sector).is_empty(), "the comparison sees what is shared");
    }
}
