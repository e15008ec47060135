//! The files pages load: our stylesheet, script and icon, and an operator's theme, each at an address that holds its digest.
//!
//! They travel compressed, being the same for everybody. Pages do not: where a page repeats what its address says beside what only
//! its reader may see, the length of a compressed answer tells of both (the attack called BREACH).

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use tower_http::compression::CompressionLayer;

use crate::crypto::hash::sha256;
use crate::http::page::AssetLinks;

#[derive(rust_embed::RustEmbed)]
#[folder = "src/http/assets/"]
struct Embedded;

/// The largest file of a theme, in bytes.
pub const MAX_THEME_FILE_BYTES: u64 = 1024 * 1024;

/// The stylesheet of a theme that pages link to, after ours.
pub const THEME_STYLE: &str = "theme.css";

static OWN: LazyLock<Assets> = LazyLock::new(Assets::own);
static OWN_LINKS: LazyLock<AssetLinks> = LazyLock::new(|| OWN.links());

/// Every file that pages may load, by name.
#[derive(Clone, Default)]
pub struct Assets {
    files: BTreeMap<String, Asset>,
}

#[derive(Clone)]
struct Asset {
    bytes: Bytes,
    kind: &'static str,
    digest: String,
}

/// Why a theme cannot be used; found at start.
#[derive(Debug, thiserror::Error)]
pub enum ThemeError {
    /// The directory or a file cannot be read.
    #[error("cannot read the theme's {path}: {source}")]
    Unreadable {
        /// What was read.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file of a kind that pages do not load, or with a name that cannot stand in an address.
    #[error(
        "{0}: a theme holds .css, .svg, .woff2 and .png files, named with letters, digits, '.', '-' and '_'"
    )]
    NotAllowed(PathBuf),
    /// A file over [`MAX_THEME_FILE_BYTES`].
    #[error("{0} is larger than 1 MiB")]
    TooLarge(PathBuf),
    /// A file with the name of one of ours.
    #[error("{0} has the name of a file of Procura; a theme adds files, it does not replace them")]
    Taken(PathBuf),
    /// No `theme.css`.
    #[error("{0} holds no theme.css")]
    NoStyle(PathBuf),
}

impl Assets {
    /// Our own files.
    pub fn own() -> Self {
        let files = Embedded::iter().filter_map(|name| {
            let bytes = Embedded::get(&name)?.data;
            Some((name.to_string(), Asset::new(bytes, content_type(Path::new(&*name))?)))
        });
        Self { files: files.collect() }
    }

    /// Our own files and, if there is a theme, every file of its directory.
    ///
    /// # Errors
    /// [`ThemeError`] when the theme is incomplete or holds what pages may not load.
    pub fn with_theme(theme: Option<&Path>) -> Result<Self, ThemeError> {
        let mut assets = Self::own();
        let Some(directory) = theme else { return Ok(assets) };
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| ThemeError::Unreadable { path, source }
        };
        for entry in fs::read_dir(directory).map_err(unreadable(directory))? {
            let path = entry.map_err(unreadable(directory))?.path();
            let (name, asset) = read_theme_file(&path)?;
            if assets.files.insert(name, asset).is_some() {
                return Err(ThemeError::Taken(path));
            }
        }
        if assets.files.contains_key(THEME_STYLE) {
            Ok(assets)
        } else {
            Err(ThemeError::NoStyle(directory.to_owned()))
        }
    }

    /// The addresses that the layout links to.
    pub fn links(&self) -> AssetLinks {
        AssetLinks {
            style: self.address("procura.css").unwrap_or_default(),
            script: self.address("procura.js").unwrap_or_default(),
            passkey: self.address("passkey.js").unwrap_or_default(),
            verify: self.address("verify-page.js").unwrap_or_default(),
            icon: self.address("favicon.svg").unwrap_or_default(),
            theme: self.address(THEME_STYLE),
        }
    }

    /// `/assets/{digest}/{name}`; `None` for a file that is not there.
    pub fn address(&self, name: &str) -> Option<String> {
        self.files.get(name).map(|asset| format!("/assets/{}/{name}", asset.digest))
    }

    /// The answer for `/assets/{digest}/{name}`: kept for a year when the digest is the file's own, else asked again by
    /// `ETag`; so a theme's stylesheet may name its fonts relatively.
    pub fn answer(&self, digest: &str, name: &str, request: &HeaderMap) -> Response {
        let Some(asset) = self.files.get(name) else { return StatusCode::NOT_FOUND.into_response() };
        // Weak: the same tag for the file and for its compressed form (RFC 9110 section 8.8.3).
        let tag = format!("\"{}\"", asset.digest);
        let caching = if digest == asset.digest { "public, max-age=31536000, immutable" } else { "no-cache" };
        let known =
            request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut headers = HeaderMap::new();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.kind));
        headers
            .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
        if let Ok(value) = HeaderValue::try_from(format!("W/{tag}")) {
            headers.insert(header::ETAG, value);
        }
        if known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        (headers, asset.bytes.clone()).into_response()
    }
}

