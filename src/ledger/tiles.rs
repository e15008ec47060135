//! Tiles of 256 hashes and bundles of 256 leaves, with their names and bytes (C2SP tlog-tiles).

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fmt;

use crate::ledger::merkle::Hash;
use crate::ledger::merkle::HashSource;
use crate::ledger::merkle::ProofError;
use crate::ledger::merkle::consistency_proof;
use crate::ledger::merkle::inclusion_proof;
use crate::ledger::merkle::root;
use crate::ledger::merkle::root_of;

/// Hashes in a full tile, leaves in a full entry bundle.
pub const FULL: u64 = 256;

const HIGHEST_LEVEL: u8 = 63;

/// One tile: `width` hashes (1 to 256) of tree level `8 * level`, from hash `256 * index` on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// Tile level: 0 holds leaf hashes.
    pub level: u8,
    /// Which tile of that level.
    pub index: u64,
    /// How many hashes it holds; below 256 it is partial.
    pub width: u16,
}

/// What can be asked for below `/ledger/tile/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Resource {
    /// A tile of hashes.
    Hashes(Tile),
    /// The leaves under the level 0 tile of the same index and width.
    Entries {
        /// Which bundle.
        index: u64,
        /// How many leaves it holds.
        width: u16,
    },
}

/// A tile, or its bytes, of which a proof or an edge has need and which is not there or too short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the tile {0} is missing or has another length")]
pub struct MissingTile(pub Tile);

impl Tile {
    /// The name below `/ledger/tile/`: `<level>/<index>[.p/<width>]`.
    pub fn path(&self) -> String {
        format!("{}/{}", self.level, name(self.index, self.width))
    }

    /// Whether it holds all of its 256 hashes.
    pub const fn is_full(&self) -> bool {
        self.width as u64 == FULL
    }

