//! Blocks into chunks: the look of headings, paragraphs, lists, facts, signed texts and codes.

use std::num::NonZeroU16;
use std::rc::Rc;

use krilla::tagging::ListNumbering;

use crate::document::Block;
use crate::document::DocumentError;
use crate::document::flow::Chunk;
use crate::document::flow::Flow;
use crate::document::flow::Ink;
use crate::document::flow::Item;
use crate::document::flow::MARGIN;
use crate::document::flow::Mark;
use crate::document::flow::Style;
use crate::document::flow::WIDTH;
use crate::document::fonts::Face;
use crate::document::lines::Line;
use crate::document::lines::lines;
use crate::document::shape::clean;
use crate::document::square::Square;
use crate::document::tags::Kind;
use crate::document::tags::Piece;
use crate::domain::mandate_text;

const BODY: Style = Style { face: Face::Regular, size: 11.0, leading: 16.5, ink: Ink::Dark };
const STRONG: Style = Style { face: Face::Bold, ..BODY };
const SMALL: Style = Style { face: Face::Regular, size: 10.0, leading: 14.5, ink: Ink::Soft };
const AFTER: f32 = 8.0;
const BULLET: f32 = 14.0;
const QUOTE: f32 = 16.0;
/// 4.2 cm: read from paper at arm's length.
const CODE: f32 = 119.0;
const BESIDE: f32 = 18.0;
/// Names of facts take this part of the width.
const NAMES: f32 = 0.34;
/// A row or item of more lines may be cut.
const WHOLE: usize = 24;

/// One of the columns of a row.
pub(super) struct Column {
    /// Left end.
    pub x: f32,
    /// Its looks.
    pub style: Style,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What it is.
    pub piece: Piece,
}

impl Flow {
    /// Adds one block.
    pub fn block(&mut self, block: &Block) -> Result<(), DocumentError> {
        match block {
            Block::Heading { level, text } => self.heading(*level, &clean(text)),
            Block::Paragraph(text) => {
                let piece = self.tags.add(None, Kind::Paragraph);
                self.text(&clean(text), BODY, 0.0, AFTER, piece);
            }
            Block::Facts(facts) => self.facts(facts),
            Block::List(items) => {
                let list = self.tags.add(None, Kind::List(ListNumbering::Disc));
                for item in items {
                    self.item(&clean(item), BODY, 0.0, list);
                }
            }
            Block::Table { head, rows, caption } => self.table(head, rows, &clean(caption)),
            Block::Quote(text) => self.quote(&clean(text)),
            Block::Qr { content, alt, caption } => self.code(content, &clean(alt), &clean(caption))?,
            Block::Rule => {
                let place = [MARGIN, 0.0, WIDTH, 0.75];
                let items = vec![Item::Bar { place, ink: Ink::Hair }];
                self.push(Chunk { height: 0.75, before: 14.0, items, ..Chunk::default() });
            }
            Block::PageBreak => self.new_page = true,
        }
        Ok(())
    }

    fn heading(&mut self, level: u8, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let level = level.clamp(1, self.level.saturating_add(1)).min(6);
        self.level = level;
        let style = match level {
            1 => Style { face: Face::Bold, size: 21.0, leading: 27.0, ink: Ink::Accent },
            2 => Style { face: Face::Bold, size: 14.5, leading: 20.0, ink: Ink::Accent },
            3 => Style { face: Face::Bold, size: 12.0, leading: 17.5, ink: Ink::Dark },
            _ => STRONG,
        };
        let before = if level == 1 { 22.0 } else { 18.0 };
        let words = text.replace('\n', " ");
        let number = NonZeroU16::new(level.into()).unwrap_or(NonZeroU16::MIN);
        let piece = self.tags.add(None, Kind::Heading(number, words.clone()));
        let first = self.chunks.len();
        self.text(text, style, 0.0, before, piece);
        for chunk in self.chunks.iter_mut().skip(first) {
            chunk.keep = true;
        }
        if let Some(chunk) = self.chunks.get_mut(first) {
            chunk.heading = Some((level, words));
        }
    }

    /// Lines of one piece, one under the other; neither the first nor the last stands alone on a page.
    fn text(&mut self, text: &str, style: Style, indent: f32, before: f32, piece: Piece) {
        if text.trim().is_empty() {
            return;
        }
        let lines = lines(&mut self.shapes, text, style.face, (WIDTH - indent) / style.size);
        self.row(vec![Column { x: MARGIN + indent, style, lines, piece }], before, false);
    }

