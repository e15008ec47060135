//! Pages open to everyone: the home page, help, and the texts an operator completes.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use crate::http::page::Page;
use crate::http::respond;

/// Who runs this gateway, as the legal pages and the help name it; what is missing shows as "to complete".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperatorTexts {
    /// The body that runs the gateway.
    pub name: String,
    /// Where people write by e-mail.
    pub contact_email: Option<String>,
    /// The telephone line, which also takes revocations.
    pub phone: Option<String>,
    /// The postal address.
    pub address: Option<String>,
    /// The person responsible for what is published.
    pub publisher: Option<String>,
}

impl OperatorTexts {
    /// The line as a `tel:` address: digits and a leading plus.
    fn phone_link(&self) -> Option<String> {
        let digits = |phone: &String| phone.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect::<String>();
        self.phone.as_ref().map(|phone| format!("tel:{}", digits(phone)))
    }
}

macro_rules! public_pages {
    ($($(#[$doc:meta])* $function:ident, $view:ident, $path:literal, $title:literal;)+) => {$(
        #[derive(Template)]
        #[template(path = $path)]
        struct $view {
            page: Page,
            operator: OperatorTexts,
        }

        $(#[$doc])*
        pub fn $function(page: Page, operator: &OperatorTexts) -> Response {
            let title = page.t.get($title);
            let view = $view { page: page.titled(title), operator: operator.clone() };
            respond::html(StatusCode::OK, &view, &view.page.csp())
        }
    )+};
}

public_pages! {
    /// `/`: one door for each reader.
    home, Home, "web/public/home.html", "product";
    /// `/aide`: what Procura is, how to stop a mandate, whom to call.
    help, Help, "web/public/help.html", "public-help-title";
    /// `/mentions-legales`: who publishes and runs the gateway.
    legal, Legal, "web/public/legal.html", "common-legal";
    /// `/donnees-personnelles`: which data, why, how long, and the reader's rights.
    privacy, Privacy, "web/public/privacy.html", "common-privacy";
    /// `/accessibilite`: how accessible the pages are and how to report a barrier.
    accessibility, Accessibility, "web/public/accessibility.html", "public-accessibility-title";
}
