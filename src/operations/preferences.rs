//! How a person wants to be told of what, and in which language.

use crate::domain::contact::Delivery;
use crate::domain::contact::Topic;
use crate::domain::message::MessageLanguage;
use crate::ledger::kinds::Event;
use crate::operations::actors::PersonActor;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::person_actor;
use crate::storage::notices;

/// What she chose; a topic that is missing is told by e-mail, or by SMS where she has no address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Topic by topic.
    pub topics: Vec<(Topic, Delivery)>,
    /// The language of her messages.
    pub language: Option<MessageLanguage>,
}

impl Preferences {
    /// How she wants to be told of this; `None` when she did not say.
    pub fn of(&self, topic: Topic) -> Option<Delivery> {
        self.topics.iter().find(|(known, _)| *known == topic).map(|(_, delivery)| *delivery)
    }
}

/// What she chose.
///
/// # Errors
/// As the database says.
pub async fn read(bench: &Bench, person: &PersonActor) -> Result<Preferences, Refusal> {
    let mut tx = bench.db.read().await?;
    let id = person.person.id;
    let topics = notices::preferences(&mut tx, id).await?;
    Ok(Preferences { topics, language: notices::language(&mut tx, id).await? })
}

/// Keeps what she chooses.
///
/// # Errors
/// [`Refusal::Invalid`] on `topic` when she would no longer be told of what protects her.
pub async fn choose(
    bench: &Bench,
    person: &PersonActor,
    chosen: &Preferences,
    request: Option<&str>,
) -> Result<(), Refusal> {
    if chosen.topics.iter().any(|(topic, way)| *way == Delivery::None && !topic.can_be_silenced()) {
        return Err(Refusal::field("topic", "notices-always-told"));
    }
    let mut work = Work::begin(bench, request).await?;
    let id = person.person.id;
    for (topic, delivery) in &chosen.topics {
        notices::prefer(&mut work.tx, id, *topic, *delivery).await?;
    }
    if let Some(language) = chosen.language {
        notices::choose_language(&mut work.tx, id, language).await?;
    }
    let event = Event::PersonPreferencesChanged {};
    let (recorded, _) = work.record(Line::new(event, person_actor(id), person.data_key).person(id)).await?;
    recorded.commit().await
}
