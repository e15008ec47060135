//! What an outside party that watches a ledger keeps, and how it judges what it is shown next.
//!
//! It keeps the last checkpoint it accepted and the right edge of that tree. From the edge and the leaf hashes that came after
//! it makes the next root itself, so a history that was written again cannot fit, whatever tiles are shown.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;

use crate::crypto::note::NoteKey;
use crate::domain::time::Instant;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::checkpoint::CheckpointError;
use crate::ledger::edge::Edge;
use crate::ledger::merkle::Hash;
use crate::ledger::merkle::consistency_proof;
use crate::ledger::merkle::leaf_hash;
use crate::ledger::merkle::root;
use crate::ledger::merkle::verify_consistency;
use crate::ledger::sealed::Leaf;
use crate::ledger::tiles::FULL;
use crate::ledger::tiles::Resource;
use crate::ledger::tiles::Tile;
use crate::ledger::tiles::TileSet;
use crate::ledger::tiles::tiles_for_consistency;
use crate::ledger::tiles::tiles_for_root;

/// What is wrong with the ledger as it was shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Alarm {
    /// What was served as checkpoint is not signed by the ledger's key.
    #[error("the checkpoint does not hold: {0}")]
    Checkpoint(CheckpointError),
    /// The newest checkpoint covers fewer leaves than one seen before.
    #[error("the ledger shrank from {from} leaves to {to}")]
    Shrink {
        /// Leaves seen before.
        from: u64,
        /// Leaves now.
        to: u64,
    },
    /// A signed tree that does not begin with the signed tree seen before.
    #[error(
        "the signed tree of {new} leaves does not begin with the signed tree of {old} leaves: two histories"
    )]
    Fork {
        /// Leaves seen before.
        old: u64,
        /// Leaves now.
        new: u64,
    },
    /// The tiles do not lead to the signed root.
    #[error("the tiles of {0} leaves do not lead to the signed root")]
    Tiles(u64),
    /// A published leaf is not the one in the tree, or no leaf at all.
    #[error("the leaf of index {0} is not the one in the tree")]
    Leaf(u64),
    /// A part of the ledger cannot be read.
    #[error("the ledger cannot be read: {0}")]
    Unreadable(String),
    /// No checkpoint could be read for too long.
    #[error("no checkpoint could be read since {0}")]
    Silence(String),
    /// The ledger did not grow for too long.
    #[error("the ledger did not grow since {0}")]
    Still(String),
}

impl Alarm {
    /// One word for scripts.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Checkpoint(_) => "checkpoint",
            Self::Shrink { .. } => "shrink",
            Self::Fork { .. } => "fork",
            Self::Tiles(_) => "tiles",
            Self::Leaf(_) => "leaf",
            Self::Unreadable(_) => "unreadable",
            Self::Silence(_) => "silence",
            Self::Still(_) => "still",
        }
    }

    /// Whether it may pass by itself: an outage, unlike evidence, does.
    pub const fn passes(&self) -> bool {
        matches!(self, Self::Unreadable(_) | Self::Silence(_) | Self::Still(_))
    }
}

/// What is kept between two looks; its JSON is the monitor's state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The last accepted checkpoint.
    pub checkpoint: String,
    /// The partial tiles at its right edge: name → hashes in base64.
    edge: BTreeMap<String, String>,
    /// When a checkpoint was last read, RFC 3339.
    heard_at: String,
    /// When the ledger was last seen to have grown, RFC 3339.
    grown_at: String,
}

/// Why a state cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadState {
    /// It is not what was kept, or of another ledger.
    #[error("the kept state is damaged or of another ledger")]
    Damaged,
}

/// The last accepted head with its edge.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The accepted head.
    pub head: Checkpoint,
    note: String,
    edge: Edge,
    /// When a checkpoint was last read.
    pub heard_at: Instant,
    /// When the ledger was last seen to have grown.
    pub grown_at: Instant,
}

/// What to do with the checkpoint served now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is the one we have.
    Same,
    /// It is larger: these are to be read.
    Grown(Checkpoint),
}

