//! Everything that is known of a person, as she may take it along: one document whose form `person_export.schema.json` tells.

use serde_json::Value;
use serde_json::json;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::domain::ids::EntryId;
use crate::domain::message::Address;
use crate::domain::time::Instant;
use crate::operations::actors;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::contacts;
use crate::operations::data_keys;
use crate::operations::decide_mandate::EVIDENCE_LABEL;
use crate::operations::decide_mandate::TEXT_LABEL;
use crate::operations::lines::Opener;
use crate::operations::orient;
use crate::operations::overview;
use crate::operations::overview::Held;
use crate::operations::refusal::Refusal;
use crate::storage::cases;
use crate::storage::db::Tx;
use crate::storage::entries::StoredEntry;
use crate::storage::erasure;
use crate::storage::ledger;
use crate::storage::mandates;
use crate::storage::organisations;
use crate::storage::person_export;
use crate::storage::persons;
use crate::storage::persons::BlockTarget;
use crate::storage::trails;
use crate::storage::trails::Choice;
use crate::storage::trails::Lines;

/// The form of the document (JSON Schema, draft 2020-12).
pub const SCHEMA: &str = include_str!("person_export.schema.json");
/// Its version.
pub const VERSION: u32 = 1;
/// Lines read at once.
const PAGE: i64 = 500;

/// The document. `schema` is the address of [`SCHEMA`], `proofs` of the file with the proofs of all lines.
///
/// # Errors
/// As the database says.
pub async fn export(
    bench: &Bench,
    person: &PersonActor,
    (schema, proofs): (&str, &str),
) -> Result<Value, Refusal> {
    let held = overview::of_person(bench, person).await?;
    let orientations = orient::of_person(bench, person).await?;
    let id = person.person.id;
    let mut tx = bench.db.read().await?;
    let mut given = Vec::with_capacity(held.len());
    for one in &held {
        given.push(mandate(bench, &mut tx, person, one).await?);
    }
    let known = person_export::known_since(&mut tx, id).await?;
    let declared = person_export::declared(&mut tx, id).await?;
    let document = json!({
        "$schema": schema,
        "version": VERSION,
        "made_at": bench.now().to_text(),
        "proofs": proofs,
        "person": {
            "id": id,
            "identification": person.person.identification,
            "identity": serde_json::to_value(&person.person.identity)?,
            "known_since": known.map(Instant::to_text),
            "taken_down_by": declared.iter().map(|(name, at)| json!({ "organisation": name, "at": at.to_text() })).collect::<Vec<_>>(),
        },
        "contacts": own_contacts(bench, &mut tx, person).await?,
        "told": told(&mut tx, person).await?,
        "blocks": blocks(bench, &mut tx, person).await?,
        "mandates": given,
        "acts": acts(&mut tx, person).await?,
        "tokens": person_export::tokens(&mut tx, id).await?.into_iter()
            .map(|(mandate, kind, client, until)| json!({ "mandate": mandate, "kind": kind, "client": client, "expires_at": until.to_text() }))
            .collect::<Vec<_>>(),
        "verifications": person_export::verifications(&mut tx, id).await?.into_iter()
            .map(|(mandate, client, day)| json!({ "mandate": mandate, "client": client, "day": day })).collect::<Vec<_>>(),
        "cases": own_cases(&mut tx, person).await?,
        "declared_errors": person_export::errors(&mut tx, id).await?.into_iter()
            .map(|(mandate, line, entry, at)| json!({ "mandate": mandate, "line": line, "entry": entry, "at": at.to_text() }))
            .collect::<Vec<_>>(),
        "revocations_by_telephone_or_letter": person_export::revocations(&mut tx, id).await?.into_iter()
            .map(|(entry, channel, day, at)| json!({ "entry": entry, "channel": channel, "asked_on": day, "at": at.to_text() }))
            .collect::<Vec<_>>(),
        "orientations": orientations.iter().map(|one| json!({
            "id": one.id, "mandate": one.mandate, "place": one.place.place.name, "at": one.at.to_text(),
            "organisation": one.organisation, "aidant": one.aidant.show(), "reason": one.note.reason.show(),
            "service": one.note.service, "appointment": one.note.appointment,
            "pass": one.note.pass.as_ref().map(|pass| pass.show().clone()),
        })).collect::<Vec<_>>(),
        "erasure_asked_at": erasure::asked(&mut tx, id).await?.map(Instant::to_text),
        "entries": entries(bench, &mut tx, person).await?,
    });
    Ok(document)
}

