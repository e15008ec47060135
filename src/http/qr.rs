//! Square codes (QR, ISO/IEC 18004) as inline SVG: dark on white, in one path.

use std::fmt::Write as _;

use qrcode::Color;
use qrcode::EcLevel;
use qrcode::QrCode;

use crate::text::Html;

/// White modules kept around the code inside the figure; the box around it adds the rest of the quiet zone.
const MARGIN: usize = 2;

/// The text does not fit into a QR code.
#[derive(Debug, thiserror::Error)]
#[error("this text does not fit into a square code: {0}")]
pub struct QrError(#[from] qrcode::types::QrError);

/// The square code of `content`, with `label` (what it is for) for those who cannot see it.
///
/// # Errors
/// [`QrError`] when `content` is longer than a code can hold (about 2,300 bytes).
pub fn svg(content: &str, label: &str) -> Result<Html, QrError> {
    let code = QrCode::with_error_correction_level(content.as_bytes(), EcLevel::M)?;
    let width = code.width();
    let path = runs(&code.to_colors(), width);
    let side = width + 2 * MARGIN;
    Ok(Html::trusted(format!(
        r#"<svg viewBox="-{MARGIN} -{MARGIN} {side} {side}" role="img" aria-label="{}" shape-rendering="crispEdges"><path d="{path}"/></svg>"#,
        Html::escaped(label),
    )))
}

/// The dark modules as horizontal runs, `M x y h length v1 h-length z`.
fn runs(modules: &[Color], width: usize) -> String {
    let mut path = String::new();
    for (y, row) in modules.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(PartialEq::eq) {
            let length = run.len();
            if run.first() == Some(&Color::Dark) {
                // Writing to a String cannot fail.
                let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
            }
            x += length;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_pattern_is_where_a_camera_looks_for_it() {
        let figure = svg("https://procura.example/consentement/q7Xw2m", "Code <carré>").expect("a code");
        assert!(figure.as_str().contains(r#"d="M0 0h7v1h-7z"#), "{figure}");
        assert!(figure.as_str().contains("Code &lt;carré&gt;") && !figure.as_str().contains("<?xml"));
    }

    #[test]
    fn too_long_a_text_is_an_error() {
        assert!(svg(&"x".repeat(4000), "").is_err());
    }
}
