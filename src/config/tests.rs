//! Whole configurations, right and wrong.

use std::fs;

use secrecy::ExposeSecret;

use super::*;
use crate::crypto::keys::Algorithm;

const KEY: &str = "[keys]\nmaster_key = \"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\"\n";

fn lines(result: Result<Config, ConfigErrors>) -> Vec<String> {
    result.expect_err("faults").to_string().lines().map(str::to_owned).collect()
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn the_defaults_and_a_master_key_are_enough() {
    let config = Config::from_toml_str(KEY).expect("a configuration");
    assert_eq!(config.server.public_url.as_str(), "http://localhost:8080");
    assert_eq!(config.ledger_origin(), "localhost:8080/ledger");
    assert_eq!(config.database.engine, Engine::Sqlite);
    assert!(config.operators.two_persons);
    assert!(config.franceconnect.is_none() && config.proconnect.is_none());
    assert!(matches!(config.mail, Mail::None));
}

#[test]
fn so_many_requests_at_once_as_the_processors_bear_or_as_is_said() {
    let at_once = |lines: &str| {
        let config = Config::from_toml_str(&format!("{KEY}[server]\n{lines}\n")).expect("a configuration");
        config.server.limits.in_flight
    };
    let processors = std::thread::available_parallelism().expect("a number").get();
    assert_eq!(at_once(""), 16 * processors);
    assert_eq!(at_once("max_in_flight = 0"), 16 * processors);
    assert_eq!(at_once("max_in_flight = 5"), 5);
}

#[test]
fn without_a_master_key_nothing_starts() {
    let faults = lines(Config::from_toml_str(""));
    assert_eq!(faults.len(), 1);
    assert!(faults[0].starts_with("keys.master_key: is missing"), "{faults:?}");
}

#[test]
fn every_fault_is_told_at_once_one_line_each() {
    let text = format!(
        "{KEY}[server]\npublic_url = \"http://procura.example\"\nlisten = \"nowhere\"\nbody_limit = \"big\"\ncolour = 3\n\
         [oidc]\ncode_lifetime = \"2 min\"\n[sessions]\nsecond_factor_max_age = 901\n[weather]\nsun = true\n"
    );
    let faults = lines(Config::from_toml_str(&text));
    for key in [
        "server.public_url:",
        "server.listen:",
        "server.body_limit:",
        "server.colour: is no key",
        "oidc.code_lifetime: \"2 min\" is not between 1 s and 1 min",
        "sessions.second_factor_max_age:",
        "[weather]: is no section",
    ] {
        assert_eq!(faults.iter().filter(|line| line.starts_with(key)).count(), 1, "{key} in {faults:#?}");
    }
    assert_eq!(faults.len(), 7, "{faults:#?}");
}

#[test]
fn a_variable_wins_over_the_file_and_is_named_when_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("procura.toml");
    fs::write(&file, format!("{KEY}[database]\nmax_connections = 3\nurl = \"sqlite://a.db\"\n"))
        .expect("written");
    let good = variables(&[
        ("PROCURA__DATABASE__URL", "postgres://u:p@h/d"),
        ("PROCURA__SERVER__TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"),
        ("PROCURA__SESSIONS__IDLE", "600"),
        ("PROCURA_TEST_POSTGRES", "not ours"),
    ]);
    let config = Config::assemble(Some(&file), good).expect("a configuration");
    assert_eq!(config.database.engine, Engine::Postgres);
    assert_eq!(config.database.url.expose_secret(), "postgres://u:p@h/d");
    assert_eq!(config.database.max_connections, 3);
    assert_eq!(config.sessions.idle.as_secs(), 600);
    assert!(config.server.trusts("10.2.3.4".parse().expect("an address")));

    let wrong = variables(&[
        ("PROCURA__DATABASE__MAX_CONNECTIONS", "many"),
        ("PROCURA__NOPE__X", "1"),
        ("PROCURA__A", ""),
    ]);
    let faults = lines(Config::assemble(Some(&file), wrong));
    assert_eq!(faults.len(), 3, "{faults:#?}");
    assert!(faults[0].ends_with("(variable PROCURA__DATABASE__MAX_CONNECTIONS)"), "{faults:#?}");
}

#[test]
fn an_address_under_the_wrong_key_keeps_its_password_to_itself() {
    let misplaced = format!("{KEY}[sms]\ntransport = \"http\"\nurl = \"postgres://u:p@ss@h/d\"\n");
    let faults = lines(Config::from_toml_str(&misplaced));
    assert!(
        faults.iter().any(|fault| fault.starts_with("sms.url: \"postgres://…@h/d\" must be https")),
        "{faults:?}"
    );
}

