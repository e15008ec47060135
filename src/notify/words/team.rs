//! What aidants and referents are told of invitations and habilitations.

use crate::domain::account::Role;
use crate::domain::message::Doer;
use crate::domain::message::HabilitationNews;
use crate::domain::time::Instant;
use crate::notify::words::Action;
use crate::notify::words::Pen;
use crate::notify::words::Words;

/// An invitation, as its message holds it.
pub(super) struct Invitation<'a> {
    pub organisation: &'a str,
    pub role: Role,
    pub deputy: bool,
    pub link: &'a str,
    pub known: bool,
}

impl Pen<'_> {
    fn professional(&self, subject: String) -> Words {
        let mut words = self.words(subject);
        words.footer = self.t.get("mail-footer-professional");
        words
    }

    pub(super) fn invited(&self, invitation: &Invitation<'_>) -> Words {
        let what = match (invitation.role, invitation.deputy) {
            (Role::Referent, true) => "deputy",
            (Role::Referent, false) => "referent",
            _ => "aidant",
        };
        let organisation = invitation.organisation;
        let with = |key: &str| self.t.with(key, &[("organisation", &organisation)]);
        let mut words = self.professional(with(&format!("mail-invited-{what}-subject")));
        words.paragraphs.push(with(&format!("mail-invited-{what}-what")));
        let begin = if invitation.known { "known" } else { "new" };
        words.action = Some(Action {
            label: self.t.get(&format!("mail-invited-{begin}-action")),
            address: invitation.link.to_owned(),
        });
        words.sections = vec![
            self.section("mail-invited-next-title", self.t.get(&format!("mail-invited-{begin}-next"))),
            self.section("mail-invited-wrong-title", self.or_phone("mail-invited-wrong")),
        ];
        words
    }

    pub(super) fn habilitation(
        &self,
        organisation: &str,
        aidant: Option<&str>,
        news: &HabilitationNews,
    ) -> Words {
        let (key, date, reason) = match news {
            HabilitationNews::TrainingSet { on } => ("training-set", Some(on), None),
            HabilitationNews::Refused { reason } => ("refused", None, Some(reason)),
            HabilitationNews::Given { until } => ("given", Some(until), None),
            HabilitationNews::Suspended { reason } => ("suspended", None, Some(reason)),
            HabilitationNews::Restored { until } => ("restored", Some(until), None),
            HabilitationNews::Ended { reason } => ("ended", None, Some(reason)),
            HabilitationNews::EndsSoon { until } => ("ends-soon", Some(until), None),
            HabilitationNews::Expired => ("expired", None, None),
            HabilitationNews::Renewed { until } => ("renewed", Some(until), None),
            HabilitationNews::RenewalRefused { reason, until } => {
                ("renewal-refused", Some(until), Some(reason))
            }
        };
        let whose = if aidant.is_some() { "team" } else { "own" };
        let name = aidant.unwrap_or_default();
        let with = |key: &str| self.t.with(key, &[("organisation", &organisation), ("aidant", &name)]);
        let mut words = self.professional(self.t.get(&format!("mail-habilitation-{key}-subject")));
        words.paragraphs.push(with(&format!("mail-habilitation-{key}-{whose}")));
        words.rows.push(self.row("mail-row-organisation", organisation.to_owned()));
        if aidant.is_some() {
            words.rows.push(self.row("mail-row-aidant", name.to_owned()));
        }
        if let Some(date) = date {
            let day = self.t.day_long(date.day());
            words.rows.push(match news {
                HabilitationNews::TrainingSet { .. } => self.row("mail-row-training", day),
                _ => self.row("mail-row-habilitation", self.until(*date)),
            });
        }
        if let Some(reason) = reason {
            words.rows.push(self.row("mail-row-reason", reason.show().clone()));
        }
        words.action = match aidant {
            Some(_) => self.action("mail-action-team", "/referent"),
            None => self.action("mail-action-habilitations", "/aidant/habilitations"),
        };
        words.sections.push(self.section(
            "mail-habilitation-next-title",
            self.t.get(&format!("mail-habilitation-{key}-{whose}-next")),
        ));
        words
    }

    pub(super) fn reading_asked(&self, until: Instant, path: &str) -> Words {
        let mut words = self.professional(self.t.get("mail-reading-asked-subject"));
        words.paragraphs.push(self.t.get("mail-reading-asked-what"));
        words.rows.push(self.row("mail-approval-asked-until", self.t.moment(until)));
        words.action = self.action("mail-approval-asked-action", path);
        words.sections = vec![
            self.section("mail-approval-asked-why-title", self.t.get("mail-reading-asked-why")),
            self.section("mail-reading-asked-silence-title", self.t.get("mail-reading-asked-silence")),
        ];
        words
    }

    pub(super) fn approval_asked(&self, doer: &Doer, letter: bool, until: Instant, path: &str) -> Words {
        let mut words = self.professional(self.t.get("mail-approval-asked-subject"));
        words.paragraphs.push(self.doer("mail-approval-asked-what", doer));
        words.rows.push(self.row("mail-approval-asked-until", self.t.moment(until)));
        words.action = self.action("mail-approval-asked-action", path);
        let next = if letter { "letter" } else { "sms" };
        words.sections = vec![
            self.section("mail-approval-asked-why-title", self.t.get("mail-approval-asked-why")),
            self.section(
                "mail-approval-asked-next-title",
                self.t.get(&format!("mail-approval-asked-next-{next}")),
            ),
        ];
        words
    }

    pub(super) fn referent_removed(&self, organisation: &str, reason: &str) -> Words {
        let mut words = self.professional(self.t.get("mail-referent-removed-subject"));
        words.paragraphs.push(self.t.with("mail-referent-removed-what", &[("organisation", &organisation)]));
        words.rows.push(self.row("mail-row-reason", reason.to_owned()));
        words
            .sections
            .push(self.section("mail-invited-wrong-title", self.or_phone("mail-referent-removed-wrong")));
        words
    }
}