async fn mandate(bench: &Bench, tx: &mut Tx, person: &PersonActor, held: &Held) -> Result<Value, Refusal> {
    let mandate = &held.mandate;
    let (terms, consent) = (&mandate.terms, mandate.consent());
    let id = mandate.id;
    let themes: Vec<Value> = terms
        .themes
        .iter()
        .map(|theme| {
            let end = mandate.ended_themes.get(theme);
            json!({ "theme": theme.key(), "ended_at": end.map(|end| end.at.to_text()), "ended_by": end.map(|end| end.by.as_str()) })
        })
        .collect();
    let own = person.person.id;
    let only = |of: &crate::domain::ids::MandateId| *of == id;
    let attestations = person_export::attestations(tx, own).await?;
    let transfers = person_export::transfers(tx, own).await?;
    let holds = person_export::holds(tx, own).await?;
    let notices = person_export::end_notices(tx, own).await?;
    let askings = person_export::askings(tx, own).await?;
    Ok(json!({
        "id": id,
        "organisation": {
            "id": held.organisation.id, "name": held.organisation.name,
            "siret": held.organisation.siret.as_str(), "address": held.organisation.address,
        },
        "drafted_by": held.drafted_by,
        "drafted_at": terms.drafted_at.to_text(),
        "channel": terms.channel.as_str(),
        "duration": terms.duration.as_str(),
        "status": held.status.as_str(),
        "themes": themes,
        "valid_from": consent.map(|consent| consent.validity.from.to_text()),
        "valid_until": consent.map(|consent| consent.validity.until.to_text()),
        "consent": own_consent(bench, tx, person, held).await?,
        "asked_at_a_distance": askings.into_iter().filter(|(of, ..)| only(of)).map(|(_, sent, at, confirmed, referent)| json!({
            "messages": sent, "last_sent_at": at.map(Instant::to_text),
            "confirmed_at": confirmed.map(Instant::to_text), "referent_at": referent.map(Instant::to_text),
        })).collect::<Vec<_>>(),
        "attestations": attestations.into_iter().filter(|(of, ..)| only(of)).map(|(_, made, replaced)| json!({
            "made_at": made.to_text(), "replaced_at": replaced.map(Instant::to_text),
        })).collect::<Vec<_>>(),
        "moved": transfers.into_iter().filter(|(of, ..)| only(of)).map(|(_, from, to, at)| json!({
            "from": from, "to": to, "at": at.to_text(),
        })).collect::<Vec<_>>(),
        "held_by": holds.into_iter().filter(|(of, ..)| only(of)).map(|(_, cause, since)| json!({
            "cause": cause, "since": since.to_text(),
        })).collect::<Vec<_>>(),
        "end_notices": notices.into_iter().filter(|(of, ..)| only(of)).map(|(_, days, at)| json!({
            "days_before": days, "at": at.to_text(),
        })).collect::<Vec<_>>(),
    }))
}

/// Text and evidence of a consent: the text word for word, of the evidence what identifies it.
async fn own_consent(
    bench: &Bench,
    tx: &mut Tx,
    person: &PersonActor,
    held: &Held,
) -> Result<Value, Refusal> {
    let (Some(consent), Some(stored)) =
        (held.mandate.consent(), mandates::consent(tx, held.mandate.id).await?)
    else {
        return Ok(Value::Null);
    };
    let key = data_keys::require(bench, tx, person.data_key).await?;
    let text = key.open(TEXT_LABEL, &stored.sealed_text)?;
    let evidence = key.open(EVIDENCE_LABEL, &stored.sealed_evidence)?;
    Ok(json!({
        "method": consent.method.as_str(),
        "grade": consent.grade.as_str(),
        "decided_at": stored.decided_at.to_text(),
        "text": String::from_utf8_lossy(&text),
        "text_digest": b64(&consent.text_digest),
        "evidence_digest": b64(&sha256(&evidence)),
        "evidence_bytes": evidence.len(),
    }))
}

async fn own_contacts(bench: &Bench, tx: &mut Tx, person: &PersonActor) -> Result<Vec<Value>, Refusal> {
    let all = contacts::of(bench, tx, person).await?;
    Ok(all
        .iter()
        .map(|contact| {
            let (kind, address) = match &contact.address {
                Address::Email(email) => ("email", email.show()),
                Address::Phone(phone) => ("phone", phone.show()),
            };
            json!({
                "kind": kind, "address": address, "source": contact.source.as_str(),
                "state": contact.state.as_str(), "since": contact.since.to_text(),
            })
        })
        .collect())
}

