//! The words of each message, before they become text and HTML.

mod factors;
mod life;
mod team;

use crate::config::Config;
use crate::domain::contact::ContactKind;
use crate::domain::message::Doer;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::RequestNews;
use crate::domain::private::Private;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::notify::words::team::Invitation;
use crate::text::Arg;
use crate::text::Text;
use crate::text::themes;

/// What the reader can do: words and an address.
pub(super) struct Action {
    pub(super) label: String,
    pub(super) address: String,
}

/// A message in its parts, each a sentence or a few.
pub(super) struct Words {
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) paragraphs: Vec<String>,
    pub(super) rows: Vec<(String, String)>,
    pub(super) action: Option<Action>,
    pub(super) sections: Vec<(String, String)>,
    pub(super) code: Option<String>,
    pub(super) refuse: Option<Action>,
    pub(super) footer: String,
}

struct Pen<'a> {
    t: Text,
    config: &'a Config,
    now: Instant,
}

/// The words of `message`.
#[expect(clippy::too_many_lines, reason = "one line for each kind of message")]
pub(super) fn of(config: &Config, t: Text, message: &Message, now: Instant) -> Words {
    let pen = Pen { t, config, now };
    let mut words = match &message.body {
        MessageBody::LoginLink { link, expires_at } => pen.login_link(link.show(), *expires_at),
        MessageBody::AccountLink { link, purpose, expires_at } => {
            pen.account_link(link.show(), *purpose, *expires_at)
        }
        MessageBody::FactorChanged { change, factor, name, at } => {
            pen.factor_changed(*change, *factor, name.as_ref(), *at)
        }
        MessageBody::ConsentLink { doer, link, expires_at } => {
            pen.consent_link(doer, link.show(), *expires_at)
        }
        MessageBody::Verbatim { text } => pen.verbatim(text.show()),
        MessageBody::MandateApproved { doer, themes, until, not_me } => {
            pen.mandate_approved("mail-mandate-approved", doer, themes, *until).refusable(t, not_me.as_ref())
        }
        MessageBody::MandateRenewed { doer, themes, until, not_me } => {
            pen.mandate_approved("mail-mandate-renewed", doer, themes, *until).refusable(t, not_me.as_ref())
        }
        MessageBody::ActOpened { doer, administration, theme, at, until, not_me } => {
            pen.act_opened(doer, administration, *theme, *at, *until).refusable(t, not_me.as_ref())
        }
        MessageBody::MandateExpired { organisation, until } => pen.expired(organisation, *until),
        MessageBody::ContactChanged { what, added, masked, at } => {
            pen.contact_changed(*what, *added, masked.show(), *at)
        }
        MessageBody::ContactCode { code, expires_at } => {
            pen.code("mail-contact-code", code.show(), *expires_at)
        }
        MessageBody::SpaceCode { code, expires_at } => pen.code("mail-space-code", code.show(), *expires_at),
        MessageBody::MandateEnded { organisation, theme, at, by_person } => {
            pen.mandate_ended(organisation, *theme, *at, *by_person)
        }
        MessageBody::CaseOpened { number, organisation } => pen.case_opened(number, organisation),
        MessageBody::Invited { organisation, role, deputy, link, known } => pen.invited(&Invitation {
            organisation,
            role: *role,
            deputy: *deputy,
            link: link.show(),
            known: *known,
        }),
        MessageBody::Habilitation { organisation, aidant, news } => {
            pen.habilitation(organisation, aidant.as_ref().map(|name| name.show().as_str()), news)
        }
        MessageBody::ReferentRemoved { organisation, reason } => {
            pen.referent_removed(organisation, reason.show())
        }
        MessageBody::OrganisationRequestConfirm { organisation, link, expires_at } => {
            pen.request_confirm(organisation, link.show(), *expires_at)
        }
        MessageBody::OrganisationRequestNews { organisation, link, news, words } => pen.request_news(
            organisation,
            link.show(),
            *news,
            words.as_ref().map(|words| words.show().as_str()),
        ),
        MessageBody::ApprovalAsked { doer, letter, until, path } => {
            pen.approval_asked(doer, *letter, *until, path)
        }
        MessageBody::ReadingAsked { until, path } => pen.reading_asked(*until, path),
        MessageBody::MergeAsked { organisation, target, path } => pen.merge_asked(organisation, target, path),
        MessageBody::MandatesTransferred { from, to, at } => pen.mandates_transferred(from, to, *at),
        MessageBody::CaseNews { number, organisation, news, reader } => {
            pen.case_news(number, organisation, *news, *reader)
        }
        MessageBody::MandateEndsSoon { organisation, themes, until, days } => {
            pen.ends_soon(organisation, themes, *until, *days)
        }
        MessageBody::ErrorDeclared { doer, administration, act_at, reader } => {
            pen.error_declared(doer, administration, *act_at, *reader)
        }
        MessageBody::RevocationRecorded { channel, asked_on, at, ended } => {
            pen.revocation_recorded(channel, asked_on, *at, ended)
        }
        MessageBody::TrailRead { reader, purpose, at } => pen.trail_read(reader.show(), purpose.show(), *at),
    };
    words.greeting = if message.name.show().is_empty() {
        t.get("mail-greeting-nobody")
    } else {
        t.with("mail-greeting", &[("name", &message.name)])
    };
    words
}