    /// Columns side by side, a chunk for each line.
    pub fn row(&mut self, columns: Vec<Column>, before: f32, whole: bool) {
        let count = columns.iter().map(|column| column.lines.len()).max().unwrap_or_default();
        let whole = whole && count <= WHOLE;
        let leading = columns.iter().map(|column| column.style.leading).fold(0.0, f32::max);
        let mut rest: Vec<_> = columns
            .into_iter()
            .map(|column| (column.x, column.style, column.piece, column.lines.into_iter()))
            .collect();
        for at in 0..count {
            let mut items = Vec::new();
            for (x, style, piece, lines) in &mut rest {
                let Some(line) = lines.next().filter(|line| !line.text.is_empty()) else { continue };
                let (x, style, mark) = (*x, *style, Mark::Of(*piece));
                items.push(Item::Text { x, y: style.baseline(), style, line, mark });
            }
            let keep = at + 1 < count && (whole || at == 0 || at + 2 == count);
            let before = if at == 0 { before } else { 0.0 };
            self.push(Chunk { height: leading, before, keep, items, ..Chunk::default() });
        }
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        let list = self.tags.add(None, Kind::List(ListNumbering::None));
        let value_x = WIDTH * NAMES;
        for (name, value) in facts {
            if name.trim().is_empty() && value.trim().is_empty() {
                continue;
            }
            let item = self.tags.add(Some(list), Kind::Item);
            let columns = [
                (clean(name), Style { ink: Ink::Soft, ..BODY }, 0.0, value_x - 12.0, Kind::Label),
                (clean(value), STRONG, value_x, WIDTH - value_x, Kind::Body),
            ];
            let columns = columns.map(|(text, style, x, width, kind)| {
                let lines = lines(&mut self.shapes, &text, style.face, width / style.size);
                Column { x: MARGIN + x, style, lines, piece: self.tags.add(Some(item), kind) }
            });
            self.row(columns.into(), 5.0, true);
        }
    }

    fn item(&mut self, text: &str, style: Style, indent: f32, list: Piece) {
        let item = self.tags.add(Some(list), Kind::Item);
        let bullet = Column {
            x: MARGIN + indent,
            style,
            lines: lines(&mut self.shapes, "•", style.face, 9.0),
            piece: self.tags.add(Some(item), Kind::Label),
        };
        let width = WIDTH - indent - BULLET;
        let body = Column {
            x: MARGIN + indent + BULLET,
            style,
            lines: lines(&mut self.shapes, text, style.face, width / style.size),
            piece: self.tags.add(Some(item), Kind::Body),
        };
        self.row(vec![bullet, body], 4.0, false);
    }

    fn quote(&mut self, text: &str) {
        let quote = self.tags.add(None, Kind::Quote);
        let mut list: Option<Piece> = None;
        let start = self.chunks.len();
        for block in mandate_text::blocks(text) {
            let first = self.chunks.len();
            let (text, style, before) = match &block {
                mandate_text::Block::Item(text) => {
                    let list = *list
                        .get_or_insert_with(|| self.tags.add(Some(quote), Kind::List(ListNumbering::Disc)));
                    self.item(text, BODY, QUOTE, list);
                    self.barred(first);
                    continue;
                }
                mandate_text::Block::Title(text) => {
                    (text, Style { size: 14.0, leading: 20.0, ..STRONG }, AFTER)
                }
                mandate_text::Block::Heading(text) => (text, STRONG, 11.0),
                mandate_text::Block::Paragraph(text) => (text, BODY, 6.0),
            };
            list = None;
            let piece = self.tags.add(Some(quote), Kind::Paragraph);
            self.text(text, style, QUOTE, before, piece);
            if !matches!(block, mandate_text::Block::Paragraph(_)) {
                for chunk in self.chunks.iter_mut().skip(first) {
                    chunk.keep = true;
                }
            }
            self.barred(first);
        }
        // The bar begins with the text; the space above it is free.
        if let Some(chunk) = self.chunks.get_mut(start) {
            for item in &mut chunk.items {
                if let Item::Bar { place, .. } = item {
                    *place = [MARGIN, 0.0, place[2], chunk.height];
                }
            }
            chunk.before = 14.0;
        }
        // A heading at the very end has nothing to stay with.
        if let Some(last) = self.chunks.last_mut() {
            last.keep = false;
        }
    }

    /// The bar at the left of a signed text.
    fn barred(&mut self, first: usize) {
        for chunk in self.chunks.iter_mut().skip(first) {
            let place = [MARGIN, -chunk.before, 2.5, chunk.height + chunk.before];
            chunk.items.push(Item::Bar { place, ink: Ink::Accent });
        }
    }

    fn code(&mut self, content: &str, alt: &str, caption: &str) -> Result<(), DocumentError> {
        let square = Rc::new(Square::of(content)?);
        let alt = if alt.trim().is_empty() { content } else { alt };
        let piece = self.tags.add(None, Kind::Figure(alt.to_owned()));
        let mut items = vec![Item::Code { x: MARGIN, y: 0.0, side: CODE, square, piece }];
        let x = MARGIN + CODE + BESIDE;
        let width = (WIDTH - CODE - BESIDE) / SMALL.size;
        let lines = lines(&mut self.shapes, caption, SMALL.face, width);
        let piece = self.tags.add(None, Kind::Paragraph);
        let mut y = 0.0;
        for line in lines {
            if !line.text.is_empty() {
                let (style, mark) = (SMALL, Mark::Of(piece));
                items.push(Item::Text { x, y: y + style.baseline(), style, line, mark });
            }
            y += SMALL.leading;
        }
        self.push(Chunk { height: CODE.max(y), before: 14.0, items, ..Chunk::default() });
        Ok(())
    }
}