async fn told(tx: &mut Tx, person: &PersonActor) -> Result<Value, Refusal> {
    let id = person.person.id;
    let language = person_export::language(tx, id).await?;
    Ok(json!({
        "language": language.first().map(|(language,)| language.clone()),
        "preferences": person_export::preferences(tx, id).await?.into_iter()
            .map(|(topic, delivery)| json!({ "topic": topic, "delivery": delivery })).collect::<Vec<_>>(),
        "notices": person_export::notices(tx, id).await?.into_iter()
            .map(|(mandate, topic, at, used)| json!({
                "mandate": mandate, "topic": topic, "at": at.to_text(), "link_used_at": used.map(Instant::to_text),
            })).collect::<Vec<_>>(),
        "paper_codes": person_export::paper_codes(tx, id).await?.into_iter()
            .map(|(name, made, ended)| json!({
                "organisation": name, "made_at": made.to_text(), "ended_at": ended.map(Instant::to_text),
            })).collect::<Vec<_>>(),
    }))
}

async fn blocks(bench: &Bench, tx: &mut Tx, person: &PersonActor) -> Result<Vec<Value>, Refusal> {
    let mut all = Vec::new();
    for (target, at) in persons::blocks(tx, person.person.id).await? {
        let (kind, name) = match target {
            BlockTarget::Account(id) => {
                ("aidant", actors::account(bench, tx, id).await?.0.professional.full_name())
            }
            BlockTarget::Organisation(id) => {
                let stored = organisations::find(tx, id).await?;
                ("organisation", stored.map_or_else(String::new, |stored| stored.organisation.name))
            }
        };
        all.push(json!({ "kind": kind, "name": name, "since": at.to_text() }));
    }
    Ok(all)
}

async fn acts(tx: &mut Tx, person: &PersonActor) -> Result<Vec<Value>, Refusal> {
    let rows = person_export::acts(tx, person.person.id).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            json!({
                "id": row.id, "mandate": row.mandate, "client": row.client, "theme": row.theme, "status": row.status,
                "organisation": row.organisation, "opened_at": row.opened_at.map(Instant::to_text),
                "redeemed_at": row.redeemed_at.map(Instant::to_text), "entry": row.txn,
            })
        })
        .collect())
}

async fn own_cases(tx: &mut Tx, person: &PersonActor) -> Result<Vec<Value>, Refusal> {
    let mut all = Vec::new();
    for case in cases::of_person(tx, person.person.id).await? {
        let steps = cases::steps(tx, case.id).await?;
        all.push(json!({
            "number": case.number, "mandate": case.mandate, "entry": case.entry,
            "client": case.client.as_ref().map(ToString::to_string),
            "status": case.status().as_str(), "opened_at": case.opened_at.to_text(),
            "steps": steps.into_iter().map(|(entry, kind, at)| json!({
                "entry": entry, "kind": kind.as_str(), "at": at.to_text(),
            })).collect::<Vec<_>>(),
        }));
    }
    Ok(all)
}

/// Every line of her journal, oldest first, with its contents where they are not erased.
async fn entries(bench: &Bench, tx: &mut Tx, person: &PersonActor) -> Result<Vec<Value>, Refusal> {
    let mut opener = Opener::new(bench);
    let now = bench.now();
    let mut choice = Choice::newest(now, now.day().plus_days(2).start(), PAGE);
    let mut all = Vec::new();
    loop {
        let stored = trails::list(tx, Lines::Person(person.person.id), &choice).await?;
        let Some(last) = stored.last() else { break };
        (choice.until, choice.before) = (last.at, Some(last.id));
        let ids: Vec<EntryId> = stored.iter().map(|line| line.id).collect();
        let places = ledger::places(tx, &ids).await?;
        for line in &stored {
            all.push(entry(&mut opener, tx, (line, places.get(&line.id).copied())).await?);
        }
    }
    all.reverse();
    Ok(all)
}

async fn entry(
    opener: &mut Opener<'_>,
    tx: &mut Tx,
    (stored, index): (&StoredEntry, Option<u64>),
) -> Result<Value, Refusal> {
    let contents = match opener.entry(tx, stored).await? {
        Some(entry) => serde_json::to_value(&entry)?,
        None => Value::Null,
    };
    Ok(json!({
        "id": stored.id, "at": stored.at.to_text(), "kind": stored.kind, "index": index, "contents": contents,
    }))
}
