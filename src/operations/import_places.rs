//! Places of digital mediation are read from a file of the national open-data schema: all of it in one transaction, or none.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde_json::Value;

use crate::crypto::hash::sha256;
use crate::domain::place::Place;
use crate::domain::place::PlaceFault;
use crate::ledger::kinds::Event;
use crate::operations::actors::OperatorActor;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::enrol::operator_actor;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::storage::places;

/// The most lines a file may have.
const MOST_LINES: usize = 200_000;
/// Columns without which a file is another one.
const NEEDED: [&str; 7] = ["id", "nom", "commune", "code_postal", "adresse", "date_maj", "services"];

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number: of the line in a CSV file, of the item in a JSON file, from 1 on.
    pub line: u64,
    /// The place's identifier, where that much can be read.
    pub id: Option<String>,
    /// What is wrong.
    pub faults: Vec<PlaceFault>,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct PlaceFile {
    /// The places.
    pub places: Vec<Place>,
    /// Lines that cannot be read.
    pub bad: Vec<BadLine>,
    digest: [u8; 32],
}

/// Why a file as a whole cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPlaceFile {
    /// Neither CSV nor JSON in UTF-8.
    #[error("this is neither a CSV nor a JSON file in UTF-8: {0}")]
    Form(String),
    /// Columns are missing.
    #[error("columns are missing: {0}")]
    Columns(String),
    /// More lines than are taken at once.
    #[error("the file has more than 200000 lines")]
    TooLong,
}

/// What an import does with faults and with places that are not in the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// Leave bad lines out instead of refusing the whole file.
    pub skip_bad: bool,
    /// The file names some places only: those it does not name stay.
    pub partial: bool,
}

/// What an import changed, or would change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// New places.
    pub added: u64,
    /// Known ones that differ, or are back.
    pub changed: u64,
    /// Known ones that are no longer in the file.
    pub removed: u64,
    /// Known ones that are the same.
    pub same: u64,
    /// Bad lines.
    pub left_out: u64,
}

type Fields = BTreeMap<String, String>;

/// Reads a file: JSON when it begins with a bracket, else CSV with a line of names.
///
/// # Errors
/// [`NoPlaceFile`] when the file as a whole is none; single lines are told in [`PlaceFile::bad`].
pub fn read_file(bytes: &[u8]) -> Result<PlaceFile, NoPlaceFile> {
    let bytes_of_text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = bytes_of_text.iter().find(|byte| !byte.is_ascii_whitespace());
    let lines = match first {
        Some(b'[') => json_lines(bytes_of_text)?,
        _ => csv_lines(bytes_of_text)?,
    };
    let mut file = PlaceFile { places: Vec::new(), bad: Vec::new(), digest: sha256(bytes) };
    let mut seen = BTreeSet::new();
    for (line, fields) in lines {
        let id =
            |fields: &Fields| fields.get("id").map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
        let read = match fields {
            Ok(fields) => {
                let place = Place::read(&|name| fields.get(name).cloned());
                place.map_err(|faults| (id(&fields), faults))
            }
            Err(what) => Err((None, vec![PlaceFault { field: "line", what }])),
        };
        match read {
            Ok(place) if seen.insert(place.id.clone()) => file.places.push(place),
            Ok(place) => {
                let faults = vec![PlaceFault { field: "id", what: "repeated" }];
                file.bad.push(BadLine { line, id: Some(place.id), faults });
            }
            Err((id, faults)) => file.bad.push(BadLine { line, id, faults }),
        }
    }
    Ok(file)
}

type Lines = Vec<(u64, Result<Fields, &'static str>)>;

fn json_lines(bytes: &[u8]) -> Result<Lines, NoPlaceFile> {
    let items: Vec<Value> =
        serde_json::from_slice(bytes).map_err(|error| NoPlaceFile::Form(error.to_string()))?;
    if items.len() > MOST_LINES {
        return Err(NoPlaceFile::TooLong);
    }
    let lines = (1..).zip(items.iter().map(|item| match item {
        Value::Object(object) => {
            Ok(object.iter().map(|(name, value)| (name.trim().to_lowercase(), text(value))).collect())
        }
        _ => Err("form"),
    }));
    Ok(lines.collect())
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join("|"),
        Value::Null | Value::Object(_) => String::new(),
        other => other.to_string(),
    }
}

