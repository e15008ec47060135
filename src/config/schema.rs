//! The JSON Schema of a configuration file, made from `default.toml`: its comments, its types, its defaults.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::config::identity_provider;
use crate::config::layers::DEFAULTS;
use crate::config::mail;
use crate::config::operator;
use crate::config::sms;

/// The schema as pretty JSON (draft 2020-12) with a newline at its end; `config/schema.json` is this very text.
pub fn schema() -> String {
    let mut sections = Map::new();
    let mut section = String::new();
    let mut comment: Vec<&str> = Vec::new();
    for line in DEFAULTS.lines() {
        if let Some(text) = line.strip_prefix('#') {
            comment.push(text.trim());
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            let empty = json!({ "type": "object", "additionalProperties": false, "properties": {} });
            sections.insert(section.clone(), empty);
            comment.clear();
        } else if let Some((key, value)) = line.split_once(" = ") {
            let shape = shape(&section, key, value, &comment.join(" "));
            if let Some(properties) = sections.get_mut(&section).and_then(|entry| entry.get_mut("properties"))
            {
                properties[key] = shape;
            }
            comment.clear();
        } else {
            comment.clear();
        }
    }
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of Procura",
        "type": "object",
        "additionalProperties": false,
        "properties": sections,
    });
    format!("{schema:#}\n")
}

fn shape(section: &str, key: &str, value: &str, description: &str) -> Value {
    let default = format!("x = {value}").parse::<toml::Table>().ok().and_then(|mut table| table.remove("x"));
    let mut shape = match default {
        Some(toml::Value::Integer(number)) => json!({ "type": "integer", "default": number }),
        Some(toml::Value::Boolean(switch)) => json!({ "type": "boolean", "default": switch }),
        Some(toml::Value::Array(items)) => {
            let items: Vec<&str> = items.iter().filter_map(toml::Value::as_str).collect();
            json!({ "type": "array", "items": { "type": "string" }, "default": items })
        }
        Some(toml::Value::String(text)) => match words(section, key) {
            Some(words) => json!({ "enum": words, "default": text }),
            None if super::span::parse(&text).is_some() => {
                json!({ "type": ["string", "integer"], "default": text })
            }
            None => json!({ "type": "string", "default": text }),
        },
        _ => json!({}),
    };
    shape["description"] = Value::from(description);
    shape
}

fn words(section: &str, key: &str) -> Option<Vec<&'static str>> {
    fn first<T>(words: &[(&'static str, T)]) -> Vec<&'static str> {
        words.iter().map(|(word, _)| *word).collect()
    }
    match (section, key) {
        ("mail", "transport") => Some(first(&mail::TRANSPORT_WORDS)),
        ("mail", "security") => Some(first(&mail::SECURITY_WORDS)),
        ("sms", "transport") => Some(first(&sms::TRANSPORT_WORDS)),
        ("sms", "format") => Some(first(&sms::FORMAT_WORDS)),
        ("sms", "numbers") => Some(first(&sms::NUMBER_WORDS)),
        ("franceconnect", "profile") => Some(first(&identity_provider::PERSON_PROFILES)),
        ("proconnect", "profile") => Some(first(&identity_provider::AIDANT_PROFILES)),
        ("franceconnect" | "proconnect", "token_auth") => {
            Some(first(&identity_provider::AUTHENTICATION_WORDS))
        }
        ("log", "format") => Some(first(&operator::FORMAT_WORDS)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_schema_is_this_one() {
        let committed = include_str!("../../config/schema.json");
        assert!(
            committed == schema(),
            "config/schema.json is stale: procura config schema > config/schema.json"
        );
    }

    #[test]
    fn every_key_has_a_description_and_a_type() {
        let schema: Value = serde_json::from_str(&schema()).expect("JSON");
        let sections = schema["properties"].as_object().expect("sections");
        assert!(sections.len() >= 14);
        for (section, entry) in sections {
            for (key, shape) in entry["properties"].as_object().expect("keys") {
                assert!(shape["description"].as_str().is_some_and(|text| text.len() > 5), "{section}.{key}");
                assert!(shape.get("type").or(shape.get("enum")).is_some(), "{section}.{key}");
            }
        }
    }
}