    /// The widest tile of this place in a tree of `size` leaves; `None` when that tree has no hash there.
    pub fn at_size(level: u8, index: u64, size: u64) -> Option<Self> {
        let left = hashes_at(level, size).checked_sub(index.checked_mul(FULL)?)?;
        let width = u16::try_from(left.min(FULL)).ok().filter(|width| *width > 0)?;
        Some(Self { level, index, width })
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

impl fmt::Debug for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

impl Resource {
    /// The name below `/ledger/tile/`.
    pub fn path(&self) -> String {
        match self {
            Self::Hashes(tile) => tile.path(),
            Self::Entries { index, width } => format!("entries/{}", name(*index, *width)),
        }
    }

    /// Reads a name below `/ledger/tile/`; `None` unless it is exactly one that [`Resource::path`] makes.
    pub fn parse(path: &str) -> Option<Self> {
        let (kind, rest) = path.split_once('/')?;
        let (groups, width) = match rest.split_once(".p/") {
            Some((groups, width)) => (groups, width.parse().ok().filter(|width| (1..256).contains(width))?),
            None => (rest, 256),
        };
        let index = groups.split('/').try_fold(0_u64, |index, group| {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let fits = digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
            index.checked_mul(1000)?.checked_add(fits.then(|| digits.parse().ok()).flatten()?)
        })?;
        let resource = if kind == "entries" {
            Self::Entries { index, width }
        } else {
            let level = kind.parse().ok().filter(|level| *level <= HIGHEST_LEVEL)?;
            Self::Hashes(Tile { level, index, width })
        };
        (resource.path() == path).then_some(resource)
    }
}

/// The tiles that must be written when the tree grows from `old` to `new` leaves, the partial ones of size `new` among
/// them, lowest level first.
pub fn tiles_for_growth(old: u64, new: u64) -> Vec<Tile> {
    let mut tiles = Vec::new();
    for level in 0..=7 {
        let (before, after) = (hashes_at(level, old), hashes_at(level, new));
        if after <= before {
            break;
        }
        for index in before / FULL..after.div_ceil(FULL) {
            tiles.extend(Tile::at_size(level, index, new));
        }
    }
    tiles
}

/// The bytes of a tile, made from the hashes below it.
///
/// # Errors
/// Those of the source.
pub fn tile_bytes<S: HashSource>(source: &S, tile: Tile) -> Result<Vec<u8>, S::Error> {
    let mut bytes = Vec::with_capacity(usize::from(tile.width) * 32);
    for offset in 0..u64::from(tile.width) {
        bytes.extend(source.node(u32::from(tile.level) * 8, tile.index * FULL + offset)?);
    }
    Ok(bytes)
}

/// The bytes of an entry bundle: each leaf after its length in two bytes, big endian; `None` for a leaf above 65,535.
pub fn entries_bytes<'a>(leaves: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for leaf in leaves {
        bytes.extend(u16::try_from(leaf.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(leaf);
    }
    Some(bytes)
}

/// The leaves of an entry bundle; `None` when a length does not fit or there are more than 256.
pub fn read_entries(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut leaves = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (leaf, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        leaves.push(leaf);
        bytes = rest;
    }
    (leaves.len() <= 256).then_some(leaves)
}

/// Tiles at hand, as a source of hashes for a tree of one size.
#[derive(Clone, Debug, Default)]
pub struct TileSet {
    size: u64,
    tiles: HashMap<(u8, u64), Vec<u8>>,
}

impl TileSet {
    /// No tiles yet of the tree of `size` leaves.
    pub fn new(size: u64) -> Self {
        Self { size, tiles: HashMap::new() }
    }

    /// Adds the bytes of one tile; a wider version of the place replaces a narrower one.
    pub fn insert(&mut self, level: u8, index: u64, bytes: Vec<u8>) {
        let place = self.tiles.entry((level, index)).or_default();
        if bytes.len() >= place.len() {
            *place = bytes;
        }
    }

    /// The size of the tree.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of one tile as wide as this tree has it.
    ///
    /// # Errors
    /// [`MissingTile`] when its bytes are not there or too few.
    pub fn hashes(&self, level: u8, index: u64) -> Result<Vec<Hash>, MissingTile> {
        let tile =
            Tile::at_size(level, index, self.size).ok_or(MissingTile(Tile { level, index, width: 0 }))?;
        let bytes = self.tiles.get(&(level, index)).ok_or(MissingTile(tile))?;
        let bytes = bytes.get(..usize::from(tile.width) * 32).ok_or(MissingTile(tile))?;
        Ok(bytes.as_chunks::<32>().0.to_vec())
    }
}

impl HashSource for TileSet {
    type Error = MissingTile;

    fn node(&self, level: u32, index: u64) -> Result<Hash, MissingTile> {
        let place = place_of(level, index);
        let hashes = self.hashes(place.level, place.index)?;
        let missing = MissingTile(Tile { level: place.level, index: place.index, width: 256 });
        hashes.get(place.first..place.first + place.count).map(root_of).ok_or(missing)
    }
}

/// The tiles from which the inclusion proof of leaf `index` in a tree of `size` leaves is made, each as wide as that
/// tree has it.
pub fn tiles_for_inclusion(index: u64, size: u64) -> Vec<Tile> {
    let needed = Needed::default();
    match inclusion_proof(&needed, index, size) {
        Ok(_) => needed.tiles(size),
        Err(ProofError::Range | ProofError::Source(_)) => Vec::new(),
    }
}

/// The tiles from which the consistency proof between two sizes is made, each as wide as the newer tree has it.
pub fn tiles_for_consistency(old: u64, new: u64) -> Vec<Tile> {
    let needed = Needed::default();
    match consistency_proof(&needed, old, new) {
        Ok(_) => needed.tiles(new),
        Err(ProofError::Range | ProofError::Source(_)) => Vec::new(),
    }
}

/// The tiles from which the root of a tree of `size` leaves is made.
pub fn tiles_for_root(size: u64) -> Vec<Tile> {
    let needed = Needed::default();
    match root(&needed, size) {
        Ok(_) => needed.tiles(size),
        Err(never) => match never {},
    }
}

/// A source that knows no hash and remembers which were asked for.
#[derive(Default)]
struct Needed(std::cell::RefCell<BTreeSet<(u8, u64)>>);

impl Needed {
    fn tiles(self, size: u64) -> Vec<Tile> {
        self.0
            .into_inner()
            .into_iter()
            .filter_map(|(level, index)| Tile::at_size(level, index, size))
            .collect()
    }
}

impl HashSource for Needed {
    type Error = std::convert::Infallible;

    fn node(&self, level: u32, index: u64) -> Result<Hash, Self::Error> {
        let place = place_of(level, index);
        self.0.borrow_mut().insert((place.level, place.index));
        Ok([0; 32])
    }
}

struct Place {
    level: u8,
    index: u64,
    first: usize,
    count: usize,
}

fn place_of(level: u32, index: u64) -> Place {
    let inside = level % 8;
    let first = index << inside;
    Place {
        level: u8::try_from(level / 8).unwrap_or(u8::MAX),
        index: first / FULL,
        first: usize::try_from(first % FULL).unwrap_or(usize::MAX >> 1),
        count: 1 << inside,
    }
}

/// How many hashes a tree of `size` leaves has at a tile level.
pub(crate) const fn hashes_at(level: u8, size: u64) -> u64 {
    if level > 7 { 0 } else { size >> (8 * level as u32) }
}

fn name(index: u64, width: u16) -> String {
    let mut text = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        text = format!("x{:03}/{text}", rest % 1000);
        rest /= 1000;
    }
    if u64::from(width) < FULL { format!("{text}.p/{width}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::merkle::samples::Leaves;
    use proptest::prelude::*;

    fn set(leaves: &Leaves, size: u64) -> TileSet {
        let mut set = TileSet::new(size);
        for tile in tiles_for_growth(0, size) {
            set.insert(tile.level, tile.index, tile_bytes(leaves, tile).expect("bytes"));
        }
        set
    }

    #[test]
    fn names_are_those_of_the_specification() {
        let tile = Tile { level: 0, index: 1_234_067, width: 256 };
        assert_eq!(tile.path(), "0/x001/x234/067");
        assert_eq!(Tile { width: 7, ..tile }.path(), "0/x001/x234/067.p/7");
        assert_eq!(Resource::parse("entries/000.p/1"), Some(Resource::Entries { index: 0, width: 1 }));
        for other in [
            "0/67",
            "0/0067",
            "0/x000/067",
            "00/067",
            "0/067.p/0",
            "0/067.p/256",
            "0/067.p/07",
            "64/067",
            "0/x001",
            "0/",
            "entries/",
            "0/001/x002",
            "0/999x",
            "0/067.p/+7",
            "0/xx01",
            "0/x099/999/x999/999/999/999/999/999/999",
        ] {
            assert_eq!(Resource::parse(other), None, "{other}");
        }
    }

    #[test]
    fn proofs_from_tiles_are_those_from_leaves() {
        let leaves = Leaves::numbered(70_000);
        for size in [1, 255, 256, 257, 1000, 65_536, 65_537, 70_000] {
            let tiles = set(&leaves, size);
            assert_eq!(root(&tiles, size), Ok(root_of(&leaves.0[..usize::try_from(size).unwrap()])));
            for index in [0, size / 3, size - 1] {
                let wanted = inclusion_proof(&leaves, index, size).expect("a proof");
                assert_eq!(inclusion_proof(&tiles, index, size).expect("a proof"), wanted);
                let mut few = TileSet::new(size);
                for tile in tiles_for_inclusion(index, size) {
                    few.insert(tile.level, tile.index, tiles.tiles[&(tile.level, tile.index)].clone());
                }
                assert_eq!(inclusion_proof(&few, index, size).expect("a proof"), wanted);
                assert!(few.tiles.len() <= 6);
            }
        }
        assert_eq!(TileSet::new(1).node(0, 0), Err(MissingTile(Tile { level: 0, index: 0, width: 1 })));
    }

    #[test]
    fn growth_writes_what_changed_and_nothing_else() {
        let paths = |old, new| tiles_for_growth(old, new).iter().map(Tile::path).collect::<Vec<_>>();
        assert_eq!(paths(0, 1), ["0/000.p/1"]);
        assert_eq!(paths(255, 256), ["0/000", "1/000.p/1"]);
        assert_eq!(paths(256, 257), ["0/001.p/1"]);
        assert_eq!(paths(500, 513), ["0/001", "0/002.p/1", "1/000.p/2"]);
        assert!(paths(513, 513).is_empty());
    }

    #[test]
    fn entry_bundles_come_back_and_broken_ones_do_not() {
        let leaves: [&[u8]; 3] = [b"a", b"", b"leaf"];
        let bytes = entries_bytes(leaves).expect("bytes");
        assert_eq!(read_entries(&bytes), Some(leaves.to_vec()));
        assert_eq!(read_entries(&bytes[..bytes.len() - 1]), None);
        assert_eq!(entries_bytes([vec![0; 65_536].as_slice()]), None);
    }

    proptest! {
        #[test]
        fn every_name_is_read_back(level in 0..64_u8, index in any::<u64>(), width in 1..=256_u16) {
            for resource in [Resource::Hashes(Tile { level, index, width }), Resource::Entries { index, width }] {
                prop_assert_eq!(Resource::parse(&resource.path()), Some(resource));
            }
        }
    }
}
