//! The structure that readers follow: what each piece on paper is, in the order of reading.

use std::num::NonZeroU16;

use krilla::geom::Rect;
use krilla::tagging::BBox;
use krilla::tagging::Identifier;
use krilla::tagging::ListNumbering;
use krilla::tagging::Node as TagNode;
use krilla::tagging::Placement;
use krilla::tagging::TableHeaderScope;
use krilla::tagging::Tag;
use krilla::tagging::TagGroup;
use krilla::tagging::TagKind;
use krilla::tagging::TagTree;

/// What a piece is (ISO 32000-1 section 14.8.4).
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// H1 to H6, with its words.
    Heading(NonZeroU16, String),
    /// P.
    Paragraph,
    /// L: bullets, or names and values.
    List(ListNumbering),
    /// LI.
    Item,
    /// Lbl: a bullet or a name.
    Label,
    /// LBody.
    Body,
    /// Table.
    Table,
    /// Caption.
    Caption,
    /// THead.
    Head,
    /// TBody.
    Rows,
    /// TR.
    Row,
    /// TH of a column.
    ColumnName,
    /// TD.
    Cell,
    /// Figure, with the words for those who cannot see it.
    Figure(String),
    /// BlockQuote.
    Quote,
}

/// Names a piece of the structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece(usize);

#[derive(Debug)]
struct Node {
    kind: Kind,
    children: Vec<Piece>,
    leaves: Vec<Identifier>,
    place: Option<BBox>,
}

/// The structure as it grows.
#[derive(Debug, Default)]
pub(super) struct Tags {
    nodes: Vec<Node>,
    roots: Vec<Piece>,
}

impl Tags {
    /// Adds a piece under another or at the top.
    pub fn add(&mut self, parent: Option<Piece>, kind: Kind) -> Piece {
        let piece = Piece(self.nodes.len());
        self.nodes.push(Node { kind, children: Vec::new(), leaves: Vec::new(), place: None });
        match parent.and_then(|parent| self.nodes.get_mut(parent.0)) {
            Some(parent) => parent.children.push(piece),
            None => self.roots.push(piece),
        }
        piece
    }

    /// Notes that what was drawn belongs to a piece.
    pub fn drawn(&mut self, piece: Piece, content: Identifier) {
        if let Some(node) = self.nodes.get_mut(piece.0) {
            node.leaves.push(content);
        }
    }

    /// Notes where a figure stands.
    pub fn placed(&mut self, piece: Piece, page: usize, place: Rect) {
        if let Some(node) = self.nodes.get_mut(piece.0) {
            node.place = Some(BBox::new(page, place));
        }
    }

    /// The structure as the writer wants it; a piece with nothing drawn in it is left out.
    pub fn tree(&self) -> TagTree {
        let mut tree = TagTree::new();
        for root in &self.roots {
            if let Some(group) = self.group(*root) {
                tree.push(group);
            }
        }
        tree
    }

    fn group(&self, piece: Piece) -> Option<TagGroup> {
        let node = self.nodes.get(piece.0)?;
        let leaves = node.leaves.iter().copied().map(TagNode::Leaf);
        let groups = node.children.iter().filter_map(|child| self.group(*child)).map(TagNode::Group);
        let children: Vec<TagNode> = leaves.chain(groups).collect();
        (!children.is_empty()).then(|| TagGroup::with_children(tag(node), children))
    }
}

fn tag(node: &Node) -> TagKind {
    match &node.kind {
        Kind::Heading(level, words) => Tag::Hn(*level, Some(words.clone())).into(),
        Kind::Paragraph => Tag::P.into(),
        Kind::List(numbering) => Tag::L(*numbering).into(),
        Kind::Item => Tag::LI.into(),
        Kind::Label => Tag::Lbl.into(),
        Kind::Body => Tag::LBody.into(),
        Kind::Table => Tag::Table.into(),
        Kind::Caption => Tag::Caption.into(),
        Kind::Head => Tag::THead.into(),
        Kind::Rows => Tag::TBody.into(),
        Kind::Row => Tag::TR.into(),
        Kind::ColumnName => Tag::TH(TableHeaderScope::Column).into(),
        Kind::Cell => Tag::TD.into(),
        Kind::Figure(words) => Tag::Figure(Some(words.clone()))
            .with_bbox(node.place)
            .with_placement(Some(Placement::Block))
            .into(),
        Kind::Quote => Tag::BlockQuote.into(),
    }
}
