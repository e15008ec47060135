//! The growing right edge of the tree: what is needed to append leaves, write tiles and know the root, and no more.

use crate::ledger::merkle::Hash;
use crate::ledger::merkle::root_of;
use crate::ledger::tiles::FULL;
use crate::ledger::tiles::MissingTile;
use crate::ledger::tiles::Tile;
use crate::ledger::tiles::TileSet;
use crate::ledger::tiles::hashes_at;

/// The hashes of the last, partial tile of each level (at most 255 each).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// The edge of the empty tree.
    pub const fn empty() -> Self {
        Self { size: 0, levels: Vec::new() }
    }

    /// The partial tiles that hold the edge of a tree of `size` leaves: what [`Edge::from_tiles`] needs.
    pub fn tiles(size: u64) -> Vec<Tile> {
        (0..=7)
            .filter(|level| !hashes_at(*level, size).is_multiple_of(FULL))
            .filter_map(|level| Tile::at_size(level, hashes_at(level, size) / FULL, size))
            .collect()
    }

    /// The edge of the tree these tiles are of.
    ///
    /// # Errors
    /// [`MissingTile`] when one of [`Edge::tiles`] is not there or too short.
    pub fn from_tiles(tiles: &TileSet) -> Result<Self, MissingTile> {
        let size = tiles.size();
        let mut levels = Vec::new();
        for tile in Self::tiles(size) {
            levels.resize(usize::from(tile.level), Vec::new());
            levels.push(tiles.hashes(tile.level, tile.index)?);
        }
        Ok(Self { size, levels })
    }

    /// The number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut tail = None;
        for hashes in &self.levels {
            let mut row = hashes.clone();
            row.extend(tail);
            if !row.is_empty() {
                tail = Some(root_of(&row));
            }
        }
        tail.unwrap_or_else(|| root_of(&[]))
    }

    /// Appends one leaf hash and gives the tiles it completes.
    pub fn append(&mut self, leaf: Hash) -> Vec<(Tile, Vec<u8>)> {
        self.size += 1;
        let mut full = Vec::new();
        let mut carried = leaf;
        for level in 0_u8..=7 {
            let at = usize::from(level);
            if self.levels.len() == at {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(at) else { break };
            hashes.push(carried);
            if (hashes.len() as u64) < FULL {
                break;
            }
            let index = hashes_at(level, self.size) / FULL - 1;
            full.push((Tile { level, index, width: 256 }, hashes.concat()));
            carried = root_of(hashes);
            hashes.clear();
        }
        full
    }

    /// Appends leaf hashes and gives every tile to write: those completed and the partial ones that grew, as
    /// [`tiles_for_growth`](crate::ledger::tiles::tiles_for_growth) names them.
    pub fn grow(&mut self, leaves: impl IntoIterator<Item = Hash>) -> Vec<(Tile, Vec<u8>)> {
        let old = self.size;
        let mut tiles: Vec<_> = leaves.into_iter().flat_map(|leaf| self.append(leaf)).collect();
        let grown = |tile: &Tile| hashes_at(tile.level, self.size) > hashes_at(tile.level, old);
        tiles.extend(self.partial().into_iter().filter(|(tile, _)| grown(tile)));
        tiles
    }

    /// The partial tiles of this edge.
    pub fn partial(&self) -> Vec<(Tile, Vec<u8>)> {
        let hashes =
            |tile: Tile| self.levels.get(usize::from(tile.level)).map(|hashes| (tile, hashes.concat()));
        Self::tiles(self.size).into_iter().filter_map(hashes).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::merkle::samples::Leaves;
    use crate::ledger::tiles::tile_bytes;
    use crate::ledger::tiles::tiles_for_growth;

    #[test]
    fn batches_write_the_named_tiles_and_reach_the_same_root() {
        let leaves = Leaves::numbered(66_100);
        let mut edge = Edge::empty();
        let mut stored = TileSet::new(0);
        let mut old = 0;
        for new in [1, 2, 255, 256, 257, 512, 1_000, 65_535, 65_536, 65_537, 66_100] {
            let batch = leaves.0[usize::try_from(old).unwrap()..usize::try_from(new).unwrap()].to_vec();
            let mut written = edge.grow(batch);
            written.sort();
            let mut named = tiles_for_growth(old, new);
            named.sort();
            assert_eq!(written.iter().map(|(tile, _)| *tile).collect::<Vec<_>>(), named, "{old} to {new}");
            let mut next = TileSet::new(new);
            for tile in Edge::tiles(old) {
                let bytes = stored.hashes(tile.level, tile.index).expect("stored").concat();
                next.insert(tile.level, tile.index, bytes);
            }
            for (tile, bytes) in written {
                assert_eq!(bytes, tile_bytes(&leaves, tile).expect("bytes"), "{tile}");
                next.insert(tile.level, tile.index, bytes);
            }
            assert_eq!(edge.root(), root_of(&leaves.0[..usize::try_from(new).unwrap()]), "{new}");
            let again = Edge::from_tiles(&next).expect("the edge");
            assert_eq!(again.root(), edge.root(), "{new}");
            assert_eq!(again.size(), new);
            edge = again;
            stored = next;
            old = new;
        }
    }

    #[test]
    fn the_empty_edge_has_the_root_of_nothing_and_a_missing_tile_is_told() {
        assert_eq!(Edge::empty().root(), root_of(&[]));
        assert!(Edge::empty().grow([]).is_empty());
        assert!(Edge::from_tiles(&TileSet::new(3)).is_err());
    }
}