impl Asset {
    fn new(bytes: Cow<'static, [u8]>, kind: &'static str) -> Self {
        let digest = hex::encode(sha256(&bytes).get(..8).unwrap_or_default());
        let bytes = match bytes {
            Cow::Borrowed(own) => Bytes::from_static(own),
            Cow::Owned(theme) => Bytes::from(theme),
        };
        Self { bytes, kind, digest }
    }
}

/// The addresses of our own files.
pub fn own_links() -> AssetLinks {
    OWN_LINKS.clone()
}

/// The route `/assets/{digest}/{name}`.
pub fn router<S: Clone + Send + Sync + 'static>(assets: Arc<Assets>) -> Router<S> {
    let answer = move |axum::extract::Path((digest, name)): axum::extract::Path<(String, String)>,
                       headers: HeaderMap| {
        let response = assets.answer(&digest, &name, &headers);
        async move { response }
    };
    Router::new().route("/assets/{digest}/{name}", get(answer)).layer(CompressionLayer::new())
}

fn read_theme_file(path: &Path) -> Result<(String, Asset), ThemeError> {
    let unreadable = |source| ThemeError::Unreadable { path: path.to_owned(), source };
    let metadata = fs::metadata(path).map_err(unreadable)?;
    let name = path.file_name().and_then(|name| name.to_str()).filter(|name| {
        !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'))
    });
    let kind = content_type(path).filter(|kind| !kind.starts_with("text/javascript"));
    let (Some(name), Some(kind), true) = (name, kind, metadata.is_file()) else {
        return Err(ThemeError::NotAllowed(path.to_owned()));
    };
    if metadata.len() > MAX_THEME_FILE_BYTES {
        return Err(ThemeError::TooLarge(path.to_owned()));
    }
    let bytes = fs::read(path).map_err(unreadable)?;
    Ok((name.to_owned(), Asset::new(Cow::Owned(bytes), kind)))
}

fn content_type(path: &Path) -> Option<&'static str> {
    match path.extension()?.to_str()? {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        "woff2" => Some("font/woff2"),
        "png" => Some("image/png"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(files: &[(&str, usize)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().expect("a directory");
        for (name, size) in files {
            fs::write(directory.path().join(name), vec![b'x'; *size]).expect("a file");
        }
        directory
    }

    #[test]
    fn our_files_are_kept_for_a_year_at_the_address_of_their_content() {
        let assets = Assets::own();
        let links = assets.links();
        assert!(links.theme.is_none() && links.style.ends_with("/procura.css"), "{links:?}");
        let digest = links.style.split('/').nth(2).expect("a digest");
        let answer = assets.answer(digest, "procura.css", &HeaderMap::new());
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
        let mut again = HeaderMap::new();
        again.insert(header::IF_NONE_MATCH, answer.headers()[header::ETAG].clone());
        assert_eq!(assets.answer(digest, "procura.css", &again).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(
            assets.answer("old", "procura.css", &HeaderMap::new()).headers()[header::CACHE_CONTROL],
            "no-cache"
        );
        assert_eq!(assets.answer(digest, "../mod.rs", &HeaderMap::new()).status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn a_theme_adds_styles_fonts_and_images_only() {
        let good = theme(&[("theme.css", 10), ("font.woff2", 10), ("logo.svg", 10)]);
        let assets = Assets::with_theme(Some(good.path())).expect("a theme");
        assert!(assets.links().theme.is_some_and(|address| address.ends_with("/theme.css")));
        let error = |files: &[(&str, usize)]| Assets::with_theme(Some(theme(files).path())).err();
        assert!(matches!(error(&[("theme.css", 1), ("evil.js", 1)]), Some(ThemeError::NotAllowed(_))));
        assert!(matches!(error(&[("theme.css", 1), ("a b.css", 1)]), Some(ThemeError::NotAllowed(_))));
        assert!(matches!(error(&[("theme.css", 1), ("procura.css", 1)]), Some(ThemeError::Taken(_))));
        assert!(matches!(
            error(&[("theme.css", 1), ("big.png", 1024 * 1024 + 1)]),
            Some(ThemeError::TooLarge(_))
        ));
        assert!(matches!(error(&[("logo.svg", 1)]), Some(ThemeError::NoStyle(_))));
        assert!(matches!(
            Assets::with_theme(Some(Path::new("/no/such"))).err(),
            Some(ThemeError::Unreadable { .. })
        ));
    }
}
