//! Words into glyphs: cleaned, shaped in their script, with a box for what no face has.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use krilla::text::GlyphId;
use krilla::text::KrillaGlyph;
use rustybuzz::BufferFlags;
use rustybuzz::Direction;
use rustybuzz::UnicodeBuffer;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::document::fonts::Face;
use crate::document::fonts::Fonts;

/// What stands for a sign that no face has. Readers and copies still get the sign itself.
const BOX: char = '\u{25a1}';

/// Glyphs of one face, left to right as they stand on paper; ranges are bytes of the shaped word.
#[derive(Clone, Debug)]
pub(super) struct Run {
    /// Which face.
    pub face: Face,
    /// Its glyphs.
    pub glyphs: Vec<KrillaGlyph>,
}

/// One word, ready to be put on paper.
#[derive(Clone, Debug, Default)]
pub(super) struct Word {
    /// Left to right.
    pub runs: Vec<Run>,
    /// In ems.
    pub width: f32,
}

/// Shapes words and remembers them.
pub(super) struct Shapes {
    fonts: Fonts,
    words: HashMap<(Face, bool), HashMap<String, Rc<Word>>>,
}

/// A stretch of a word that is shaped at once.
struct Piece {
    face: Face,
    range: Range<usize>,
    /// Other signs to shape in its place, each standing for the whole range.
    instead: Option<String>,
    arabic: bool,
}

impl Shapes {
    /// Nothing shaped yet.
    pub fn new(fonts: Fonts) -> Self {
        Self { fonts, words: HashMap::new() }
    }

    /// The faces.
    pub const fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// A word (no line end in it) in one direction.
    pub fn word(&mut self, face: Face, text: &str, right_to_left: bool) -> Rc<Word> {
        let known = self.words.entry((face, right_to_left)).or_default();
        if let Some(word) = known.get(text) {
            return Rc::clone(word);
        }
        let word = Rc::new(shape(&self.fonts, face, text, right_to_left));
        known.insert(text.to_owned(), Rc::clone(&word));
        word
    }

    /// How wide a word is, in ems, in the direction of its first letter.
    pub fn width(&mut self, face: Face, text: &str) -> f32 {
        let right_to_left = text.chars().any(is_right_to_left);
        self.word(face, text, right_to_left).width
    }
}

fn shape(fonts: &Fonts, face: Face, text: &str, right_to_left: bool) -> Word {
    let mut pieces = pieces(fonts, face, text);
    if right_to_left {
        pieces.reverse();
    }
    let mut word = Word::default();
    for piece in pieces {
        let run = shape_piece(fonts, text, &piece, right_to_left);
        word.width += run.glyphs.iter().map(|glyph| glyph.x_advance).sum::<f32>();
        match word.runs.last_mut() {
            Some(last) if last.face == run.face => last.glyphs.extend(run.glyphs),
            _ => word.runs.push(run),
        }
    }
    word
}

/// Cuts a word where the face or the way of shaping changes.
fn pieces(fonts: &Fonts, wanted: Face, text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, sign) in text.char_indices() {
        let range = at..at + sign.len_utf8();
        let joins = is_combining_mark(sign);
        let found = fonts.with(wanted, sign);
        if let Some(last) = pieces.last_mut()
            && last.instead.is_none()
            && (joins && found.is_some() || found == Some(last.face))
            && (joins || last.arabic == is_arabic(sign) || is_common(sign))
        {
            last.range.end = range.end;
            continue;
        }
        match found {
            Some(face) => pieces.push(Piece { face, range, instead: None, arabic: is_arabic(sign) }),
            None => {
                let (face, instead) = substitute(fonts, wanted, sign);
                pieces.push(Piece { face, range, instead: Some(instead), arabic: false });
            }
        }
    }
    pieces
}

/// Plainer signs of the same meaning (NFKD), or the box.
fn substitute(fonts: &Fonts, wanted: Face, sign: char) -> (Face, String) {
    let plain: String = std::iter::once(sign).nfkd().filter(|part| *part != sign).collect();
    let face = plain.chars().next().and_then(|first| fonts.with(wanted, first));
    match face {
        Some(face) if plain.chars().all(|part| fonts.with(face, part) == Some(face)) => (face, plain),
        _ => {
            let face = fonts.with(wanted, BOX).unwrap_or(Face::Regular);
            (face, BOX.to_string())
        }
    }
}

