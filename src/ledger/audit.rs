//! Rebuilds the tree from its leaves, one after the other, and says where what is stored or signed differs.

use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::edge::Edge;
use crate::ledger::merkle::Hash;
use crate::ledger::merkle::leaf_hash;
use crate::ledger::tiles::FULL;
use crate::ledger::tiles::Tile;

/// The bytes of one hash in a tile.
const HASH: usize = 32;
/// More than this, and it is the tile that is wrong, or leaves are missing before it.
const FEW: usize = 8;

/// Where the stored ledger breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// Leaves are missing before this one.
    #[error("leaf {found} follows where leaf {expected} should stand")]
    Gap {
        /// The index that should have come.
        expected: u64,
        /// The one that came.
        found: u64,
    },
    /// The leaf is not the one that its tile holds the hash of.
    #[error("leaf {index} is not the one its tile was made of")]
    LeafHash {
        /// Which leaf.
        index: u64,
    },
    /// A tile is missing or holds other hashes than the leaves give.
    #[error("tile {0} is missing or differs from what the leaves give")]
    Tile(Tile),
    /// The signed size is above the number of leaves.
    #[error("a checkpoint of size {signed} was signed, and only {found} leaves are there")]
    Short {
        /// The size in the checkpoint.
        signed: u64,
        /// The leaves found.
        found: u64,
    },
    /// The signed root is not that of the leaves.
    #[error("the signed root of size {size} is not the root the leaves give")]
    Root {
        /// That size.
        size: u64,
    },
}

/// An audit in progress: leaves in the order of their index, checkpoints when their size is reached.
#[derive(Debug, Default)]
pub struct Audit {
    edge: Edge,
    breaks: Vec<Break>,
}

impl Audit {
    /// An audit from the first leaf on.
    pub fn new() -> Self {
        Self::default()
    }

    /// The number of leaves seen.
    pub const fn size(&self) -> u64 {
        self.edge.size()
    }

    /// The root over the leaves seen.
    pub fn root(&self) -> Hash {
        self.edge.root()
    }

    /// Takes the next leaf; gives the tiles it completes, to be compared with [`Audit::tile`].
    pub fn leaf(&mut self, index: u64, bytes: &[u8]) -> Vec<(Tile, Vec<u8>)> {
        self.hashed(index, leaf_hash(bytes))
    }

    /// As [`Audit::leaf`], of its hash in the tree.
    pub fn hashed(&mut self, index: u64, hash: Hash) -> Vec<(Tile, Vec<u8>)> {
        if index != self.edge.size() {
            self.breaks.push(Break::Gap { expected: self.edge.size(), found: index });
        }
        self.edge.append(hash)
    }

    /// The partial tiles of the leaves seen, to be compared like the completed ones.
    pub fn partial_tiles(&self) -> Vec<(Tile, Vec<u8>)> {
        self.edge.partial()
    }

    /// Compares a tile with what is stored of it; the stored bytes may be those of a wider tile of the same place. Of a tile
    /// of leaf hashes in which only a few differ, the leaves are named.
    pub fn tile(&mut self, tile: Tile, computed: &[u8], stored: Option<&[u8]>) {
        let Some(stored) = stored.and_then(|stored| stored.get(..computed.len())) else {
            self.breaks.push(Break::Tile(tile));
            return;
        };
        if stored == computed {
            return;
        }
        let (computed, stored) = (computed.chunks(HASH), stored.chunks(HASH));
        let places = tile.index.saturating_mul(FULL)..;
        let pairs = places.zip(computed.zip(stored));
        let wrong: Vec<u64> =
            pairs.filter(|(_, (computed, stored))| computed != stored).map(|(index, _)| index).collect();
        if tile.level > 0 || wrong.len() > FEW {
            self.breaks.push(Break::Tile(tile));
        } else {
            self.breaks.extend(wrong.into_iter().map(|index| Break::LeafHash { index }));
        }
    }

    /// Compares a checkpoint with the leaves seen; to be called when [`Audit::size`] is its size, or at the end.
    pub fn checkpoint(&mut self, signed: &Checkpoint) {
        if signed.size > self.edge.size() {
            self.breaks.push(Break::Short { signed: signed.size, found: self.edge.size() });
        } else if signed.size < self.edge.size() || signed.root != self.edge.root() {
            self.breaks.push(Break::Root { size: signed.size });
        }
    }

    /// How many breaks were found so far.
    pub const fn broken(&self) -> usize {
        self.breaks.len()
    }

    /// What was found, in the order it was found; empty when all agrees.
    pub fn finish(self) -> Vec<Break> {
        self.breaks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAVES: u64 = 600;

    fn leaf(index: u64) -> Vec<u8> {
        index.to_be_bytes().to_vec()
    }

    fn run(skip: Option<u64>, wrong: Option<u64>, root_of: impl Fn(&Audit) -> Checkpoint) -> Vec<Break> {
        let mut audit = Audit::new();
        let mut tiles = Vec::new();
        for index in (0..LEAVES).filter(|index| Some(*index) != skip) {
            let bytes = if Some(index) == wrong { b"other".to_vec() } else { leaf(index) };
            tiles.extend(audit.leaf(index, &bytes));
        }
        tiles.extend(audit.partial_tiles());
        let mut true_edge = Edge::empty();
        let stored: Vec<_> = true_edge.grow((0..LEAVES).map(|index| leaf_hash(&leaf(index))));
        for (tile, computed) in tiles {
            let found =
                stored.iter().find(|(other, _)| (other.level, other.index) == (tile.level, tile.index));
            audit.tile(tile, &computed, found.map(|(_, bytes)| bytes.as_slice()));
        }
        let signed = root_of(&audit);
        audit.checkpoint(&signed);
        audit.finish()
    }

    fn head(size: u64) -> impl Fn(&Audit) -> Checkpoint {
        move |_| {
            let mut edge = Edge::empty();
            edge.grow((0..size).map(|index| leaf_hash(&leaf(index))));
            Checkpoint { origin: "o".into(), size, root: edge.root() }
        }
    }

    #[test]
    fn an_untouched_ledger_has_no_break() {
        assert_eq!(run(None, None, head(LEAVES)), []);
    }

    #[test]
    fn a_changed_leaf_is_named_and_shows_in_the_tile_above_and_the_root() {
        let breaks = run(None, Some(300), head(LEAVES));
        assert!(breaks.contains(&Break::LeafHash { index: 300 }));
        assert!(breaks.contains(&Break::Tile(Tile { level: 1, index: 0, width: 2 })));
        assert!(breaks.contains(&Break::Root { size: LEAVES }));
    }

    #[test]
    fn a_missing_leaf_and_a_lost_end_show() {
        assert!(run(Some(10), None, head(LEAVES)).contains(&Break::Gap { expected: 10, found: 11 }));
        let longer = run(None, None, head(LEAVES + 1));
        assert_eq!(longer, [Break::Short { signed: LEAVES + 1, found: LEAVES }]);
    }
}
