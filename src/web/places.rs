//! A place of digital mediation in words: its address, when it is open, how one reaches it; on pages and on paper.

use crate::document::Block;
use crate::document::Document;
use crate::domain::place::Place;
use crate::domain::place::Service;
use crate::domain::time::Day;
use crate::operations::orient::Orientation;
use crate::text::Text;

const DAYS: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// A place as a page shows it.
pub(super) struct PlaceCard {
    /// Its identifier.
    pub(super) id: String,
    /// Its name.
    pub(super) name: String,
    /// Street, postcode and commune.
    pub(super) address: String,
    /// Its telephone number; empty where there is none.
    pub(super) phone: String,
    /// When it is open; empty where that is not known.
    pub(super) hours: String,
    /// What it offers.
    pub(super) services: String,
    /// How one comes into contact, and what it costs.
    pub(super) access: String,
    /// What it says of itself.
    pub(super) presentation: String,
    /// Its addresses of mail.
    pub(super) emails: String,
    /// Its pages.
    pub(super) websites: String,
}

impl PlaceCard {
    /// A place in words.
    pub(super) fn new(t: Text, place: &Place) -> Self {
        let services: Vec<String> = place.services.iter().map(|service| service_name(t, service)).collect();
        let street = [&place.address, &place.address_more];
        let street: Vec<&str> =
            street.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let access: Vec<String> = place
            .access
            .split('|')
            .chain(place.costs.split('|'))
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect();
        Self {
            id: place.id.clone(),
            name: place.name.clone(),
            address: format!("{}, {} {}", street.join(", "), place.postcode, place.commune),
            phone: phone(&place.phone),
            hours: hours(t, &place.hours),
            services: services.join(", "),
            access: access.join(", "),
            presentation: place.presentation.clone(),
            emails: place.emails.replace('|', ", "),
            websites: place.websites.replace('|', ", "),
        }
    }
}

/// A service in the reader's words; one that the schema does not know as it was written.
pub(super) fn service_name(t: Text, service: &str) -> String {
    match Service::parse(service) {
        Some(known) => t.get(&format!("place-service-{}", known.key())),
        None => service.to_owned(),
    }
}

/// A French number in pairs: `01 99 00 21 01`; any other as written.
fn phone(number: &str) -> String {
    let local = match number.strip_prefix("+33") {
        Some(rest) if rest.len() == 9 && rest.bytes().all(|byte| byte.is_ascii_digit()) => format!("0{rest}"),
        _ => return number.to_owned(),
    };
    let pairs: Vec<String> =
        local.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect();
    pairs.join("\u{a0}")
}

/// OpenStreetMap's way of writing hours (`Mo-Fr 09:00-12:00; Sa 10:00-12:00`) as people say it; as written where it says more
/// than days and times.
pub(super) fn hours(t: Text, written: &str) -> String {
    let rules: Option<Vec<String>> = written
        .split(';')
        .map(str::trim)
        .filter(|rule| !rule.is_empty())
        .map(|rule| {
            let (days, times) = rule.split_once(' ')?;
            let times = times.trim();
            let days = named_days(t, days)?;
            if times == "off" || times == "closed" {
                return Some(t.with("place-closed", &[("days", &days)]));
            }
            let times: Option<Vec<String>> =
                times.split(',').map(|span| named_span(t, span.trim())).collect();
            Some(t.with("place-open", &[("days", &days), ("times", &t.list(&times?))]))
        })
        .collect();
    rules.map_or_else(|| written.to_owned(), |rules| rules.join("\u{a0}; "))
}

fn named_days(t: Text, days: &str) -> Option<String> {
    let name = |day: &str| {
        let place = DAYS.iter().position(|known| *known == day)?;
        Some(t.get(&format!("weekday-{place}")))
    };
    let parts: Option<Vec<String>> = days
        .split(',')
        .map(|part| match part.split_once('-') {
            Some((first, last)) => {
                Some(t.with("place-days", &[("first", &name(first)?), ("last", &name(last)?)]))
            }
            None => name(part),
        })
        .collect();
    Some(t.list(&parts?))
}

fn named_span(t: Text, span: &str) -> Option<String> {
    let clock = |text: &str| {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (u8, u8) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60).then(|| match minute {
            0 => t.with("place-hour", &[("hour", &hour)]),
            minute => t.with("place-hour-minute", &[("hour", &hour), ("minute", &format!("{minute:02}"))]),
        })
    };
    let (from, until) = span.split_once('-')?;
    Some(t.with("place-span", &[("from", &clock(from)?), ("until", &clock(until)?)]))
}

