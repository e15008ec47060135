//! Square codes (QR, ISO/IEC 18004) as one path.

use krilla::geom::Path;
use krilla::geom::PathBuilder;
use krilla::geom::Rect;
use qrcode::Color;
use qrcode::EcLevel;
use qrcode::QrCode;

use crate::document::DocumentError;

/// A square code: its dark modules as runs of a row.
#[derive(Clone, Debug)]
pub(super) struct Square {
    /// Modules on one side.
    pub modules: f32,
    /// Column, row and length of each dark run, in modules.
    runs: Vec<(f32, f32, f32)>,
}

impl Square {
    /// The code of a text.
    pub fn of(content: &str) -> Result<Self, DocumentError> {
        let code = QrCode::with_error_correction_level(content.as_bytes(), EcLevel::M)
            .map_err(|_| DocumentError::Square)?;
        let mut runs = Vec::new();
        for (row, modules) in code.to_colors().chunks(code.width()).enumerate() {
            let mut column = 0;
            for run in modules.chunk_by(PartialEq::eq) {
                if run.first() == Some(&Color::Dark) {
                    runs.push((count(column), count(row), count(run.len())));
                }
                column += run.len();
            }
        }
        Ok(Self { modules: count(code.width()), runs })
    }

    /// The dark modules at a place and a size.
    pub fn path(&self, x: f32, y: f32, side: f32) -> Option<Path> {
        let module = side / self.modules;
        let mut path = PathBuilder::new();
        for (column, row, length) in &self.runs {
            path.push_rect(Rect::from_xywh(x + column * module, y + row * module, length * module, module)?);
        }
        path.finish()
    }
}

#[expect(clippy::cast_precision_loss, reason = "a code has at most 177 modules on a side")]
const fn count(modules: usize) -> f32 {
    modules as f32
}