#[test]
fn a_secret_is_a_value_or_a_file_never_both() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    fs::write(&file, "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20\n").expect("written");
    let by_file = format!("[keys]\nmaster_key_file = \"{}\"\n", file.display());
    let config = Config::from_toml_str(&by_file).expect("a configuration");
    assert_eq!(config.keys.master.expose()[..3], [1, 2, 3]);

    let both = format!("{KEY}master_key_file = \"{}\"\n", file.display());
    let faults = lines(Config::from_toml_str(&both));
    assert_eq!(faults, ["keys.master_key: is given twice: also as keys.master_key_file"]);

    let address = folder.path().join("address");
    fs::write(&address, "postgres://u:p@h/d\n").expect("written");
    let address = format!("{KEY}[database]\nurl_file = \"{}\"\n", address.display());
    let config = Config::from_toml_str(&address).expect("the file, not the default of database.url");
    assert_eq!(config.database.engine, Engine::Postgres);
    let faults = lines(Config::from_toml_str(&format!("{address}url = \"sqlite://procura.db\"\n")));
    assert_eq!(faults, ["database.url: is given twice: also as database.url_file"]);

    let typed = folder.path().join("typed.toml");
    fs::write(&typed, format!("{KEY}[database]\nurl = \"sqlite://typed.db\"\n")).expect("written");
    let named = folder.path().join("address").display().to_string();
    let config = Config::assemble(Some(&typed), variables(&[("PROCURA__DATABASE__URL_FILE", &named)]));
    assert_eq!(config.expect("the variable holds").database.engine, Engine::Postgres);

    let missing = lines(Config::from_toml_str("[keys]\nmaster_key_file = \"no/such/file\"\n"));
    assert!(missing[0].starts_with("keys.master_key_file: no/such/file:"), "{missing:?}");
}

#[test]
fn no_secret_is_shown_neither_by_a_fault_nor_by_debug() {
    let text =
        "[keys]\nmaster_key = \"hunter2hunter2\"\n[database]\nurl = \"mysql://u:hunter2@h/d\"\n[mail\n";
    let faults = lines(Config::from_toml_str(text));
    assert!(!faults.join("\n").contains("hunter2"), "{faults:?}");
    let whole = text.replace("[mail\n", "");
    let faults = lines(Config::from_toml_str(&whole));
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(!faults.join("\n").contains("hunter2"), "{faults:?}");

    let good = format!("{KEY}[database]\nurl = \"postgres://u:hunter2@h/d\"\n");
    let shown = format!("{:?}", Config::from_toml_str(&good).expect("a configuration"));
    assert!(!shown.contains("hunter2") && !shown.contains("AQIDBA"), "{shown}");
}

#[test]
fn mail_needs_protection_off_this_machine() {
    let mail = |host: &str, security: &str| {
        let from = "Procura <p@example.org>";
        format!(
            "{KEY}[mail]\ntransport = \"smtp\"\nhost = \"{host}\"\nsecurity = \"{security}\"\nfrom = \"{from}\"\n"
        )
    };
    let config = Config::from_toml_str(&mail("127.0.0.1", "none")).expect("a configuration");
    let Mail::Smtp(smtp) = config.mail else { panic!("no relay") };
    assert_eq!(smtp.from.email.to_string(), "p@example.org");
    assert!(smtp.credentials.is_none());
    assert_eq!(lines(Config::from_toml_str(&mail("smtp.example", "none"))).len(), 1);
    let half = format!("{}username = \"x\"\n", mail("smtp.example", "tls"));
    assert_eq!(lines(Config::from_toml_str(&half)), ["mail.password: is missing beside mail.username"]);
}

#[test]
fn franceconnect_is_reached_safely_or_not_at_all() {
    let section = |issuer: &str, more: &str| {
        format!(
            "{KEY}[franceconnect]\nenabled = true\nissuer = \"{issuer}\"\nclient_id = \"x\"\nclient_secret = \"y\"\n{more}"
        )
    };
    let config =
        Config::from_toml_str(&section("http://localhost:8081/api/v2", "")).expect("a configuration");
    let provider = config.franceconnect.expect("switched on");
    assert_eq!(provider.issuer, "http://localhost:8081/api/v2");
    assert_eq!(provider.scopes.len(), 5);
    assert_eq!(provider.endpoints, Endpoints::Discovery);
    assert_eq!(lines(Config::from_toml_str(&section("http://fc.example", ""))).len(), 1);
    assert_eq!(lines(Config::from_toml_str(&section("https://fc.example", "timeout = \"11 s\"\n"))).len(), 1);
    assert_eq!(
        lines(Config::from_toml_str(&section("https://fc.example", "scopes = [\"email\"]\n"))).len(),
        1
    );
    assert_eq!(lines(Config::from_toml_str(&section("https://fc.example", "discovery = false\n"))).len(), 5);
}

