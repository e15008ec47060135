//! What stands on which page: pieces that stay together, one under the other.

use std::rc::Rc;

use crate::document::fonts::Face;
use crate::document::fonts::Fonts;
use crate::document::lines::Line;
use crate::document::shape::Shapes;
use crate::document::square::Square;
use crate::document::tags::Piece;
use crate::document::tags::Tags;

/// A4, in points.
pub(super) const PAGE: (f32, f32) = (595.28, 841.89);
/// Left and right.
pub(super) const MARGIN: f32 = 62.0;
/// The width of the text.
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * MARGIN;
const TOP: f32 = 62.0;
const BOTTOM: f32 = 770.0;
/// The line of the foot.
pub(super) const FOOT: f32 = 802.0;

/// A colour; each has a contrast of at least 4.5 on white.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Words.
    Dark,
    /// Words of less weight.
    Soft,
    /// Titles and bars.
    Accent,
    /// Hairlines.
    Hair,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// In which face.
    pub face: Face,
    /// Points.
    pub size: f32,
    /// From line to line, in points.
    pub leading: f32,
    /// In which colour.
    pub ink: Ink,
}

impl Style {
    /// Where the letters stand in a line.
    pub fn baseline(&self) -> f32 {
        f32::midpoint(self.leading, 0.52 * self.size)
    }
}

/// What a drawn thing is for a reader.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mark {
    /// A part of this piece.
    Of(Piece),
    /// Nothing: repeated or only for the eye.
    Ornament,
}

/// One thing to draw; places are relative to its chunk, later to its page.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// A line of text.
    Text {
        /// Left end.
        x: f32,
        /// Where the letters stand.
        y: f32,
        /// Its looks.
        style: Style,
        /// Its words.
        line: Line,
        /// For readers.
        mark: Mark,
    },
    /// A filled rectangle, for the eye only.
    Bar {
        /// Left, top, width, height.
        place: [f32; 4],
        /// In which colour.
        ink: Ink,
    },
    /// A square code.
    Code {
        /// Left end.
        x: f32,
        /// Top.
        y: f32,
        /// Its side.
        side: f32,
        /// Its modules.
        square: Rc<Square>,
        /// The figure.
        piece: Piece,
    },
}

impl Item {
    fn lowered(mut self, by: f32) -> Self {
        match &mut self {
            Self::Text { y, .. } | Self::Code { y, .. } => *y += by,
            Self::Bar { place, .. } => place[1] += by,
        }
        self
    }

    fn as_ornament(&self) -> Self {
        let mut copy = self.clone();
        if let Self::Text { mark, .. } = &mut copy {
            *mark = Mark::Ornament;
        }
        copy
    }
}

/// What is never cut: a line of text, of a row, a figure.
#[derive(Clone, Debug, Default)]
pub(super) struct Chunk {
    /// Points.
    pub height: f32,
    /// Free space above, except at the top of a page.
    pub before: f32,
    /// Stays on one page with the next.
    pub keep: bool,
    /// Begins a page.
    pub new_page: bool,
    /// Repeated above it where it begins a page.
    pub head: Option<Rc<Vec<Chunk>>>,
    /// Level and words of a heading that begins here.
    pub heading: Option<(u8, String)>,
    /// What it shows.
    pub items: Vec<Item>,
}

/// One page, ready to be drawn.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// What it shows.
    pub items: Vec<Item>,
    /// Level, words and place of the headings on it.
    pub headings: Vec<(u8, String, f32)>,
}

/// The paper as it grows.
pub(super) struct Flow {
    /// Words into glyphs.
    pub shapes: Shapes,
    /// What is what.
    pub tags: Tags,
    /// Everything so far.
    pub chunks: Vec<Chunk>,
    /// The next chunk begins a page.
    pub new_page: bool,
    /// The level of the last heading.
    pub level: u8,
}

impl Flow {
    /// An empty paper.
    pub fn new(fonts: Fonts) -> Self {
        Self {
            shapes: Shapes::new(fonts),
            tags: Tags::default(),
            chunks: Vec::new(),
            new_page: false,
            level: 0,
        }
    }

    /// Puts a chunk at the end.
    pub fn push(&mut self, mut chunk: Chunk) {
        chunk.new_page |= std::mem::take(&mut self.new_page);
        self.chunks.push(chunk);
    }
}

/// Cuts the chunks into pages; there is always one.
pub(super) fn pages(chunks: Vec<Chunk>) -> Vec<Page> {
    let mut sheet = Sheet { done: Vec::new(), page: Page::default(), y: TOP };
    let mut rest = chunks.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut group = vec![first];
        while group.last().is_some_and(|last| last.keep)
            && let Some(next) = rest.next_if(|next| !next.new_page)
        {
            group.push(next);
        }
        sheet.place(group);
    }
    sheet.done.push(sheet.page);
    sheet.done
}

struct Sheet {
    done: Vec<Page>,
    page: Page,
    y: f32,
}

impl Sheet {
    fn place(&mut self, group: Vec<Chunk>) {
        let height: f32 = group.iter().map(|chunk| chunk.before + chunk.height).sum();
        let head = group.first().and_then(|chunk| chunk.head.clone());
        let repeated: f32 = head.iter().flat_map(|head| head.iter()).map(|chunk| chunk.height).sum();
        let asked = group.first().is_some_and(|chunk| chunk.new_page);
        let moved = self.y + height > BOTTOM && TOP + repeated + height <= BOTTOM;
        if (asked || moved) && !self.page.items.is_empty() {
            self.turn(head.as_deref());
        }
        for chunk in group {
            if self.y + chunk.before + chunk.height > BOTTOM && !self.page.items.is_empty() {
                self.turn(chunk.head.as_deref());
            }
            self.put(chunk);
        }
    }

    fn turn(&mut self, head: Option<&Vec<Chunk>>) {
        self.done.push(std::mem::take(&mut self.page));
        self.y = TOP;
        for chunk in head.into_iter().flatten() {
            let items = chunk.items.iter().map(Item::as_ornament).collect();
            self.put(Chunk { height: chunk.height, items, ..Chunk::default() });
        }
    }

    fn put(&mut self, chunk: Chunk) {
        if self.y > TOP {
            self.y += chunk.before;
        }
        if let Some((level, words)) = chunk.heading {
            self.page.headings.push((level, words, self.y));
        }
        let y = self.y;
        self.page.items.extend(chunk.items.into_iter().map(|item| item.lowered(y)));
        self.y += chunk.height;
    }
}
