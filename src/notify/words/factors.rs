//! The words of the messages about a professional's own second factors.

use crate::domain::factor::FactorChange;
use crate::domain::factor::FactorKind;
use crate::domain::factor::LinkPurpose;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::notify::words::Action;
use crate::notify::words::Pen;
use crate::notify::words::Words;

impl Pen<'_> {
    pub(super) fn account_link(&self, link: &str, purpose: LinkPurpose, expires_at: Instant) -> Words {
        let say = |part: &str| self.t.get(&format!("mail-account-link-{purpose}-{part}"));
        let mut words = self.words(say("subject"));
        words.paragraphs.push(say("what"));
        words.action = Some(Action { label: say("action"), address: link.to_owned() });
        let until = self.t.moment(expires_at);
        words.sections = vec![
            self.section(
                "mail-account-link-rule-title",
                self.t.with("mail-account-link-rule", &[("until", &until)]),
            ),
            self.section("mail-account-link-unasked-title", self.t.get("mail-account-link-unasked")),
        ];
        words.footer = self.t.get("mail-footer-professional");
        words
    }

    pub(super) fn factor_changed(
        &self,
        change: FactorChange,
        factor: Option<FactorKind>,
        name: Option<&Private<String>>,
        at: Instant,
    ) -> Words {
        let change = change.as_str().replace('_', "-");
        let mut words = self.words(self.t.get(&format!("mail-factor-{change}-subject")));
        words.paragraphs.push(self.t.get(&format!("mail-factor-{change}-what")));
        words.rows.push(self.row("mail-row-when", self.t.moment(at)));
        if let Some(factor) = factor {
            let kind = self.t.get(&format!("factor-kind-{}", factor.as_str().replace('_', "-")));
            let which = match name {
                Some(name) => self.t.with("mail-factor-which", &[("kind", &kind), ("name", name)]),
                None => kind,
            };
            words.rows.push(self.row("mail-row-factor", which));
        }
        words.action = self.action("nav-factors", "/compte/facteurs");
        words.sections.push(self.section("mail-factor-unasked-title", self.or_phone("mail-factor-unasked")));
        words.footer = self.t.get("mail-footer-professional");
        words
    }
}