impl Watched {
    /// Begins to watch, with the tiles that [`first_tiles`] names.
    ///
    /// # Errors
    /// [`Alarm::Tiles`] when they do not lead to the signed root.
    pub fn begin(note: &str, head: Checkpoint, tiles: &TileSet, now: Instant) -> Result<Self, Alarm> {
        let wrong = Alarm::Tiles(head.size);
        if root(tiles, head.size).ok() != Some(head.root) {
            return Err(wrong);
        }
        let edge = Edge::from_tiles(tiles).map_err(|_| wrong)?;
        Ok(Self { head, note: note.to_owned(), edge, heard_at: now, grown_at: now })
    }

    /// Judges a checkpoint by itself.
    ///
    /// # Errors
    /// [`Alarm::Checkpoint`], [`Alarm::Shrink`] or [`Alarm::Fork`].
    pub fn judge(&self, note: &str, key: &NoteKey) -> Result<Next, Alarm> {
        let head = Checkpoint::verify(note, key).map_err(Alarm::Checkpoint)?;
        let (old, new) = (self.head.size, head.size);
        if new < old {
            Err(Alarm::Shrink { from: old, to: new })
        } else if new > old {
            Ok(Next::Grown(head))
        } else if head.root == self.head.root {
            Ok(Next::Same)
        } else {
            Err(Alarm::Fork { old, new })
        }
    }

    /// The level 0 tiles that hold the leaves which came after, up to `size`.
    pub fn new_leaves(&self, size: u64) -> impl Iterator<Item = Tile> + use<> {
        (self.head.size / FULL..size.div_ceil(FULL)).filter_map(move |index| Tile::at_size(0, index, size))
    }

    /// Takes the leaf hashes of one of [`Watched::new_leaves`] and the leaves under it, in order; those known already are skipped.
    ///
    /// # Errors
    /// [`Alarm::Leaf`] when a leaf is not the one of its hash.
    pub fn add(&mut self, tile: Tile, hashes: &[Hash], leaves: &[Vec<u8>]) -> Result<(), Alarm> {
        for (index, (hash, leaf)) in (tile.index * FULL..).zip(hashes.iter().zip(leaves)) {
            if index < self.edge.size() {
                continue;
            }
            if leaf_hash(leaf) != *hash || Leaf::parse(leaf).is_err() {
                return Err(Alarm::Leaf(index));
            }
            self.edge.append(*hash);
        }
        Ok(())
    }

    /// Whether what was added leads to the root of `head`.
    pub fn arrives_at(&self, head: &Checkpoint) -> bool {
        self.edge.size() == head.size && self.edge.root() == head.root
    }

    /// Accepts a head that was arrived at.
    pub fn accept(&mut self, note: &str, head: Checkpoint, now: Instant) {
        (self.head, self.note, self.grown_at) = (head, note.to_owned(), now);
    }

    /// Why what was added does not lead to `head`, told from the public tiles that [`growth_tiles`] names: a fork where they
    /// lead to the new root and not from the old one, else false tiles.
    pub fn explain(&self, head: &Checkpoint, tiles: &TileSet) -> Alarm {
        let (old, new) = (self.head.size, head.size);
        let leads = root(tiles, new).ok() == Some(head.root);
        let grew = consistency_proof(tiles, old, new)
            .is_ok_and(|proof| verify_consistency(old, new, &proof, &self.head.root, &head.root));
        if leads && !grew { Alarm::Fork { old, new } } else { Alarm::Tiles(new) }
    }

    /// What to keep.
    pub fn keep(&self) -> Kept {
        let print = |(tile, bytes): (Tile, Vec<u8>)| (Resource::Hashes(tile).path(), STANDARD.encode(bytes));
        Kept {
            checkpoint: self.note.clone(),
            edge: self.edge.partial().into_iter().map(print).collect(),
            heard_at: self.heard_at.to_text(),
            grown_at: self.grown_at.to_text(),
        }
    }

