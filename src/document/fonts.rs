//! The three faces of DejaVu Sans, for shaping and for embedding.

use krilla::text::Font;
use rustybuzz::Face as Shaper;

use crate::document::DocumentError;

/// Which of the embedded faces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Face {
    /// Upright.
    Regular,
    /// Headings, names.
    Bold,
    /// Captions.
    Oblique,
}

/// One face, twice: as the shaper and as the writer want it.
pub(super) struct Loaded {
    /// Gives glyphs and their places.
    pub shaper: Shaper<'static>,
    /// Is embedded.
    pub font: Font,
    /// Font units in one em.
    pub units: f32,
}

/// The faces; what a bold or oblique one lacks is taken from the upright one.
pub(super) struct Fonts {
    regular: Loaded,
    bold: Loaded,
    oblique: Loaded,
}

impl Fonts {
    /// Reads the faces that are inside the program.
    pub fn load() -> Result<Self, DocumentError> {
        Ok(Self {
            regular: load(dejavu::sans::regular())?,
            bold: load(dejavu::sans::bold())?,
            oblique: load(dejavu::sans::oblique())?,
        })
    }

    /// One face.
    pub const fn get(&self, face: Face) -> &Loaded {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
            Face::Oblique => &self.oblique,
        }
    }

    /// The face that has a sign, the wanted one first.
    pub fn with(&self, wanted: Face, sign: char) -> Option<Face> {
        [wanted, Face::Regular, Face::Bold]
            .into_iter()
            .find(|face| self.get(*face).shaper.glyph_index(sign).is_some_and(|glyph| glyph.0 != 0))
    }
}

fn load(data: &'static [u8]) -> Result<Loaded, DocumentError> {
    let shaper = Shaper::from_slice(data, 0).ok_or(DocumentError::Fonts)?;
    let font = Font::new(data.into(), 0).ok_or(DocumentError::Fonts)?;
    let units = font.units_per_em();
    Ok(Loaded { shaper, font, units })
}
