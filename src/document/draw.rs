//! Pages into a PDF file, each thing drawn as a part of the structure or as an ornament.

use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::Accessibility;
use krilla::configure::ConfigurationBuilder;
use krilla::destination::XyzDestination;
use krilla::geom::PathBuilder;
use krilla::geom::Point;
use krilla::geom::Rect;
use krilla::metadata::Metadata;
use krilla::metadata::TextDirection;
use krilla::num::NormalizedF32;
use krilla::outline::Outline;
use krilla::outline::OutlineNode;
use krilla::page::PageSettings;
use krilla::paint::Fill;
use krilla::surface::Surface;
use krilla::tagging::Artifact;
use krilla::tagging::ArtifactType;
use krilla::tagging::ContentTag;
use krilla::tagging::SpanTag;

use crate::document::Document;
use crate::document::DocumentError;
use crate::document::flow::FOOT;
use crate::document::flow::Flow;
use crate::document::flow::Ink;
use crate::document::flow::Item;
use crate::document::flow::MARGIN;
use crate::document::flow::Mark;
use crate::document::flow::PAGE;
use crate::document::flow::Style;
use crate::document::flow::pages;
use crate::document::fonts::Face;
use crate::document::lines::Line;
use crate::document::lines::lines;
use crate::document::lines::widths;
use crate::document::shape::Shapes;
use crate::document::shape::clean;
use crate::document::tags::Tags;
use crate::text::Text;

const SMALL: Style = Style { face: Face::Regular, size: 8.5, leading: 12.0, ink: Ink::Soft };
/// A title longer than this many signs is cut in the foot of the pages.
const FOOT_SIGNS: usize = 70;

/// A heading with its level and place.
struct Mentioned {
    level: u8,
    words: String,
    page: usize,
    y: f32,
}

/// Draws the pages of a paper.
pub(super) fn pdf(document: &Document, flow: Flow) -> Result<Vec<u8>, DocumentError> {
    let fault = |what: &str| DocumentError::Pdf(what.to_owned());
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| fault("the profile"))?;
    let settings = SerializeSettings { configuration, ..SerializeSettings::default() };
    let mut file = krilla::Document::new_with(settings);
    let title = Some(clean(&document.title).replace('\n', " ")).filter(|title| !title.trim().is_empty());
    let title = title.unwrap_or_else(|| "Procura".to_owned());
    let Flow { mut shapes, mut tags, chunks, .. } = flow;
    let pages = pages(chunks);
    let total = pages.len();
    let mut headings = Vec::new();
    for (at, page) in pages.into_iter().enumerate() {
        let settings = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| fault("the page"))?;
        let mut sheet = file.start_page_with(settings);
        let mut surface = sheet.surface();
        for item in page.items {
            draw(&mut surface, &mut shapes, &mut tags, at, item);
        }
        foot(&mut surface, &mut shapes, &title, Text::new(document.language), (at + 1, total));
        surface.finish();
        sheet.finish();
        let mentioned = |(level, words, y)| Mentioned { level, words, page: at, y };
        headings.extend(page.headings.into_iter().map(mentioned));
    }
    file.set_tag_tree(tags.tree());
    file.set_outline(outline(&headings, &title));
    file.set_metadata(
        Metadata::new()
            .title(title)
            .language(document.language.tag().to_owned())
            .creator("Procura".to_owned())
            .producer("Procura".to_owned())
            .text_direction(TextDirection::LeftToRight),
    );
    // Validation faults may hold words of the paper: only their number is told.
    file.finish().map_err(|error| DocumentError::Pdf(error.to_string()))
}

