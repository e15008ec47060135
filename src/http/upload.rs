//! A form with a file (RFC 7578, `multipart/form-data`), read strictly and whole; only where a route says so.

use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::Request;
use axum::http::header;

use crate::http::form::BadForm;

/// The parts of a form with a file, by name.
#[derive(Clone, Default)]
pub struct Upload {
    parts: Vec<(String, Bytes)>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.parts.iter().map(|(name, _)| name)).finish()
    }
}

impl Upload {
    /// Reads a body whose parts are separated by `boundary`.
    ///
    /// # Errors
    /// [`BadForm::ContentType`] for a body of another form, [`BadForm::Encoding`] for a part without a name.
    pub fn parse(boundary: &str, body: &Bytes) -> Result<Self, BadForm> {
        let separator = format!("\r\n--{boundary}");
        let opening = format!("--{boundary}");
        let mut at = opening.len();
        if !body.starts_with(opening.as_bytes()) {
            return Err(BadForm::ContentType);
        }
        let mut parts = Vec::new();
        loop {
            let rest = body.get(at..).unwrap_or_default();
            if rest.starts_with(b"--") {
                return Ok(Self { parts });
            }
            let rest = rest.strip_prefix(b"\r\n").ok_or(BadForm::ContentType)?;
            let head = find(rest, b"\r\n\r\n").ok_or(BadForm::ContentType)?;
            let start = body.len() - rest.len() + head + 4;
            let end = start
                + find(body.get(start..).unwrap_or_default(), separator.as_bytes())
                    .ok_or(BadForm::ContentType)?;
            let name = name(rest.get(..head).unwrap_or_default()).ok_or(BadForm::Encoding)?;
            parts.push((name, body.slice(start..end)));
            at = end + separator.len();
        }
    }

    /// The bytes of a part that stands once; `None` when it is missing.
    ///
    /// # Errors
    /// [`BadForm::Repeated`] when it came several times.
    pub fn one(&self, name: &str) -> Result<Option<&Bytes>, BadForm> {
        let mut values = self.parts.iter().filter(|(known, _)| known == name).map(|(_, bytes)| bytes);
        let first = values.next();
        if values.next().is_some() { Err(BadForm::Repeated) } else { Ok(first) }
    }

    /// As [`Self::one`], as text.
    ///
    /// # Errors
    /// [`BadForm::Encoding`] for bytes that are no UTF-8.
    pub fn text(&self, name: &str) -> Result<String, BadForm> {
        let bytes = self.one(name)?.cloned().unwrap_or_default();
        String::from_utf8(bytes.to_vec()).map_err(|_| BadForm::Encoding)
    }
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(place) = hay.get(from..)?.iter().position(|byte| *byte == first) {
        let at = from + place;
        if hay.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
    None
}

/// The `name` of a `Content-Disposition: form-data` among the lines of a part's head.
fn name(head: &[u8]) -> Option<String> {
    let head = std::str::from_utf8(head).ok()?;
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let value = line.split("; ").find_map(|part| part.trim().strip_prefix("name="))?;
    Some(value.trim_matches('"').to_owned())
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = BadForm;

    async fn from_request(request: Request, state: &S) -> Result<Self, BadForm> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let (media_type, parameters) = kind.split_once(';').ok_or(BadForm::ContentType)?;
        if !media_type.trim().eq_ignore_ascii_case("multipart/form-data") {
            return Err(BadForm::ContentType);
        }
        let boundary = parameters
            .split(';')
            .find_map(|part| part.trim().strip_prefix("boundary="))
            .map(|value| value.trim_matches('"').to_owned())
            .filter(|value| (1..=70).contains(&value.len()))
            .ok_or(BadForm::ContentType)?;
        let body = Bytes::from_request(request, state).await.map_err(|_| BadForm::TooLarge)?;
        Self::parse(&boundary, &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\naidants\r\n--x\r\n\
        Content-Disposition: form-data; name=\"file\"; filename=\"a;b.csv\"\r\nContent-Type: text/csv\r\n\r\n\
        siret;nom\r\n1;--x\r\n\r\n--x--\r\n";

    #[test]
    fn a_form_with_a_file_is_read_as_browsers_send_it() {
        let form = Upload::parse("x", &Bytes::from_static(BODY.as_bytes())).expect("a form");
        assert_eq!(form.text("kind").as_deref(), Ok("aidants"));
        assert_eq!(form.text("file").as_deref(), Ok("siret;nom\r\n1;--x\r\n"));
        assert_eq!(form.one("other"), Ok(None));
    }

    #[test]
    fn what_is_cut_or_strange_is_refused() {
        for end in 0..BODY.len() - 6 {
            let cut = Bytes::copy_from_slice(&BODY.as_bytes()[..end]);
            assert!(Upload::parse("x", &cut).is_err(), "{end}");
        }
        let twice = Bytes::from(format!(
            "{}{}",
            &BODY[..BODY.len() - 7],
            "\r\n--x\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nb\r\n--x--\r\n"
        ));
        let form = Upload::parse("x", &twice);
        assert!(form.is_err() || form.is_ok_and(|form| form.one("kind") == Err(BadForm::Repeated)));
    }
}