#[test]
fn a_profile_decides_which_levels_and_signatures_can_be_asked_for() {
    let section = |name: &str, more: &str| {
        let issuer = "https://p.example";
        Config::from_toml_str(&format!(
            "{KEY}[{name}]\nenabled = true\nissuer = \"{issuer}\"\nclient_id = \"x\"\n{more}"
        ))
    };
    let plus = "profile = \"franceconnect_plus\"\ntoken_auth = \"private_key_jwt\"\n";
    let provider = section("franceconnect", plus).expect("a configuration").franceconnect.expect("on");
    assert_eq!(provider.profile, Profile::FranceConnectPlus);
    assert_eq!((provider.levels, provider.algorithms), (vec!["eidas2".to_owned()], vec![Algorithm::Es256]));
    assert!(matches!(provider.authentication, ClientAuthentication::Assertion));
    let secret = "client_secret = \"y\"\n";
    let low = section("franceconnect", secret).expect("a configuration").franceconnect.expect("on");
    assert_eq!(low.levels, ["eidas1"]);
    let agents = section("proconnect", secret).expect("a configuration").proconnect.expect("on");
    assert_eq!(agents.levels, ["eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3"]);
    for (name, more) in [
        ("franceconnect", format!("{secret}acr_values = \"eidas2\"\n")),
        ("franceconnect", format!("{plus}acr_values = \"eidas1\"\n")),
        ("franceconnect", format!("{plus}signed_response_alg = \"RS256\"\n")),
        ("franceconnect", format!("{plus}{secret}")),
        ("franceconnect", "token_auth = \"client_secret_post\"\n".to_owned()),
        ("franceconnect", format!("{secret}profile = \"proconnect\"\n")),
        ("proconnect", format!("{secret}profile = \"openid\"\n")),
        ("proconnect", format!("{secret}acr_values = [\"eidas1\"]\n")),
        ("proconnect", format!("{secret}acr_values = []\n")),
        ("proconnect", format!("{secret}signed_response_alg = \"HS256\"\n")),
        ("proconnect", format!("{secret}token_auth = \"client_secret_basic\"\n")),
    ] {
        assert_eq!(lines(section(name, &more)).len(), 1, "{name} {more}");
    }
}

#[test]
fn an_sms_gateway_is_a_whole_request() {
    let sms = |more: &str| {
        Config::from_toml_str(&format!(
            "{KEY}[sms]\ntransport = \"http\"\nurl = \"https://sms.example/send\"\n{more}"
        ))
    };
    let config = sms("auth = \"Bearer hunter2\"").expect("a configuration");
    assert!(config.sms.leaves() && !format!("{:?}", config.sms).contains("hunter2"));
    let form = sms("format = \"form\"\nbody = \"to={to}&text={text}\"").expect("a form");
    assert!(matches!(form.sms, Sms::Http(gateway) if gateway.format == SmsFormat::Form));
    for (wrong, line) in [
        ("body = '{\"to\": \"{to}\"}'", "sms.body: does not hold {text}"),
        (
            "body = '{\"to\": \"{to}\", \"text\": {text}}'",
            "sms.body: is not JSON: write \"{text}\" with its quotes",
        ),
        ("id_header = \"a b\"", "sms.id_header: is not the name of an HTTP header"),
        ("auth = \"x\"\nauth_header = \"\"", "sms.auth_header: is not the name of an HTTP header"),
        ("success = []", "sms.success: must name at least one status"),
    ] {
        assert_eq!(lines(sms(wrong)), [line], "{wrong}");
    }
    let clear = format!("{KEY}[sms]\ntransport = \"http\"\nurl = \"http://sms.example/\"\n");
    assert_eq!(lines(Config::from_toml_str(&clear)).len(), 1, "in clear over the network");
    assert!(!Config::from_toml_str(KEY).expect("defaults").sms.leaves());
}

#[test]
fn every_key_of_the_defaults_is_read_by_somebody() {
    let everything = format!(
        "{KEY}[mail]\ntransport = \"smtp\"\nhost = \"h\"\nfrom = \"a@b.fr\"\n[franceconnect]\nenabled = true\n\
         issuer = \"https://f.example\"\ndiscovery = false\nclient_id = \"x\"\nclient_secret = \"y\"\n\
         [sms]\ntransport = \"http\"\nurl = \"https://s.example\"\n[proconnect]\nenabled = true\nissuer = \"https://p.example\"\ndiscovery = false\nclient_id = \"x\"\n"
    );
    let mut layers = Layers::defaults();
    layers.add_text(&everything, &Origin::Text);
    let mut reader = Reader::new(layers);
    assert!(Config::read(&mut reader).is_err(), "the five endpoints are missing");
    assert_eq!(reader.unread(), []);
}

#[test]
fn the_production_example_names_only_known_keys() {
    let mut layers = Layers::defaults();
    let text = include_str!("../../config/production.example.toml");
    // What is commented out as well.
    let lines =
        text.lines().map(|line| line.strip_prefix('#').filter(|rest| !rest.starts_with(' ')).unwrap_or(line));
    layers.add_text(&lines.collect::<Vec<_>>().join("\n"), &Origin::Text);
    assert_eq!(layers.problems, []);
    assert!(layers.get("proconnect", "enabled").is_some_and(|typed| typed.origin == Origin::Text));
}
