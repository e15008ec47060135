//! Paragraphs into lines: where they may break, and in which order their words stand on paper.

use std::ops::Range;

use krilla::text::KrillaGlyph;
use unicode_bidi::BidiInfo;
use unicode_bidi::Level;
use unicode_normalization::char::is_combining_mark;

use crate::document::fonts::Face;
use crate::document::shape::Run;
use crate::document::shape::Shapes;
use crate::document::shape::is_right_to_left;

/// One line, as its words and the order of its stretches from left to right.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// What a reader reads, with the space that ends it.
    pub text: String,
    /// In which face.
    pub face: Face,
    /// Bytes of the text, left to right on paper, and whether they are read from right to left.
    runs: Vec<(Range<usize>, bool)>,
}

impl Line {
    /// The glyphs, face by face, left to right; ranges are bytes of [`Self::text`].
    pub fn glyphs(&self, shapes: &mut Shapes) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for (range, right_to_left) in &self.runs {
            let mut words = words(&self.text, range.clone());
            if *right_to_left {
                words.reverse();
            }
            for word in words {
                let Some(text) = self.text.get(word.clone()) else { continue };
                for run in &shapes.word(self.face, text, *right_to_left).runs {
                    let placed = run.glyphs.iter().map(|glyph| moved(glyph, word.start));
                    match runs.last_mut() {
                        Some(last) if last.face == run.face => last.glyphs.extend(placed),
                        _ => runs.push(Run { face: run.face, glyphs: placed.collect() }),
                    }
                }
            }
        }
        runs
    }
}

fn moved(glyph: &KrillaGlyph, by: usize) -> KrillaGlyph {
    let mut glyph = glyph.clone();
    glyph.text_range = glyph.text_range.start + by..glyph.text_range.end + by;
    glyph
}

/// Words and single spaces of a stretch, in the order of reading.
fn words(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let Some(part) = text.get(range.clone()) else { return Vec::new() };
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut open = false;
    for (at, sign) in part.char_indices() {
        let start = range.start + at;
        let end = start + sign.len_utf8();
        let space = is_any_space(sign);
        match found.last_mut() {
            Some(last) if open && !space => last.end = end,
            _ => found.push(start..end),
        }
        open = !space;
    }
    found
}

/// The lines of a cleaned text at a width in ems; an empty one where the text has an empty line.
pub(super) fn lines(shapes: &mut Shapes, text: &str, face: Face, width: f32) -> Vec<Line> {
    text.split('\n').flat_map(|paragraph| paragraph_lines(shapes, paragraph, face, width)).collect()
}

/// The widest word and the width on one line, in ems.
pub(super) fn widths(shapes: &mut Shapes, text: &str, face: Face) -> (f32, f32) {
    let mut word: f32 = 0.0;
    let mut whole: f32 = 0.0;
    for paragraph in text.split('\n') {
        let mut line = 0.0;
        for atom in atoms(paragraph) {
            let part = paragraph.get(atom).unwrap_or_default();
            let width = measure(shapes, part, face);
            word = word.max(measure(shapes, part.trim_end_matches(is_space), face));
            line += width;
        }
        whole = whole.max(line);
    }
    (word, whole)
}

fn paragraph_lines(shapes: &mut Shapes, paragraph: &str, face: Face, width: f32) -> Vec<Line> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut current: Option<Range<usize>> = None;
    let mut used = 0.0;
    for atom in atoms(paragraph) {
        let part = paragraph.get(atom.clone()).unwrap_or_default();
        let solid = part.trim_end_matches(is_space);
        let needed = measure(shapes, solid, face);
        if let Some(line) = current.take_if(|_| used + needed > width) {
            ranges.push(line);
            used = 0.0;
        }
        let mut start = atom.start;
        if needed > width {
            let cuts = cuts(shapes, solid, face, width);
            for cut in &cuts {
                ranges.push(start..atom.start + cut);
                start = atom.start + cut;
            }
            used = 0.0;
        }
        let rest = paragraph.get(start..atom.end).unwrap_or_default();
        used += measure(shapes, rest, face);
        current = Some(current.map_or(start, |line: Range<usize>| line.start)..atom.end);
    }
    ranges.extend(current);
    if ranges.is_empty() {
        ranges.push(0..0);
    }
    ordered(paragraph, &ranges, face)
}

/// Where to cut a word that is wider than a line, in bytes of it.
fn cuts(shapes: &mut Shapes, word: &str, face: Face, width: f32) -> Vec<usize> {
    let mut cuts = Vec::new();
    let mut used = 0.0;
    for (at, sign) in word.char_indices() {
        if is_combining_mark(sign) {
            continue;
        }
        let mut buffer = [0; 4];
        let needed = shapes.width(face, sign.encode_utf8(&mut buffer));
        if used > 0.0 && used + needed > width {
            cuts.push(at);
            used = 0.0;
        }
        used += needed;
    }
    cuts
}