    /// Goes on from what was kept.
    ///
    /// # Errors
    /// [`BadState`] when it is not signed by `key`, or its edge is not that of its root.
    pub fn resume(kept: &Kept, key: &NoteKey) -> Result<Self, BadState> {
        let head = Checkpoint::verify(&kept.checkpoint, key).map_err(|_| BadState::Damaged)?;
        let mut tiles = TileSet::new(head.size);
        for (name, hashes) in &kept.edge {
            if let (Some(Resource::Hashes(tile)), Ok(bytes)) =
                (Resource::parse(name), STANDARD.decode(hashes))
            {
                tiles.insert(tile.level, tile.index, bytes);
            }
        }
        let edge = Edge::from_tiles(&tiles).map_err(|_| BadState::Damaged)?;
        let at = |text: &str| Instant::parse(text).ok_or(BadState::Damaged);
        if edge.root() != head.root {
            return Err(BadState::Damaged);
        }
        let (heard_at, grown_at) = (at(&kept.heard_at)?, at(&kept.grown_at)?);
        Ok(Self { head, note: kept.checkpoint.clone(), edge, heard_at, grown_at })
    }
}

/// The tiles with which to begin at a tree of `size` leaves.
pub fn first_tiles(size: u64) -> Vec<Tile> {
    let mut tiles = tiles_for_root(size);
    tiles.extend(Edge::tiles(size));
    tiles.sort_unstable();
    tiles.dedup();
    tiles
}

