//! Tables: widths of columns from what stands in them, a head that is repeated, rows that stay whole.

use std::rc::Rc;

use crate::document::blocks::Column;
use crate::document::flow::Flow;
use crate::document::flow::Ink;
use crate::document::flow::Item;
use crate::document::flow::MARGIN;
use crate::document::flow::Style;
use crate::document::flow::WIDTH;
use crate::document::fonts::Face;
use crate::document::lines::lines;
use crate::document::lines::widths;
use crate::document::shape::clean;
use crate::document::tags::Kind;
use crate::document::tags::Piece;

const CELL: Style = Style { face: Face::Regular, size: 9.5, leading: 13.0, ink: Ink::Dark };
const NAME: Style = Style { face: Face::Bold, ..CELL };
const CAPTION: Style = Style { face: Face::Oblique, size: 10.0, leading: 14.5, ink: Ink::Soft };
const GUTTER: f32 = 10.0;
const ABOVE: f32 = 4.0;
/// A head higher than this is not repeated.
const HIGHEST_HEAD: f32 = 160.0;
/// Widths are taken from this many rows; a longer word further down is cut.
const LOOKED_AT: usize = 2_000;

/// A column's left end and width, in points.
type Place = (f32, f32);

impl Flow {
    /// Adds a table; without columns or rows only its caption is left.
    pub fn table(&mut self, head: &[String], rows: &[Vec<String>], caption: &str) {
        let table = self.tags.add(None, Kind::Table);
        if !caption.trim().is_empty() {
            let piece = self.tags.add(Some(table), Kind::Caption);
            let lines = lines(&mut self.shapes, caption, CAPTION.face, WIDTH / CAPTION.size);
            self.row(vec![Column { x: MARGIN, style: CAPTION, lines, piece }], 14.0, true);
            self.kept_with_next();
        }
        if head.is_empty() {
            return;
        }
        let places = self.places(head, rows);
        let above = self.chunks.len();
        let thead = self.tags.add(Some(table), Kind::Head);
        self.cells(head, &places, thead, true);
        self.kept_with_next();
        let repeated = self.chunks.get(above..).unwrap_or_default().to_vec();
        let high: f32 = repeated.iter().map(|chunk| chunk.height).sum();
        let repeated = (high <= HIGHEST_HEAD).then(|| Rc::new(repeated));
        let tbody = self.tags.add(Some(table), Kind::Rows);
        for row in rows {
            let first = self.chunks.len();
            self.cells(row, &places, tbody, false);
            for chunk in self.chunks.iter_mut().skip(first) {
                chunk.head.clone_from(&repeated);
            }
        }
        if rows.is_empty()
            && let Some(last) = self.chunks.last_mut()
        {
            last.keep = false;
        }
    }

    fn kept_with_next(&mut self) {
        if let Some(last) = self.chunks.last_mut() {
            last.keep = true;
        }
    }

    fn cells(&mut self, texts: &[String], places: &[Place], parent: Piece, head: bool) {
        let row = self.tags.add(Some(parent), Kind::Row);
        let style = if head { NAME } else { CELL };
        let mut columns = Vec::with_capacity(places.len());
        for (at, (x, width)) in places.iter().enumerate() {
            let text = texts.get(at).map(|text| clean(text)).unwrap_or_default();
            // An empty cell is still a cell of the structure.
            let text = if text.trim().is_empty() { "\u{a0}" } else { text.trim_end() };
            let lines = lines(&mut self.shapes, text, style.face, width / style.size);
            let kind = if head { Kind::ColumnName } else { Kind::Cell };
            columns.push(Column { x: *x, style, lines, piece: self.tags.add(Some(row), kind) });
        }
        self.row(columns, ABOVE, true);
        let (ink, thick) = if head { (Ink::Dark, 1.2) } else { (Ink::Hair, 0.5) };
        if let Some(last) = self.chunks.last_mut() {
            let place = [MARGIN, last.height + ABOVE, WIDTH, thick];
            last.items.push(Item::Bar { place, ink });
            last.height += ABOVE + thick;
        }
    }

    /// Each column gets what its longest word needs, then a share of the rest by how much it has to say.
    fn places(&mut self, head: &[String], rows: &[Vec<String>]) -> Vec<Place> {
        let count = head.len();
        let mut least = vec![0.0_f32; count];
        let mut wanted = vec![0.0_f32; count];
        let named = head.iter().enumerate().map(|(at, text)| (at, text, NAME));
        let filled = rows
            .iter()
            .take(LOOKED_AT)
            .flat_map(|row| row.iter().take(count).enumerate().map(|(at, text)| (at, text, CELL)));
        for (at, text, style) in named.chain(filled) {
            let (word, whole) = widths(&mut self.shapes, &clean(text), style.face);
            if let (Some(least), Some(wanted)) = (least.get_mut(at), wanted.get_mut(at)) {
                *least = least.max(word * style.size);
                *wanted = wanted.max(whole * style.size);
            }
        }
        let share = WIDTH / count_of(count);
        let room = WIDTH - GUTTER * (count_of(count) - 1.0);
        for (least, wanted) in least.iter_mut().zip(&mut wanted) {
            *least = least.min(share).max(12.0);
            *wanted = wanted.min(room * 0.7).max(*least);
        }
        spread(&least, &wanted, room)
    }
}

fn spread(least: &[f32], wanted: &[f32], room: f32) -> Vec<Place> {
    let least_sum: f32 = least.iter().sum();
    let more: f32 = wanted.iter().zip(least).map(|(wanted, least)| wanted - least).sum();
    let free = room - least_sum;
    let count = count_of(least.len());
    let mut x = MARGIN;
    let mut places = Vec::with_capacity(least.len());
    for (least, wanted) in least.iter().zip(wanted) {
        let width = if free <= 0.0 {
            least * room / least_sum
        } else if more <= free {
            wanted + (free - more) / count
        } else {
            least + (wanted - least) * free / more
        };
        let width = width.max(1.0);
        places.push((x, width));
        x += width + GUTTER;
    }
    places
}

#[expect(clippy::cast_precision_loss, reason = "a table has few columns")]
const fn count_of(columns: usize) -> f32 {
    columns as f32
}