fn measure(shapes: &mut Shapes, text: &str, face: Face) -> f32 {
    words(text, 0..text.len())
        .into_iter()
        .map(|word| shapes.width(face, text.get(word).unwrap_or_default()))
        .sum()
}

/// The least parts a line may end after, each with the spaces that follow it (UAX #14, in the part our texts need).
fn atoms(text: &str) -> Vec<Range<usize>> {
    let mut atoms = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, sign) in text.char_indices() {
        let broken = match before {
            Some(last) if is_space(last) => !is_space(sign),
            Some('-' | '\u{2010}') => sign.is_alphabetic() && at > start + 1,
            Some('\u{2013}' | '\u{2014}') => sign.is_alphanumeric() && at > start + 1,
            // An address is not cut after its scheme.
            Some('/') => {
                sign.is_alphanumeric() && text.get(start..at).is_some_and(|part| !part.ends_with("//"))
            }
            _ => false,
        };
        if broken {
            atoms.push(start..at);
            start = at;
        }
        before = Some(sign);
    }
    if start < text.len() {
        atoms.push(start..text.len());
    }
    atoms
}

/// Spaces at which a line may end; the no-break ones (U+00A0, U+2007, U+202F) are none.
const fn is_space(sign: char) -> bool {
    matches!(sign, ' ' | '\u{1680}' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200a}' | '\u{205f}' | '\u{3000}')
}

const fn is_any_space(sign: char) -> bool {
    is_space(sign) || matches!(sign, '\u{a0}' | '\u{2007}' | '\u{202f}')
}

/// The lines with their stretches in the order of paper (UAX #9, base direction left to right).
fn ordered(paragraph: &str, ranges: &[Range<usize>], face: Face) -> Vec<Line> {
    if !paragraph.chars().any(is_right_to_left) {
        return ranges
            .iter()
            .map(|range| {
                let text = paragraph.get(range.clone()).unwrap_or_default().to_owned();
                Line { runs: vec![(0..text.len(), false)], text, face }
            })
            .collect();
    }
    let bidi = BidiInfo::new(paragraph, Some(Level::ltr()));
    ranges
        .iter()
        .map(|range| {
            let text = paragraph.get(range.clone()).unwrap_or_default().to_owned();
            let mut runs = Vec::new();
            if let Some(whole) = bidi.paragraphs.first().filter(|_| !range.is_empty()) {
                let (levels, visual) = bidi.visual_runs(whole, range.clone());
                runs.extend(visual.into_iter().map(|run| {
                    let right_to_left = levels.get(run.start).is_some_and(Level::is_rtl);
                    (run.start - range.start..run.end - range.start, right_to_left)
                }));
            }
            Line { text, face, runs }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::fonts::Fonts;

    fn shapes() -> Shapes {
        Shapes::new(Fonts::load().expect("fonts"))
    }

    fn broken(text: &str, width: f32) -> Vec<String> {
        lines(&mut shapes(), text, Face::Regular, width).into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_end_at_spaces_and_hyphens_but_never_before_a_no_break_space() {
        assert_eq!(broken("un deux trois", 5.0), ["un deux ", "trois"]);
        assert_eq!(broken("Saint-Étienne-du-Rouvray", 7.0), ["Saint-", "Étienne-du-", "Rouvray"]);
        assert_eq!(broken("à 14\u{a0}h\u{202f}05", 4.0), ["à ", "14\u{a0}h\u{202f}05"]);
        assert_eq!(broken("http://procura.example/verifier", 14.0), ["http://procura.example/", "verifier"]);
        assert_eq!(broken("a\n\nb", 9.0), ["a", "", "b"]);
    }

    #[test]
    fn a_word_too_long_is_cut_and_nothing_is_lost() {
        let long = "x".repeat(256);
        let cut = broken(&long, 10.0);
        assert!(cut.len() > 10);
        assert_eq!(cut.concat(), long);
        let marks = "e\u{301}".repeat(40);
        assert!(broken(&marks, 3.0).iter().all(|line| line.starts_with('e')));
    }

    #[test]
    fn a_name_from_right_to_left_stands_in_its_place() {
        let line = lines(&mut shapes(), "Mme שרה כהן, née", Face::Regular, 100.0).remove(0);
        let glyphs: Vec<usize> = line
            .glyphs(&mut shapes())
            .iter()
            .flat_map(|run| &run.glyphs)
            .map(|glyph| glyph.text_range.start)
            .collect();
        let hebrew: Vec<usize> = glyphs.iter().copied().filter(|at| (4..17).contains(at)).collect();
        assert_eq!(hebrew.first(), Some(&15), "the last letter stands first: {glyphs:?}");
        assert_eq!(hebrew.last(), Some(&4));
        assert_eq!(glyphs.first(), Some(&0));
    }
}
