//! The tiles that a tree has not filled yet: every proof up to a checkpoint needs them, so they are read once for all of them.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::PoisonError;

use crate::ledger::merkle::Hash;
use crate::ledger::tiles::Tile;

/// What was read of one tree; `EdgeTiles::default()` at start. What it gives is public and belongs to the root it is asked for:
/// a tree that was put back, or another one, has another root.
#[derive(Debug, Default)]
pub struct EdgeTiles(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    root: Option<Hash>,
    tiles: HashMap<Tile, Vec<u8>>,
}

impl EdgeTiles {
    /// The bytes of a tile of the tree with this root, where they were read before.
    pub(super) fn of(&self, root: &Hash, tile: &Tile) -> Option<Vec<u8>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.tiles.get(tile).filter(|_| known.root.as_ref() == Some(root)).cloned()
    }

    /// Keeps the bytes of an unfinished tile of the tree with this root, and forgets those of another tree.
    pub(super) fn keep(&self, root: &Hash, tile: Tile, bytes: Vec<u8>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.root.as_ref() != Some(root) {
            *known = Known { root: Some(*root), tiles: HashMap::new() };
        }
        known.tiles.insert(tile, bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_is_known_under_its_own_root_alone() {
        let (edge, tile) = (EdgeTiles::default(), Tile { level: 0, index: 7, width: 3 });
        let (one, other) = ([1; 32], [2; 32]);
        assert_eq!(edge.of(&one, &tile), None);
        edge.keep(&one, tile, vec![9; 96]);
        assert_eq!(edge.of(&one, &tile), Some(vec![9; 96]));
        assert_eq!(edge.of(&one, &Tile { width: 4, ..tile }), None, "another width is another tile");
        assert_eq!(edge.of(&other, &tile), None, "another tree");
        edge.keep(&other, Tile { level: 1, ..tile }, vec![8; 96]);
        assert_eq!(edge.of(&one, &tile), None, "the former tree is forgotten");
        assert_eq!(edge.of(&other, &tile), None);
    }
}