fn draw(surface: &mut Surface<'_>, shapes: &mut Shapes, tags: &mut Tags, page: usize, item: Item) {
    match item {
        Item::Text { x, y, style, line, mark } => {
            let tag = match mark {
                Mark::Of(_) => ContentTag::Span(SpanTag::empty()),
                Mark::Ornament => ContentTag::Artifact(Artifact::with_kind(ArtifactType::PaginationOther)),
            };
            let content = surface.start_tagged(tag);
            words(surface, shapes, (x, y), &style, &line);
            surface.end_tagged();
            if let Mark::Of(piece) = mark {
                tags.drawn(piece, content);
            }
        }
        Item::Bar { place: [x, y, width, height], ink } => {
            let Some(place) = Rect::from_xywh(x, y, width, height) else { return };
            let mut path = PathBuilder::new();
            path.push_rect(place);
            let Some(path) = path.finish() else { return };
            surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
            surface.set_fill(Some(fill(ink)));
            surface.draw_path(&path);
            surface.end_tagged();
        }
        Item::Code { x, y, side, square, piece } => {
            let (Some(path), Some(place)) = (square.path(x, y, side), Rect::from_xywh(x, y, side, side))
            else {
                return;
            };
            let content = surface.start_tagged(ContentTag::Other);
            surface.set_fill(Some(Fill { paint: rgb::Color::black().into(), ..Fill::default() }));
            surface.draw_path(&path);
            surface.end_tagged();
            tags.drawn(piece, content);
            tags.placed(piece, page, place);
        }
    }
}

fn words(surface: &mut Surface<'_>, shapes: &mut Shapes, at: (f32, f32), style: &Style, line: &Line) {
    surface.set_fill(Some(fill(style.ink)));
    let mut x = at.0;
    for run in line.glyphs(shapes) {
        let font = shapes.fonts().get(run.face).font.clone();
        surface.draw_glyphs(Point::from_xy(x, at.1), &run.glyphs, font, &line.text, style.size, false);
        x += run.glyphs.iter().map(|glyph| glyph.x_advance * style.size).sum::<f32>();
    }
}

/// Title and page number, for the eye: readers have them from the document and the viewer.
fn foot(surface: &mut Surface<'_>, shapes: &mut Shapes, title: &str, t: Text, (page, total): (usize, usize)) {
    let number = t.with("document-page", &[("page", &page.to_string()), ("total", &total.to_string())]);
    let mut short: String = title.chars().take(FOOT_SIGNS).collect();
    if short.len() < title.len() {
        short.push('…');
    }
    let width = widths(shapes, &number, SMALL.face).1 * SMALL.size;
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Footer)));
    for (x, text) in [(MARGIN, short), (PAGE.0 - MARGIN - width, number)] {
        for line in lines(shapes, &text, SMALL.face, PAGE.0) {
            words(surface, shapes, (x, FOOT), &SMALL, &line);
        }
    }
    surface.end_tagged();
}

fn fill(ink: Ink) -> Fill {
    let color = match ink {
        Ink::Dark => rgb::Color::new(0x24, 0x1a, 0x23),
        Ink::Soft => rgb::Color::new(0x51, 0x43, 0x4f),
        Ink::Accent => rgb::Color::new(0x6b, 0x1a, 0x58),
        Ink::Hair => rgb::Color::new(0xc4, 0xb6, 0xc0),
    };
    Fill { paint: color.into(), opacity: NormalizedF32::ONE, rule: krilla::paint::FillRule::default() }
}

/// The headings as a tree; the whole paper where it has none.
fn outline(headings: &[Mentioned], title: &str) -> Outline {
    let mut outline = Outline::new();
    if headings.is_empty() {
        let top = XyzDestination::new(0, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(title.to_owned(), top));
    }
    for node in branches(headings) {
        outline.push_child(node);
    }
    outline
}

/// Each heading of the highest level with those below it.
fn branches(headings: &[Mentioned]) -> Vec<OutlineNode> {
    let mut nodes = Vec::new();
    let mut rest = headings;
    while let Some((first, below)) = rest.split_first() {
        let end = below.iter().position(|other| other.level <= first.level).unwrap_or(below.len());
        let (children, next) = below.split_at(end);
        let place = XyzDestination::new(first.page, Point::from_xy(0.0, first.y));
        let mut node = OutlineNode::new(first.words.clone(), place).with_open(true);
        for child in branches(children) {
            node.push_child(child);
        }
        nodes.push(node);
        rest = next;
    }
    nodes
}