fn csv_lines(bytes: &[u8]) -> Result<Lines, NoPlaceFile> {
    let head = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let many = |wanted: u8| head.iter().filter(|byte| **byte == wanted).count();
    let delimiter = if many(b';') > many(b',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
    let names: Vec<String> = reader
        .headers()
        .map_err(|error| NoPlaceFile::Form(error.to_string()))?
        .iter()
        .map(|name| name.trim().to_lowercase())
        .collect();
    let missing: Vec<&str> =
        NEEDED.into_iter().filter(|needed| !names.iter().any(|name| name == needed)).collect();
    if !missing.is_empty() {
        return Err(NoPlaceFile::Columns(missing.join(", ")));
    }
    let mut lines = Lines::new();
    let mut record = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(false) => return Ok(lines),
            Ok(true) if lines.len() >= MOST_LINES => return Err(NoPlaceFile::TooLong),
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                lines.push((line, fields_of(&names, &record)));
            }
            Err(error) => return Err(NoPlaceFile::Form(error.to_string())),
        }
    }
}

fn fields_of(names: &[String], record: &csv::ByteRecord) -> Result<Fields, &'static str> {
    if record.len() != names.len() {
        return Err("columns");
    }
    let mut fields = Fields::new();
    for (name, value) in names.iter().zip(record) {
        let value = std::str::from_utf8(value).map_err(|_| "encoding")?;
        fields.insert(name.clone(), value.to_owned());
    }
    Ok(fields)
}

fn digest(place: &Place) -> [u8; 32] {
    // No text of a place holds this separator: control characters are faults.
    let texts = place.texts().join("\u{1f}");
    sha256(format!("{texts}\u{1f}{}", place.updated_on).as_bytes())
}

/// What an import of this file would change. Changes nothing.
///
/// # Errors
/// As the database says.
pub async fn try_import(
    bench: &Bench,
    file: &PlaceFile,
    options: ImportOptions,
) -> Result<Imported, Refusal> {
    let mut tx = bench.db.read().await?;
    Ok(plan(&places::digests(&mut tx).await?, file, options).imported)
}

struct Plan<'a> {
    put: Vec<(&'a Place, [u8; 32])>,
    remove: Vec<&'a str>,
    imported: Imported,
}

type Known = [(String, Vec<u8>, Option<crate::domain::time::Instant>)];

fn plan<'a>(known: &'a Known, file: &'a PlaceFile, options: ImportOptions) -> Plan<'a> {
    let by_id: BTreeMap<&str, (&[u8], bool)> = known
        .iter()
        .map(|(id, digest, removed)| (id.as_str(), (digest.as_slice(), removed.is_some())))
        .collect();
    let left_out = u64::try_from(file.bad.len()).unwrap_or(u64::MAX);
    let mut plan =
        Plan { put: Vec::new(), remove: Vec::new(), imported: Imported { left_out, ..Imported::default() } };
    for place in &file.places {
        let digest = digest(place);
        match by_id.get(place.id.as_str()) {
            Some((known, false)) if *known == digest.as_slice() => plan.imported.same += 1,
            Some(_) => {
                plan.imported.changed += 1;
                plan.put.push((place, digest));
            }
            None => {
                plan.imported.added += 1;
                plan.put.push((place, digest));
            }
        }
    }
    if !options.partial {
        // A place whose line cannot be read is still in the file.
        let named: BTreeSet<&str> = file
            .places
            .iter()
            .map(|place| place.id.as_str())
            .chain(file.bad.iter().filter_map(|bad| bad.id.as_deref()))
            .collect();
        plan.remove = by_id
            .iter()
            .filter(|(id, (_, removed))| !removed && !named.contains(**id))
            .map(|(id, _)| *id)
            .collect();
        plan.imported.removed = u64::try_from(plan.remove.len()).unwrap_or(u64::MAX);
    }
    plan
}