/// An orientation as a page shows it.
pub(super) struct OrientationCard {
    /// Its identifier.
    pub(super) id: String,
    /// Where to.
    pub(super) place: PlaceCard,
    /// Whether the place is in the list no longer.
    pub(super) removed: bool,
    /// What for, in the aidant's words.
    pub(super) reason: String,
    /// Which service; empty for none.
    pub(super) service: String,
    /// The day of an appointment; empty for none.
    pub(super) appointment: String,
    /// The number of a pass numérique; empty for none.
    pub(super) pass: String,
    /// Who noted it, and when.
    pub(super) noted: String,
}

impl OrientationCard {
    /// An orientation in words.
    pub(super) fn new(t: Text, one: &Orientation) -> Self {
        let appointment = one.note.appointment.as_deref().and_then(Day::parse);
        Self {
            id: one.id.to_string(),
            place: PlaceCard::new(t, &one.place.place),
            removed: one.place.removed_at.is_some(),
            reason: one.note.reason.show().clone(),
            service: one.note.service.as_deref().map(|service| service_name(t, service)).unwrap_or_default(),
            appointment: appointment.map(|day| t.day_long(day)).unwrap_or_default(),
            pass: one.note.pass.as_ref().map(|pass| pass.show().clone()).unwrap_or_default(),
            noted: t.with(
                "orientation-noted",
                &[
                    ("aidant", &one.aidant),
                    ("organisation", &one.organisation),
                    ("moment", &t.moment(one.at)),
                ],
            ),
        }
    }

    /// The paper to take along.
    pub(super) fn document(&self, t: Text) -> Document {
        let fact = |key: &str, value: &str| (!value.is_empty()).then(|| (t.get(key), value.to_owned()));
        let place = &self.place;
        let facts = [
            fact("place-address", &place.address),
            fact("place-phone", &place.phone),
            fact("place-hours", &place.hours),
            fact("place-access", &place.access),
            fact("place-emails", &place.emails),
            fact("place-websites", &place.websites),
        ];
        let why = [
            fact("orientation-reason", &self.reason),
            fact("orientation-service", &self.service),
            fact("orientation-appointment", &self.appointment),
            fact("orientation-pass", &self.pass),
        ];
        Document {
            title: t.with("orientation-sheet-title", &[("place", &place.name)]),
            language: t.language(),
            blocks: vec![
                Block::Heading {
                    level: 1,
                    text: t.with("orientation-sheet-title", &[("place", &place.name)]),
                },
                Block::Paragraph(t.get("orientation-sheet-lead")),
                Block::Heading { level: 2, text: t.get("orientation-sheet-where") },
                Block::Facts(facts.into_iter().flatten().collect()),
                Block::Heading { level: 2, text: t.get("orientation-sheet-why") },
                Block::Facts(why.into_iter().flatten().collect()),
                Block::Rule,
                Block::Paragraph(self.noted.clone()),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language;

    #[test]
    fn hours_are_said_as_people_say_them() {
        let t = Text::new(Language::Fr);
        let said = |written: &str| hours(t, written).replace('\u{a0}', " ");
        assert_eq!(
            said("Mo-Fr 09:00-12:00,14:00-18:30; Sa 08:30-12:00"),
            "du lundi au vendredi : de 9 h à 12 h et de 14 h à 18 h 30 ; samedi : de 8 h 30 à 12 h"
        );
        assert_eq!(
            said("Mo,We,Fr 08:30-12:30; Su off"),
            "lundi, mercredi et vendredi : de 8 h 30 à 12 h 30 ; dimanche : fermé"
        );
        for strange in ["24/7", "Mo-Fr 09:00+", "PH off", "sur rendez-vous", "Mo 25:00-26:00"] {
            assert_eq!(hours(t, strange), strange);
        }
        assert_eq!(hours(t, ""), "");
    }

    #[test]
    fn numbers_are_written_in_pairs() {
        assert_eq!(phone("+33199002101"), "01\u{a0}99\u{a0}00\u{a0}21\u{a0}01");
        assert_eq!(phone("+262199009740"), "+262199009740");
    }
}