impl Words {
    /// With the address that says "this was not me", where there is one.
    fn refusable(mut self, t: Text, link: Option<&Private<String>>) -> Self {
        self.refuse =
            link.map(|link| Action { label: t.get("mail-action-not-me"), address: link.show().clone() });
        self
    }
}

impl Pen<'_> {
    fn words(&self, subject: String) -> Words {
        Words {
            subject,
            greeting: String::new(),
            paragraphs: Vec::new(),
            rows: Vec::new(),
            action: None,
            sections: Vec::new(),
            code: None,
            refuse: None,
            footer: self.t.get("mail-footer"),
        }
    }

    /// The sentence `key`, or where the operator gave a telephone number `key-phone` with it.
    fn or_phone(&self, key: &str) -> String {
        match &self.config.operator.phone {
            Some(phone) => self.t.with(&format!("{key}-phone"), &[("phone", phone)]),
            None => self.t.get(key),
        }
    }

    fn row(&self, key: &str, value: String) -> (String, String) {
        (self.t.get(key), value)
    }

    fn section(&self, key: &str, paragraph: String) -> (String, String) {
        (self.t.get(key), paragraph)
    }

    fn action(&self, key: &str, path: &str) -> Option<Action> {
        Some(Action { label: self.t.get(key), address: self.config.server.public_url.join(path) })
    }

    fn titles(&self, list: &[Theme]) -> String {
        let titles = themes().titles(list, self.t.language());
        self.t.list(&titles.into_iter().map(str::to_owned).collect::<Vec<_>>())
    }

    fn until(&self, until: Instant) -> String {
        self.t.with("common-until", &[("date", &self.t.until(until.day()))])
    }

    fn login_link(&self, link: &str, expires_at: Instant) -> Words {
        let minutes = expires_at.since(self.now).as_secs().div_ceil(60).max(1);
        let mut words = self.words(self.t.get("mail-login-link-subject"));
        words.paragraphs.push(self.t.get("mail-login-link-what"));
        words.action = Some(Action { label: self.t.get("mail-login-link-action"), address: link.to_owned() });
        let time = self.t.at(expires_at);
        words.sections = vec![
            self.section(
                "mail-login-link-rule-title",
                self.t.with("mail-login-link-rule", &[("minutes", &minutes), ("time", &time)]),
            ),
            self.section("mail-login-link-unasked-title", self.t.get("mail-login-link-unasked")),
        ];
        words.footer = self.t.get("mail-footer-professional");
        words
    }

    fn consent_link(&self, doer: &Doer, link: &str, expires_at: Instant) -> Words {
        let mut words = self.words(self.doer("mail-consent-link-subject", doer));
        words.paragraphs.push(self.doer("mail-consent-link-what", doer));
        words.action =
            Some(Action { label: self.t.get("mail-consent-link-action"), address: link.to_owned() });
        let moment = self.t.moment(expires_at);
        words.sections = vec![
            self.section("mail-consent-link-code-title", self.doer("mail-consent-link-code", doer)),
            self.section(
                "mail-consent-link-rule-title",
                self.t.with("mail-consent-link-rule", &[("moment", &moment)]),
            ),
            self.section("mail-consent-link-unasked-title", self.or_phone("mail-consent-link-unasked")),
        ];
        words
    }

    fn verbatim(&self, text: &str) -> Words {
        let mut words = self.words(self.t.get("mail-verbatim-subject"));
        words.paragraphs.push(text.to_owned());
        words
    }

    fn mandate_approved(&self, key: &str, doer: &Doer, list: &[Theme], until: Instant) -> Words {
        let mut words = self.words(self.t.get(&format!("{key}-subject")));
        words.paragraphs.push(self.doer(&format!("{key}-what"), doer));
        words.rows = vec![
            self.row("mail-row-themes", self.titles(list)),
            self.row("mail-row-mandate", self.until(until)),
        ];
        words.action = self.action("mail-action-mandates", "/personne");
        words.sections = vec![
            self.section("mail-mandate-approved-next-title", self.t.get("mail-mandate-approved-next")),
            self.section("mail-stop-title", self.or_phone("mail-stop")),
        ];
        words
    }

    fn act_opened(
        &self,
        doer: &Doer,
        administration: &str,
        theme: Theme,
        at: Instant,
        until: Instant,
    ) -> Words {
        let mut words = self.words(self.doer("mail-act-opened-subject", doer));
        words.paragraphs.push(self.doer("mail-act-opened-what", doer));
        words.rows = vec![
            self.row("mail-row-when", self.t.moment(at)),
            self.row("mail-row-where", administration.to_owned()),
            self.row("mail-row-themes", self.titles(&[theme])),
            self.row("mail-row-mandate", self.until(until)),
        ];
        words.action = self.action("mail-action-journal", "/personne/journal");
        words.sections = vec![
            self.section("mail-expected-title", self.t.get("mail-expected")),
            self.section("mail-unexpected-title", self.or_phone("mail-unexpected")),
            self.section("mail-stop-title", self.or_phone("mail-stop")),
        ];
        words
    }

    fn mandate_ended(&self, organisation: &str, theme: Option<Theme>, at: Instant, by_person: bool) -> Words {
        let what = if theme.is_some() { "theme" } else { "whole" };
        let who = if by_person { "you" } else { "them" };
        let organisation_name: &dyn Arg = &organisation;
        let mut words = self.words(self.t.get(&format!("mail-mandate-ended-{what}-subject")));
        words.paragraphs.push(
            self.t.with(&format!("mail-mandate-ended-{what}-{who}"), &[("organisation", organisation_name)]),
        );
        words.rows.push(self.row("mail-row-when", self.t.moment(at)));
        if let Some(theme) = theme {
            words.rows.push(self.row("mail-row-ended-theme", self.titles(&[theme])));
        }
        words.action = self.action("mail-action-mandates", "/personne");
        words.sections.push(self.section("mail-unwanted-title", self.or_phone("mail-unwanted")));
        words
    }

    fn expired(&self, organisation: &str, until: Instant) -> Words {
        let mut words = self.words(self.t.get("mail-expired-subject"));
        let date = self.t.day_long(until.day());
        words
            .paragraphs
            .push(self.t.with("mail-expired-what", &[("organisation", &organisation), ("date", &date)]));
        words.action = self.action("mail-action-mandates", "/personne");
        words.sections.push(self.section("mail-expired-next-title", self.t.get("mail-expired-next")));
        words
    }

    fn contact_changed(&self, what: ContactKind, added: bool, masked: &str, at: Instant) -> Words {
        let change = if added { "added" } else { "removed" };
        let mut words = self.words(self.t.get("mail-contact-changed-subject"));
        let key = format!("mail-contact-{change}-{what}");
        words.paragraphs.push(self.t.with(&key, &[("address", &masked)]));
        words.rows.push(self.row("mail-row-when", self.t.moment(at)));
        words.action = self.action("mail-action-contacts", "/personne/coordonnees");
        words.sections.push(
            self.section("mail-contact-changed-unasked-title", self.or_phone("mail-contact-changed-unasked")),
        );
        words
    }

    fn code(&self, key: &str, code: &str, expires_at: Instant) -> Words {
        let mut words = self.words(self.t.get(&format!("{key}-subject")));
        words.paragraphs.push(self.t.get(&format!("{key}-what")));
        words.code = Some(code.to_owned());
        words.action = self.action("mail-action-contacts", "/personne/coordonnees");
        let time = self.t.at(expires_at);
        words
            .sections
            .push(self.section("mail-code-rule-title", self.t.with("mail-code-rule", &[("time", &time)])));
        words.footer = self.t.get("mail-footer-code");
        words
    }

    fn case_opened(&self, number: &str, organisation: &str) -> Words {
        let mut words = self.words(self.t.with("mail-case-opened-subject", &[("number", &number)]));
        words.paragraphs.push(
            self.t.with("mail-case-opened-what", &[("number", &number), ("organisation", &organisation)]),
        );
        words.action = self.action("mail-action-journal", "/personne/journal");
        words.sections = vec![
            self.section("mail-case-opened-held-title", self.t.get("mail-case-opened-held")),
            self.section("mail-case-opened-next-title", self.or_phone("mail-case-opened-next")),
        ];
        words
    }

    fn trail_read(&self, reader: &str, purpose: &str, at: Instant) -> Words {
        let mut words = self.words(self.t.get("mail-trail-read-subject"));
        words.paragraphs.push(self.t.with("mail-trail-read-what", &[("reader", &reader)]));
        words.rows = vec![
            self.row("mail-row-when", self.t.moment(at)),
            self.row("mail-row-purpose", purpose.to_owned()),
        ];
        words.action = self.action("mail-action-journal", "/personne/journal");
        words.sections.push(self.section("mail-trail-read-why-title", self.or_phone("mail-trail-read-why")));
        words
    }

    fn request_confirm(&self, organisation: &str, link: &str, expires_at: Instant) -> Words {
        let mut words = self.words(self.t.get("mail-request-confirm-subject"));
        words.paragraphs.push(self.t.with("mail-request-confirm-what", &[("organisation", &organisation)]));
        words.action =
            Some(Action { label: self.t.get("mail-request-confirm-action"), address: link.to_owned() });
        let until = self.t.day_long(expires_at.day());
        words.sections = vec![
            self.section(
                "mail-request-confirm-rule-title",
                self.t.with("mail-request-confirm-rule", &[("date", &until)]),
            ),
            self.section("mail-request-unasked-title", self.t.get("mail-request-unasked")),
        ];
        words.footer = self.t.get("mail-footer-professional");
        words
    }

    fn request_news(&self, organisation: &str, link: &str, news: RequestNews, said: Option<&str>) -> Words {
        let key = format!("mail-request-{}", news.as_str().replace('_', "-"));
        let mut words = self.words(self.t.get(&format!("{key}-subject")));
        words.paragraphs.push(self.t.with(&format!("{key}-what"), &[("organisation", &organisation)]));
        if let (Some(said), RequestNews::ChangesAsked | RequestNews::Refused) = (said, news) {
            words.sections.push(self.section("mail-request-words-title", said.to_owned()));
        }
        words.sections.push(self.section("mail-request-next-title", self.t.get(&format!("{key}-next"))));
        words.action = Some(Action { label: self.t.get("mail-request-follow"), address: link.to_owned() });
        words.footer = self.t.get("mail-footer-professional");
        words
    }

    fn merge_asked(&self, organisation: &str, target: &str, path: &str) -> Words {
        let mut words = self.words(self.t.get("mail-merge-asked-subject"));
        words.paragraphs.push(
            self.t.with("mail-merge-asked-what", &[("organisation", &organisation), ("target", &target)]),
        );
        words.action = self.action("mail-merge-asked-action", path);
        words.sections.push(self.section("mail-merge-asked-rule-title", self.t.get("mail-merge-asked-rule")));
        words.footer = self.t.get("mail-footer-professional");
        words
    }

    fn mandates_transferred(&self, from: &str, to: &str, at: Instant) -> Words {
        let mut words = self.words(self.t.get("mail-transferred-subject"));
        words.paragraphs.push(self.t.with("mail-transferred-what", &[("from", &from), ("to", &to)]));
        words.rows.push(self.row("mail-row-when", self.t.moment(at)));
        words.action = self.action("mail-action-mandates", "/personne");
        words.sections = vec![
            self.section("mail-transferred-same-title", self.t.get("mail-transferred-same")),
            self.section("mail-stop-title", self.or_phone("mail-stop")),
        ];
        words
    }

    fn doer(&self, key: &str, doer: &Doer) -> String {
        self.t.with(key, &[("aidant", &doer.aidant), ("organisation", &doer.organisation)])
    }
}