fn shape_piece(fonts: &Fonts, text: &str, piece: &Piece, right_to_left: bool) -> Run {
    let loaded = fonts.get(piece.face);
    let source = piece.instead.as_deref().or_else(|| text.get(piece.range.clone())).unwrap_or_default();
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(source);
    buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
    buffer.guess_segment_properties();
    buffer.set_direction(if right_to_left { Direction::RightToLeft } else { Direction::LeftToRight });
    let shaped = rustybuzz::shape(&loaded.shaper, &[], buffer);
    let starts: Vec<usize> =
        shaped.glyph_infos().iter().filter_map(|info| usize::try_from(info.cluster).ok()).collect();
    let mut ends = starts.clone();
    ends.push(source.len());
    ends.sort_unstable();
    ends.dedup();
    let em = |value: i32| font_units(value) / loaded.units;
    let glyphs = shaped
        .glyph_infos()
        .iter()
        .zip(shaped.glyph_positions())
        .zip(&starts)
        .map(|((info, place), start)| {
            let end = ends.iter().copied().find(|end| end > start).unwrap_or(source.len());
            let range = match piece.instead {
                Some(_) => piece.range.clone(),
                None => piece.range.start + start..piece.range.start + end,
            };
            let glyph = if info.glyph_id == 0 { missing(fonts, piece.face) } else { info.glyph_id };
            KrillaGlyph::new(
                GlyphId::new(glyph),
                em(place.x_advance),
                em(place.x_offset),
                em(place.y_offset),
                em(place.y_advance),
                range,
                None,
            )
        })
        .collect();
    Run { face: piece.face, glyphs }
}

/// The box's glyph, or a question mark's: never the font's own "no such glyph", which PDF/UA-1 clause 7.21.8 forbids.
fn missing(fonts: &Fonts, face: Face) -> u32 {
    let shaper = &fonts.get(face).shaper;
    let glyph = shaper.glyph_index(BOX).or_else(|| shaper.glyph_index('?'));
    glyph.map_or(1, |glyph| u32::from(glyph.0))
}

#[expect(clippy::cast_precision_loss, reason = "font units are far below 2^24")]
fn font_units(value: i32) -> f32 {
    value as f32
}

const fn is_arabic(sign: char) -> bool {
    matches!(sign, '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{8a0}'..='\u{8ff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// Digits and punctuation, which go with the letters before them.
fn is_common(sign: char) -> bool {
    !sign.is_alphabetic()
}

/// Whether a sign belongs to a script that is read from right to left.
pub(super) const fn is_right_to_left(sign: char) -> bool {
    matches!(sign, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// A text without what cannot be printed: line ends become `\n`, tabs a space; control, format and direction signs go.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut after_return = false;
    for sign in text.chars() {
        let was_return = std::mem::replace(&mut after_return, sign == '\r');
        match sign {
            '\n' if was_return => {}
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\t' => cleaned.push(' '),
            _ if sign.is_control() || is_invisible(sign) => {}
            '\u{fdd0}'..='\u{fdef}' => cleaned.push('\u{fffd}'),
            _ if u32::from(sign) & 0xfffe == 0xfffe => cleaned.push('\u{fffd}'),
            _ => cleaned.push(sign),
        }
    }
    cleaned
}

/// Signs that have no shape of their own, among them those that turn the direction of others round.
const fn is_invisible(sign: char) -> bool {
    matches!(sign,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_left_out() {
        assert_eq!(clean("a\r\nb\rc\u{2028}d\te\u{0}\u{202e}f\u{feff}\u{fdd0}"), "a\nb\nc\nd ef\u{fffd}");
    }

    #[test]
    fn every_sign_has_a_glyph_and_keeps_its_place() {
        let mut shapes = Shapes::new(Fonts::load().expect("fonts"));
        for text in
            ["Amélie", "محمد", "שרה", "日本", "👩🏽", "e\u{301}", "\u{301}", "𝐀", "ﬁ", "ა", "Ω", "א\u{5b8}ב"]
        {
            for face in [Face::Regular, Face::Bold, Face::Oblique] {
                let right_to_left = text.chars().any(is_right_to_left);
                let word = shapes.word(face, text, right_to_left);
                let glyphs: Vec<&KrillaGlyph> = word.runs.iter().flat_map(|run| &run.glyphs).collect();
                assert!(!glyphs.is_empty() && word.width >= 0.0, "{text}");
                for glyph in &glyphs {
                    assert_ne!(glyph.glyph_id.to_u32(), 0, "{text}");
                    assert!(
                        text.get(glyph.text_range.clone()).is_some_and(|part| !part.is_empty()),
                        "{text}"
                    );
                }
                for (at, _) in text.char_indices() {
                    assert!(glyphs.iter().any(|glyph| glyph.text_range.contains(&at)), "{text} at {at}");
                }
            }
        }
    }

    #[test]
    fn arabic_letters_join() {
        let mut shapes = Shapes::new(Fonts::load().expect("fonts"));
        let mut glyphs = |text: &str| -> Vec<u32> {
            let word = shapes.word(Face::Regular, text, true);
            word.runs.iter().flat_map(|run| &run.glyphs).map(|glyph| glyph.glyph_id.to_u32()).collect()
        };
        let joined = glyphs("محمد");
        let alone: Vec<u32> = "محمد".chars().rev().flat_map(|sign| glyphs(&sign.to_string())).collect();
        assert_eq!(joined.len(), alone.len());
        assert_ne!(joined, alone);
    }
}
