//! The counterparts' pages: plain HTML in looks of their own, so that nobody takes them for the gateway's.

use askama::Template;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

const COMMON: &str = include_str!("look/common.css");

/// Whose page it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The provider that behaves like FranceConnect.
    FranceConnect,
    /// An administration.
    Administration,
    /// The newcomer's page.
    Portal,
}

impl Look {
    const fn style(self) -> &'static str {
        match self {
            Self::FranceConnect => include_str!("look/franceconnect.css"),
            Self::Administration => include_str!("look/administration.css"),
            Self::Portal => include_str!("look/portal.css"),
        }
    }
}

#[derive(Template)]
#[template(
    source = r#"<!DOCTYPE html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{% if let Some(seconds) = refresh %}<meta http-equiv="refresh" content="{{ seconds }}">
{% endif %}<title>{{ title }} - {{ site }}</title>
<style>{{ common|safe }}{{ style|safe }}</style>
</head>
<body>
<header class="top"><strong>{{ site }}</strong><span>Démonstration : rien n’est réel ici</span></header>
<main>
{{ body|safe }}
</main>
{{ after|safe }}
</body>
</html>
"#,
    ext = "html"
)]
struct Layout<'a> {
    site: &'a str,
    title: &'a str,
    common: &'static str,
    style: &'static str,
    refresh: Option<u32>,
    body: &'a str,
    after: &'a str,
}

/// One page to answer with.
pub struct Sheet<'a> {
    /// Whose page.
    pub look: Look,
    /// Name of the site, in the top line.
    pub site: &'a str,
    /// Page title.
    pub title: &'a str,
    /// After how many seconds the page loads itself again.
    pub refresh: Option<u32>,
}

impl Sheet<'_> {
    /// Renders `body` into `<main>` and `after` behind it.
    pub fn answer(&self, status: StatusCode, body: &impl Template, after: &str) -> Response {
        let rendered = body.render().and_then(|body| {
            Layout {
                site: self.site,
                title: self.title,
                common: COMMON,
                style: self.look.style(),
                refresh: self.refresh,
                body: &body,
                after,
            }
            .render()
        });
        match rendered {
            Ok(html) => {
                let headers =
                    [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
                (status, headers, html).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "a demo page could not be rendered");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

/// The value of one cookie of a request.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}
