//! Papers: a list of blocks becomes a tagged PDF (PDF/UA-1, ISO 14289-1) with embedded fonts, the same bytes each time.

mod blocks;
mod draw;
mod flow;
mod fonts;
mod lines;
mod shape;
mod square;
mod table;
mod tags;

use crate::document::flow::Flow;
use crate::document::fonts::Fonts;
use crate::text::Language;

/// A paper to print or keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is, for the window's title and the foot of each page. It is not printed as a heading: the first block is.
    pub title: String,
    /// The language it is written in.
    pub language: Language,
    /// Its content, top to bottom.
    pub blocks: Vec<Block>,
}

/// One piece of a paper. Line ends (`\n`) in a text stay; other control and invisible characters are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A heading; levels are put right so that none is skipped (PDF/UA-1 clause 7.4.2).
    Heading {
        /// 1 is the paper's own.
        level: u8,
        /// Its words.
        text: String,
    },
    /// A paragraph.
    Paragraph(String),
    /// Names and values in two columns.
    Facts(Vec<(String, String)>),
    /// A list with bullets.
    List(Vec<String>),
    /// A table; its head is repeated on each page.
    Table {
        /// The words above the columns.
        head: Vec<String>,
        /// Rows; one with fewer cells than the head is filled up, what is beyond is left out.
        rows: Vec<Vec<String>>,
        /// What the table shows; nothing where empty.
        caption: String,
    },
    /// A signed text, word for word: its `#` headings and `-` items are laid out as such, nothing else changes.
    Quote(String),
    /// A square code.
    Qr {
        /// What a camera reads.
        content: String,
        /// What it is for, to those who cannot see it.
        alt: String,
        /// Words beside it.
        caption: String,
    },
    /// A line across the page.
    Rule,
    /// What follows begins on a new page.
    PageBreak,
}

/// Why a paper could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The program's own fonts cannot be read.
    #[error("the fonts cannot be read")]
    Fonts,
    /// A text is too long for a square code.
    #[error("the text does not fit into a square code")]
    Square,
    /// The PDF does not hold what PDF/UA-1 asks for.
    #[error("the PDF cannot be written: {0}")]
    Pdf(String),
}

/// The paper as the bytes of a PDF file. Long ones take seconds of one core: call it where nothing waits.
///
/// # Errors
/// [`DocumentError::Square`] for a square code that is too full; the others are faults of the program.
pub fn render(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let fonts = Fonts::load()?;
    let mut flow = Flow::new(fonts);
    for block in &document.blocks {
        flow.block(block)?;
    }
    draw::pdf(document, flow)
}

#[cfg(test)]
mod tests;
