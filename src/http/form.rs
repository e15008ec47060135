//! What a form sends, read strictly, and what is to correct in it.

use axum::body::Bytes;
use axum::extract::FromRequest;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;

/// The largest form, in bytes.
pub const MAX_FORM_BYTES: usize = 64 * 1024;

/// The fields of a form sent as `application/x-www-form-urlencoded`, in their order, with nothing trimmed.
#[derive(Clone, Default)]
pub struct FormFields(Vec<(String, String)>);

/// Why a form could not be read; always the sender's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadForm {
    /// Not a URL-encoded form.
    #[error("the body is not application/x-www-form-urlencoded")]
    ContentType,
    /// More than [`MAX_FORM_BYTES`].
    #[error("the form is larger than 64 KiB")]
    TooLarge,
    /// Bytes that are no UTF-8 once decoded.
    #[error("the form is not UTF-8")]
    Encoding,
    /// A field that may stand once came several times.
    #[error("a field stands more than once")]
    Repeated,
}

impl BadForm {
    /// The status of the answer.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Encoding | Self::Repeated => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for BadForm {
    fn into_response(self) -> Response {
        (self.status(), self.to_string()).into_response()
    }
}

impl std::fmt::Debug for FormFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl FormFields {
    /// Reads a body or a query string.
    ///
    /// # Errors
    /// [`BadForm::Encoding`] when a name or value is no UTF-8.
    pub fn parse(encoded: &[u8]) -> Result<Self, BadForm> {
        let mut fields = Vec::new();
        for pair in encoded.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            fields.push((name, value));
        }
        Ok(Self(fields))
    }

    /// The value of a field that stands at most once; `None` when it is missing.
    ///
    /// # Errors
    /// [`BadForm::Repeated`] when it came several times.
    pub fn one(&self, name: &str) -> Result<Option<&str>, BadForm> {
        let mut values = self.values(name);
        let first = values.next();
        if values.next().is_some() { Err(BadForm::Repeated) } else { Ok(first) }
    }

    /// The values of a field that may be repeated, in order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.values(name).collect()
    }

    fn values<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequest<S> for FormFields {
    type Rejection = BadForm;

    async fn from_request(request: Request, state: &S) -> Result<Self, BadForm> {
        let kind = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let media_type = kind.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(BadForm::ContentType);
        }
        let body = Bytes::from_request(request, state).await.map_err(|_| BadForm::TooLarge)?;
        if body.len() > MAX_FORM_BYTES {
            return Err(BadForm::TooLarge);
        }
        Self::parse(&body)
    }
}

/// One thing to correct: at which field, in which words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name.
    pub field: String,
    /// The id the summary links to: the field, or the first control of a group.
    pub target: String,
    /// What is wrong and how to put it right.
    pub words: String,
}

/// What is to correct in a form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors(Vec<FieldError>);

impl FormErrors {
    /// Adds a message at `field`, whose input has the field's name as its id.
    pub fn add(&mut self, field: &str, words: impl Into<String>) {
        self.add_at(field, field, words);
    }

    /// Adds a message at a group, whose first control has the id `target`.
    pub fn add_at(&mut self, field: &str, target: &str, words: impl Into<String>) {
        self.0.push(FieldError { field: field.to_owned(), target: target.to_owned(), words: words.into() });
    }

    /// Whether all is well.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many things are to correct.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, FieldError> {
        self.0.iter()
    }

    /// The message at a field.
    pub fn at(&self, field: impl AsRef<str>) -> Option<&str> {
        self.0.iter().find(|error| error.field == field.as_ref()).map(|error| error.words.as_str())
    }

    /// Whether a field has a message.
    pub fn has(&self, field: impl AsRef<str>) -> bool {
        self.at(field).is_some()
    }
}

fn decode(part: &[u8]) -> Result<String, BadForm> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex_digit(*high), hex_digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(byte),
            },
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).map_err(|_| BadForm::Encoding)
}

fn hex_digit(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_browsers_send_them() {
        let form = FormFields::parse(
            "theme=social&theme=logement&name=+%C3%89lo%C3%AFse%26%3D&empty=&bare&pct=5%25+%zz".as_bytes(),
        )
        .expect("a form");
        assert_eq!(form.all("theme"), ["social", "logement"]);
        assert_eq!(form.one("name"), Ok(Some(" Éloïse&=")));
        assert_eq!(form.one("empty"), Ok(Some("")));
        assert_eq!(form.one("bare"), Ok(Some("")));
        assert_eq!(form.one("pct"), Ok(Some("5% %zz")));
        assert_eq!(form.one("missing"), Ok(None));
        assert_eq!(form.one("theme"), Err(BadForm::Repeated));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(FormFields::parse(b"name=%ff").map(|_| ()), Err(BadForm::Encoding));
    }

    #[test]
    fn what_was_typed_does_not_print() {
        let form = FormFields::parse(b"otp=123456").expect("a form");
        assert_eq!(format!("{form:?}"), r#"["otp"]"#);
    }
}