/// The tiles that tell a fork from false tiles.
pub fn growth_tiles(old: u64, new: u64) -> Vec<Tile> {
    let mut tiles = tiles_for_root(new);
    tiles.extend(tiles_for_consistency(old, new));
    tiles.sort_unstable();
    tiles.dedup();
    tiles
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::keys::Algorithm;
    use crate::crypto::keys::SigningKey;
    use crate::crypto::random::SystemRandom;
    use crate::domain::ids::EntryId;
    use crate::ledger::merkle::samples::Leaves;
    use crate::ledger::sealed::leaf_bytes;
    use crate::ledger::tiles::tile_bytes;

    const ORIGIN: &str = "localhost:8080/ledger";

    /// A ledger by itself: leaves, and a key.
    struct Log {
        key: SigningKey,
        leaves: Vec<Vec<u8>>,
    }

    impl Log {
        fn new(count: u128) -> Self {
            let (key, _) = SigningKey::generate(Algorithm::EdDsa, &SystemRandom::new()).expect("a key");
            Self { key, leaves: (0..count).map(|n| leaf(n, 1)).collect() }
        }

        fn verifier(&self) -> NoteKey {
            NoteKey::of(ORIGIN, &self.key).expect("a verifier")
        }

        fn hashes(&self, size: u64) -> Leaves {
            let size = usize::try_from(size).expect("small");
            Leaves(self.leaves[..size].iter().map(|leaf| leaf_hash(leaf)).collect())
        }

        fn sign(&self, size: u64) -> String {
            let hashes = self.hashes(size);
            let root = crate::ledger::merkle::root_of(&hashes.0);
            Checkpoint { origin: ORIGIN.into(), size, root }.sign(&self.key).expect("signs")
        }

        fn tiles(&self, size: u64, wanted: Vec<Tile>) -> TileSet {
            let (hashes, mut set) = (self.hashes(size), TileSet::new(size));
            for tile in wanted {
                set.insert(tile.level, tile.index, tile_bytes(&hashes, tile).expect("a tile"));
            }
            set
        }

        fn watch(&self, size: u64) -> Watched {
            let note = self.sign(size);
            let head = Checkpoint::verify(&note, &self.verifier()).expect("signed");
            let tiles = self.tiles(size, first_tiles(size));
            Watched::begin(&note, head, &tiles, Instant::from_micros(0)).expect("holds")
        }

        /// What a look at this log of `size` leaves gives.
        fn look(&self, watched: &mut Watched, size: u64, key: &NoteKey) -> Result<(), Alarm> {
            let note = self.sign(size);
            let Next::Grown(head) = watched.judge(&note, key)? else { return Ok(()) };
            let mut tried = watched.clone();
            for tile in watched.new_leaves(size) {
                let hashes = self.tiles(size, vec![tile]).hashes(0, tile.index).expect("hashes");
                let first = usize::try_from(tile.index * FULL).expect("small");
                tried.add(tile, &hashes, &self.leaves[first..first + usize::from(tile.width)])?;
            }
            if !tried.arrives_at(&head) {
                let tiles = self.tiles(size, growth_tiles(watched.head.size, size));
                return Err(watched.explain(&head, &tiles));
            }
            tried.accept(&note, head, Instant::from_micros(1));
            *watched = tried;
            Ok(())
        }
    }

    fn leaf(n: u128, at: i64) -> Vec<u8> {
        leaf_bytes(EntryId::from_uuid(uuid::Uuid::from_u128(n)), at, &[7; 32]).expect("a leaf")
    }

    #[test]
    fn growth_is_followed_over_any_edge_and_survives_being_kept() {
        let log = Log::new(1_000);
        let key = log.verifier();
        for first in [1, 255, 256, 300, 700] {
            let mut watched = log.watch(first);
            for size in [first, first + 1, first + 255, first + 300] {
                watched = Watched::resume(&watched.keep(), &key).expect("what was kept");
                assert_eq!(log.look(&mut watched, size, &key), Ok(()), "{first} {size}");
                assert_eq!(watched.head.size, size);
            }
        }
    }

    #[test]
    fn a_shrink_a_fork_and_a_foreign_signature_are_told_apart() {
        let log = Log::new(600);
        let key = log.verifier();
        let mut watched = log.watch(400);
        assert_eq!(log.look(&mut watched, 399, &key), Err(Alarm::Shrink { from: 400, to: 399 }));
        let mut fork = Log { key: log.key, leaves: log.leaves.clone() };
        fork.leaves[17] = leaf(17, 2);
        assert_eq!(fork.look(&mut watched, 400, &key), Err(Alarm::Fork { old: 400, new: 400 }));
        assert_eq!(fork.look(&mut watched, 600, &key), Err(Alarm::Fork { old: 400, new: 600 }));
        assert_eq!(watched.head.size, 400, "nothing of it was taken over");
        let stranger = Log::new(600);
        assert!(matches!(stranger.look(&mut watched, 600, &key), Err(Alarm::Checkpoint(_))));
    }

    #[test]
    fn false_tiles_and_false_leaves_are_noticed() {
        let log = Log::new(600);
        let key = log.verifier();
        let watched = log.watch(400);
        let note = log.sign(600);
        let head = Checkpoint::verify(&note, &key).expect("signed");
        let tile = watched.new_leaves(600).next().expect("a tile");
        let hashes = log.hashes(512).0[256..].to_vec();
        let mut leaves = log.leaves[256..512].to_vec();
        leaves[200] = leaf(456, 9);
        assert_eq!(watched.clone().add(tile, &hashes, &leaves), Err(Alarm::Leaf(456)));
        let mut lying = Log { key: log.key, leaves: log.leaves.clone() };
        lying.leaves[500] = leaf(500, 9);
        let tiles = lying.tiles(600, growth_tiles(400, 600));
        assert_eq!(watched.explain(&head, &tiles), Alarm::Tiles(600));
        let note = lying.sign(400);
        let head = Checkpoint { root: [1; 32], ..Checkpoint::verify(&note, &key).expect("signed") };
        let tiles = lying.tiles(400, first_tiles(400));
        let begun = Watched::begin(&note, head, &tiles, Instant::from_micros(0));
        assert_eq!(begun.expect_err("another root"), Alarm::Tiles(400));
    }

    #[test]
    fn a_damaged_state_is_refused() {
        let log = Log::new(300);
        let kept = log.watch(300).keep();
        let text = serde_json::to_string(&kept).expect("json");
        assert_eq!(serde_json::from_str::<Kept>(&text).expect("json"), kept);
        let stranger = Log::new(1).verifier();
        assert_eq!(Watched::resume(&kept, &stranger).map(drop), Err(BadState::Damaged));
        let empty = Kept { edge: BTreeMap::new(), ..kept.clone() };
        assert_eq!(Watched::resume(&empty, &log.verifier()).map(drop), Err(BadState::Damaged));
        let undated = Kept { heard_at: "hier".into(), ..kept };
        assert_eq!(Watched::resume(&undated, &log.verifier()).map(drop), Err(BadState::Damaged));
    }
}
