//! The parameters of an OAuth request: each once, bounded, unknown ones ignored (RFC 6749 section 3.1).

use std::collections::BTreeSet;

use axum::extract::FromRequest;
use axum::extract::Request;
use axum::http::request::Parts;

use crate::http::errors::OAuthError;
use crate::http::form::BadForm;
use crate::http::form::FormFields;

/// The longest query string of an authorization request, in bytes.
pub const LONGEST_QUERY: usize = 16 * 1024;

/// Parameters; a parameter without a value counts as left out (RFC 6749 section 3.1).
#[derive(Clone, Debug, Default)]
pub struct Fields {
    fields: FormFields,
    names: Vec<&'static str>,
}

/// A parameter that came twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeated(pub &'static str);

impl Fields {
    /// Reads a query string or body; `names` are those that may come once only, which is every known one.
    pub fn parse(encoded: &[u8], names: &[&'static str]) -> Result<Self, BadForm> {
        Ok(Self { fields: FormFields::parse(encoded)?, names: names.to_vec() })
    }

    /// The first known parameter that came more than once.
    pub fn repeated(&self) -> Option<Repeated> {
        self.names.iter().find(|name| self.fields.one(name).is_err()).map(|name| Repeated(name))
    }

    /// A parameter's value; none when it is missing, empty or repeated.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.one(name).ok().flatten().filter(|value| !value.is_empty())
    }
}

impl Fields {
    /// The values of a parameter that may be repeated, in order.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.fields.all(name)
    }
}

/// The body of a request to a client's endpoint, with no known parameter repeated.
pub async fn body(request: Request, names: &[&'static str]) -> Result<(Parts, Fields), OAuthError> {
    let (parts, body) = request.into_parts();
    let copy = Request::from_parts(parts.clone(), body);
    let fields = FormFields::from_request(copy, &()).await.map_err(bad_form)?;
    let fields = Fields { fields, names: names.to_vec() };
    match fields.repeated() {
        Some(Repeated(name)) => {
            Err(OAuthError::new("invalid_request", format!("{name} stands more than once")))
        }
        None => Ok((parts, fields)),
    }
}

fn bad_form(bad: BadForm) -> OAuthError {
    OAuthError::new("invalid_request", bad.to_string()).status(bad.status())
}

/// Words separated by spaces (RFC 6749 section 3.3).
pub fn words(text: Option<&str>) -> BTreeSet<String> {
    text.unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect()
}
