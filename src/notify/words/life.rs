//! The words of what happens in the life of a mandate: its near end, cases, declared errors, revocations recorded.

use crate::domain::message::CaseNews;
use crate::domain::message::CaseReader;
use crate::domain::message::Doer;
use crate::domain::theme::Theme;
use crate::domain::time::Day;
use crate::domain::time::Instant;
use crate::notify::words::Pen;
use crate::notify::words::Words;

impl Pen<'_> {
    pub(super) fn case_news(
        &self,
        number: &str,
        organisation: &str,
        news: CaseNews,
        reader: CaseReader,
    ) -> Words {
        let args: [(&str, &dyn crate::text::Arg); 2] = [("number", &number), ("organisation", &organisation)];
        let subject = match reader {
            CaseReader::Person => "mail-case-opened-subject",
            CaseReader::Aidant | CaseReader::Referent | CaseReader::Authority => "mail-case-news-subject",
        };
        let mut words = self.words(self.t.with(subject, &args));
        let whose = match reader {
            CaseReader::Person => "person",
            CaseReader::Aidant | CaseReader::Referent | CaseReader::Authority => "other",
        };
        words.paragraphs.push(self.t.with(&format!("mail-case-news-{news}-{whose}"), &args));
        let path = match reader {
            CaseReader::Person => format!("/personne/dossiers/{number}"),
            CaseReader::Aidant => format!("/aidant/dossiers/{number}"),
            CaseReader::Referent => format!("/referent/dossiers/{number}"),
            CaseReader::Authority => format!("/autorite/dossiers/{number}"),
        };
        words.action = self.action("mail-case-news-action", &path);
        words.sections.push(match reader {
            CaseReader::Person => {
                self.section("mail-case-opened-next-title", self.or_phone("mail-case-news-question"))
            }
            CaseReader::Aidant | CaseReader::Referent | CaseReader::Authority => self
                .section("mail-case-opened-next-title", self.t.get(&format!("mail-case-news-next-{reader}"))),
        });
        if reader != CaseReader::Person {
            words.footer = self.t.get("mail-footer-professional");
        }
        words
    }

    pub(super) fn ends_soon(&self, organisation: &str, list: &[Theme], until: Instant, days: u16) -> Words {
        let mut words = self.words(self.t.with("mail-ends-soon-subject", &[("days", &days)]));
        words
            .paragraphs
            .push(self.t.with("mail-ends-soon-what", &[("organisation", &organisation), ("days", &days)]));
        words.rows = vec![
            self.row("mail-row-themes", self.titles(list)),
            self.row("mail-row-mandate", self.until(until)),
        ];
        words.action = self.action("mail-action-mandates", "/personne");
        words.sections = vec![
            self.section("mail-ends-soon-nothing-title", self.t.get("mail-ends-soon-nothing")),
            self.section("mail-ends-soon-more-title", self.or_phone("mail-ends-soon-more")),
        ];
        words
    }

    pub(super) fn error_declared(
        &self,
        doer: &Doer,
        administration: &str,
        act_at: Instant,
        reader: CaseReader,
    ) -> Words {
        let whose = if reader == CaseReader::Person { "person" } else { "other" };
        let mut words = self.words(self.t.get(&format!("mail-error-declared-subject-{whose}")));
        words.paragraphs.push(self.doer(&format!("mail-error-declared-what-{whose}"), doer));
        words.rows = vec![
            self.row("mail-row-when", self.t.moment(act_at)),
            self.row("mail-row-where", administration.to_owned()),
        ];
        let (label, path) = match reader {
            CaseReader::Person => ("mail-action-journal", "/personne/journal"),
            CaseReader::Aidant => ("mail-error-declared-action", "/aidant/journal"),
            CaseReader::Referent => ("mail-error-declared-action", "/referent/dossiers"),
            CaseReader::Authority => ("mail-error-declared-action", "/autorite/erreurs"),
        };
        words.action = self.action(label, path);
        if reader == CaseReader::Person {
            words.sections = vec![
                self.section("mail-error-declared-next-title", self.or_phone("mail-error-declared-next")),
            ];
        } else {
            words.footer = self.t.get("mail-footer-professional");
        }
        words
    }

    pub(super) fn revocation_recorded(
        &self,
        channel: &str,
        asked_on: &str,
        at: Instant,
        ended: &[(String, Vec<Theme>)],
    ) -> Words {
        let day = Day::parse(asked_on).map_or_else(|| asked_on.to_owned(), |day| self.t.day_long(day));
        let mut words = self.words(self.t.get("mail-recorded-subject"));
        let key =
            if channel == "letter" { "mail-recorded-what-letter" } else { "mail-recorded-what-telephone" };
        words.paragraphs.push(self.t.with(key, &[("date", &day)]));
        words.rows.push(self.row("mail-row-when", self.t.moment(at)));
        for (organisation, list) in ended {
            words.rows.push((organisation.clone(), self.titles(list)));
        }
        words.action = self.action("mail-action-mandates", "/personne");
        words.sections.push(self.section("mail-unwanted-title", self.or_phone("mail-unwanted")));
        words
    }
}