/// Reads the places in: new ones are added, known ones put right, those no longer named are marked as removed.
///
/// # Errors
/// [`Refusal::Conflict`] with `places-bad-lines` when lines cannot be read and are not to be left out, with `places-none` when
/// no line can be read; nothing is changed then.
pub async fn import(
    bench: &Bench,
    by: &OperatorActor,
    file: &PlaceFile,
    options: ImportOptions,
    request: Option<&str>,
) -> Result<Imported, Refusal> {
    if file.places.is_empty() {
        return Err(Refusal::Conflict("places-none"));
    }
    if !file.bad.is_empty() && !options.skip_bad {
        return Err(Refusal::Conflict("places-bad-lines"));
    }
    let mut work = Work::begin(bench, request).await?;
    let now = work.now;
    let known = places::digests(&mut work.tx).await?;
    let plan = plan(&known, file, options);
    for (place, digest) in &plan.put {
        places::put(&mut work.tx, place, digest, now).await?;
    }
    for id in &plan.remove {
        places::remove(&mut work.tx, id, now).await?;
    }
    let Imported { added, changed, removed, left_out, .. } = plan.imported;
    let event = Event::PlacesImported { added, changed, removed, left_out, file: file.digest.into() };
    let key = data_keys::system(bench);
    let (work, _) = work.record(Line::new(event, operator_actor(by), key)).await?;
    work.commit().await?;
    Ok(plan.imported)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id,nom,commune,code_postal,adresse,date_maj,services";

    #[test]
    fn csv_and_json_give_the_same_places() {
        let csv = format!("\u{feff}{HEAD}\nun,Espace,Dijon,21000,1 rue A,2026-01-02,\"Autre|Chose\"\n");
        let json = r#"[{"id":"un","nom":"Espace","commune":"Dijon","code_postal":"21000","adresse":"1 rue A",
            "date_maj":"2026-01-02","services":["Autre","Chose"],"latitude":null}]"#;
        let (one, other) =
            (read_file(csv.as_bytes()).expect("CSV"), read_file(json.as_bytes()).expect("JSON"));
        assert_eq!(one.places, other.places);
        assert_eq!(one.places[0].services, ["Autre", "Chose"]);
        let semicolons = csv.replace(',', ";");
        assert_eq!(read_file(semicolons.as_bytes()).expect("CSV").places, one.places);
    }

    #[test]
    fn each_bad_line_is_told_with_its_number_and_the_rest_is_read() {
        let mut csv = format!("{HEAD}\nun,Espace,Dijon,21000,1 rue A,2026-01-02,Autre\n").into_bytes();
        csv.extend(b"un,Encore,Dijon,21000,1 rue A,2026-01-02,Autre\n");
        csv.extend(b"deux,Espace,Dijon\n");
        csv.extend(b"trois,\xff,Dijon,21000,1 rue A,2026-01-02,Autre\n");
        csv.extend(b"quatre,,Dijon,2100,1 rue A,2026-01-02,Autre\n");
        let file = read_file(&csv).expect("a file");
        let told: Vec<_> =
            file.bad.iter().map(|bad| (bad.line, bad.faults[0].field, bad.faults[0].what)).collect();
        assert_eq!(
            told,
            [
                (3, "id", "repeated"),
                (4, "line", "columns"),
                (5, "line", "encoding"),
                (6, "code_postal", "form"),
            ]
        );
        assert_eq!(file.bad[3].faults.len(), 2);
        assert_eq!(file.places.len(), 1);
    }

    #[test]
    fn another_file_is_refused_as_a_whole() {
        assert_eq!(
            read_file(b"nom,prenom\nA,B\n").map(|_| ()),
            Err(NoPlaceFile::Columns("id, commune, code_postal, adresse, date_maj, services".to_owned()))
        );
        assert!(matches!(read_file(b"[{").map(|_| ()), Err(NoPlaceFile::Form(_))));
        assert!(matches!(read_file(b"").map(|_| ()), Err(NoPlaceFile::Columns(_))));
    }

    #[test]
    fn the_examples_hold() {
        let csv = read_file(include_bytes!("../../config/lieux.example.csv")).expect("the example");
        let json = read_file(include_bytes!("../../config/lieux.example.json")).expect("the example");
        assert!(csv.bad.is_empty(), "{:?}", csv.bad);
        assert!(csv.places.len() >= 5);
        assert_eq!(csv.places, json.places);
    }
}
