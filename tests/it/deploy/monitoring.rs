//! The documented list of metrics is the program's, and dashboard and alerts ask for nothing else.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use procura::telemetry::metrics::Counter;
use procura::telemetry::metrics::Gauge;
use serde_json::Value;

use crate::deploy::read;

const DURATIONS: &str = "procura_request_seconds";

fn known() -> BTreeSet<String> {
    let counters = Counter::ALL.iter().map(|counter| counter.name());
    let names = counters.chain(Gauge::ALL.iter().map(|gauge| gauge.name())).chain([DURATIONS]);
    names.map(str::to_owned).collect()
}

/// The metrics that a query names; a histogram's parts count as the histogram.
fn named_in(query: &str) -> BTreeSet<String> {
    let words = query.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    words
        .filter(|word| word.starts_with("procura_"))
        .map(|word| {
            let part = ["_bucket", "_count", "_sum"].iter().find_map(|end| word.strip_suffix(end));
            part.filter(|part| *part == DURATIONS).unwrap_or(word).to_owned()
        })
        .collect()
}

#[test]
fn the_documented_list_is_the_programs_with_its_words() {
    let page = read("deploy/monitoring/metrics.md");
    let about = page.split("## What to look at first").next().expect("the lists");
    let mut listed = BTreeMap::new();
    for line in about.lines().filter(|line| line.starts_with("| `procura_")) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        listed.insert(cells[1].trim_matches('`').to_owned(), cells[2].to_owned());
    }
    assert_eq!(listed.keys().cloned().collect::<BTreeSet<_>>(), known());
    let help: BTreeMap<String, String> = procura::telemetry::metrics::install()
        .render()
        .lines()
        .filter_map(|line| line.strip_prefix("# HELP ")?.split_once(' '))
        .map(|(name, words)| (name.to_owned(), words.to_owned()))
        .collect();
    for counter in Counter::ALL {
        assert_eq!(listed.get(counter.name()), help.get(counter.name()), "{}", counter.name());
    }
    assert!(named_in(&page).is_subset(&known()), "the page names only what is there");
}

#[test]
fn every_query_of_the_dashboard_names_metrics_that_are_there() {
    let dashboard: Value = serde_json::from_str(&read("deploy/monitoring/grafana.json")).expect("JSON");
    let mut asked = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for panel in dashboard["panels"].as_array().expect("panels") {
        assert!(ids.insert(panel["id"].as_u64().expect("an id")), "{panel}");
        if panel["type"] == "row" {
            continue;
        }
        let targets = panel["targets"].as_array().expect("targets");
        assert!(!targets.is_empty(), "{panel}");
        for target in targets {
            let query = target["expr"].as_str().expect("a query");
            assert_eq!(query.matches('(').count(), query.matches(')').count(), "{query}");
            let names = named_in(query);
            assert!(!names.is_empty() || query.contains("up{job=\"procura\"}"), "{query}");
            asked.extend(names);
        }
    }
    let known = known();
    let unknown: Vec<&String> = asked.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(asked.len() > 30, "it shows what there is: {}", asked.len());
}

#[test]
fn every_alert_asks_for_metrics_that_are_there_and_says_what_it_means() {
    let alerts = read("deploy/monitoring/alerts.yml");
    let mut asked = BTreeSet::new();
    let mut names = BTreeSet::new();
    for alert in alerts.split("- alert: ").skip(1) {
        let name = alert.lines().next().expect("a name").trim();
        assert!(names.insert(name.to_owned()), "{name} stands twice");
        let query = alert.lines().find_map(|line| line.trim().strip_prefix("expr: ")).expect("a query");
        let metrics = named_in(query);
        assert!(!metrics.is_empty() || query.starts_with("up{job=\"procura\"}"), "{name}: {query}");
        asked.extend(metrics);
        assert!(alert.contains("severity: page") || alert.contains("severity: warn"), "{name}");
        assert!(alert.contains("summary:"), "{name}");
    }
    let known = known();
    let unknown: Vec<&String> = asked.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    // The runbooks name alerts that exist.
    for path in crate::deploy::files("deploy/runbooks", ".md") {
        let page = std::fs::read_to_string(&path).expect("a page");
        for line in page.lines().filter(|line| line.contains("alert `")) {
            for name in line.split('`').skip(1).step_by(2) {
                let alert = name.chars().next().is_some_and(char::is_uppercase);
                assert!(!alert || names.contains(name), "{name} in {}", path.display());
            }
        }
    }
}

/// The Rust sources of the program but the list of metrics itself.
fn sources(folder: &std::path::Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("telemetry/metrics.rs") {
            text.push_str(&std::fs::read_to_string(&path).expect("a source"));
        }
    }
}

#[test]
fn every_metric_is_written_somewhere() {
    let mut text = String::new();
    sources(&crate::deploy::root().join("src"), &mut text);
    let words: BTreeSet<&str> = text.split(|c: char| !(c.is_alphanumeric() || "_:".contains(c))).collect();
    let counters = Counter::ALL.iter().map(|counter| format!("Counter::{counter:?}"));
    let gauges = Gauge::ALL.iter().map(|gauge| format!("Gauge::{gauge:?}"));
    let idle: Vec<String> = counters.chain(gauges).filter(|name| !words.contains(name.as_str())).collect();
    assert_eq!(idle, Vec::<String>::new(), "metrics that nothing writes");
}
