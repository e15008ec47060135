//! The Merkle tree of RFC 9162 section 2.1: hashes, proofs, and their verification.

use crate::crypto::hash::sha256;
use crate::crypto::hash::sha256_parts;

/// A hash of the tree.
pub type Hash = [u8; 32];

/// Where the hashes of complete subtrees come from.
pub trait HashSource {
    /// Why a hash is not there.
    type Error;

    /// The hash of the subtree over the leaves `index << level` to `(index + 1) << level`, all of which exist.
    ///
    /// # Errors
    /// The source's own, when it does not have the hash.
    fn node(&self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// A question that no tree of that size can answer, or the error of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError<E> {
    /// The index is not below the size, or the old size is above the new one.
    #[error("no tree of this size has this proof")]
    Range,
    /// The source could not give a hash.
    #[error("a hash of the tree is missing")]
    Source(E),
}

/// `SHA-256(0x00 ‖ leaf)`.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256_parts(&[&[0], leaf])
}

/// `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256_parts(&[&[1], left, right])
}

/// The root of the tree whose leaves (or equal complete subtrees, the last perhaps smaller) have these hashes.
pub fn root_of(hashes: &[Hash]) -> Hash {
    match hashes {
        [] => sha256(b""),
        [only] => *only,
        _ => {
            let (left, right) = hashes.split_at(hashes.len().next_power_of_two() / 2);
            node_hash(&root_of(left), &root_of(right))
        }
    }
}

/// The root of the tree of the first `size` leaves.
///
/// # Errors
/// Those of the source.
pub fn root<S: HashSource>(source: &S, size: u64) -> Result<Hash, S::Error> {
    if size == 0 { Ok(sha256(b"")) } else { subtree(source, 0, size) }
}

/// The inclusion proof of leaf `index` in the tree of `size` leaves (RFC 9162 section 2.1.3.1), lowest hash first.
///
/// # Errors
/// [`ProofError::Range`] when `index` is not below `size`, or the source's error.
pub fn inclusion_proof<S: HashSource>(
    source: &S,
    index: u64,
    size: u64,
) -> Result<Vec<Hash>, ProofError<S::Error>> {
    if index >= size {
        return Err(ProofError::Range);
    }
    let (mut low, mut high) = (0, size);
    let mut proof = Vec::new();
    while high - low > 1 {
        let middle = low + split(high - low);
        let sibling =
            if index < middle { subtree(source, middle, high) } else { subtree(source, low, middle) };
        proof.push(sibling.map_err(ProofError::Source)?);
        if index < middle {
            high = middle;
        } else {
            low = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `new` leaves begins with that of `old` (RFC 9162 section 2.1.4.1); empty when they are
/// equal or `old` is 0.
///
/// # Errors
/// [`ProofError::Range`] when `old` is above `new`, or the source's error.
pub fn consistency_proof<S: HashSource>(
    source: &S,
    old: u64,
    new: u64,
) -> Result<Vec<Hash>, ProofError<S::Error>> {
    if old > new {
        return Err(ProofError::Range);
    }
    if old == 0 || old == new {
        return Ok(Vec::new());
    }
    let (mut low, mut high) = (0, new);
    let mut proof = Vec::new();
    while high != old {
        let middle = low + split(high - low);
        let sibling =
            if old <= middle { subtree(source, middle, high) } else { subtree(source, low, middle) };
        proof.push(sibling.map_err(ProofError::Source)?);
        if old <= middle {
            high = middle;
        } else {
            low = middle;
        }
    }
    if low != 0 {
        proof.push(subtree(source, low, high).map_err(ProofError::Source)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Whether `proof` shows that leaf `index` with hash `leaf` is in the tree of `size` leaves with this `root`
/// (RFC 9162 section 2.1.3.2).
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `new` leaves begins with the tree of `old` leaves (RFC 9162 section 2.1.4.2).
pub fn verify_consistency(old: u64, new: u64, proof: &[Hash], old_root: &Hash, new_root: &Hash) -> bool {
    if old > new {
        return false;
    }
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 {
        return proof.is_empty() && *old_root == sha256(b"");
    }
    let (first, rest) = if old.is_power_of_two() {
        (*old_root, proof)
    } else {
        match proof.split_first() {
            Some((first, rest)) => (*first, rest),
            None => return false,
        }
    };
    let shift = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut old_hash, mut new_hash) = (first, first);
    for sibling in rest {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

/// The hash over the leaves from `low` to `high`, a range the tree's own splitting leads to.
fn subtree<S: HashSource>(source: &S, low: u64, high: u64) -> Result<Hash, S::Error> {
    let width = high - low;
    if width.is_power_of_two() {
        let level = width.trailing_zeros();
        return source.node(level, low >> level);
    }
    let middle = low + split(width);
    Ok(node_hash(&subtree(source, low, middle)?, &subtree(source, middle, high)?))
}

/// The largest power of two below `width`, which is at least 2.
const fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    /// The leaves themselves as a source.
    pub(crate) struct Leaves(pub(crate) Vec<Hash>);

    impl Leaves {
        pub(crate) fn numbered(count: u64) -> Self {
            Self((0..count).map(|number| leaf_hash(&number.to_be_bytes())).collect())
        }
    }

    impl HashSource for Leaves {
        type Error = ();

        fn node(&self, level: u32, index: u64) -> Result<Hash, ()> {
            let range =
                usize::try_from(index << level).unwrap()..usize::try_from((index + 1) << level).unwrap();
            self.0.get(range).map(root_of).ok_or(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::samples::Leaves;
    use super::*;
    use ct_merkle::mem_backed_tree::MemoryBackedTree;
    use proptest::prelude::*;

    fn reference(count: u64) -> MemoryBackedTree<sha2::Sha256, [u8; 8]> {
        let mut tree = MemoryBackedTree::new();
        for number in 0..count {
            tree.push(number.to_be_bytes());
        }
        tree
    }

    #[test]
    fn every_proof_of_small_trees_agrees_with_another_implementation_and_verifies() {
        for size in 1..40_u64 {
            let (leaves, tree) = (Leaves::numbered(size), reference(size));
            let top = root(&leaves, size).expect("a root");
            assert_eq!(top.as_slice(), tree.root().as_bytes().as_slice());
            assert_eq!(top, root_of(&leaves.0));
            for index in 0..size {
                let proof = inclusion_proof(&leaves, index, size).expect("a proof");
                assert_eq!(proof.concat(), tree.prove_inclusion(usize::try_from(index).unwrap()).as_bytes());
                assert!(verify_inclusion(
                    &leaves.0[usize::try_from(index).unwrap()],
                    index,
                    size,
                    &proof,
                    &top
                ));
            }
            for old in 1..size {
                let proof = consistency_proof(&leaves, old, size).expect("a proof");
                let theirs = tree.prove_consistency(usize::try_from(size - old).unwrap());
                assert_eq!(proof.concat(), theirs.as_bytes(), "{old} to {size}");
                let before = root(&leaves, old).expect("a root");
                assert!(verify_consistency(old, size, &proof, &before, &top), "{old} to {size}");
            }
        }
    }

    #[test]
    fn the_edges_are_answered() {
        let leaves = Leaves::numbered(3);
        let (empty, top) = (root(&leaves, 0).expect("a root"), root(&leaves, 3).expect("a root"));
        assert_eq!(hex::encode(empty), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(inclusion_proof(&leaves, 3, 3), Err(ProofError::Range));
        assert_eq!(consistency_proof(&leaves, 4, 3), Err(ProofError::Range));
        assert_eq!(inclusion_proof(&leaves, 0, 9), Err(ProofError::Source(())));
        assert!(verify_consistency(0, 3, &[], &empty, &top));
        assert!(verify_consistency(3, 3, &[], &top, &top));
        assert!(!verify_consistency(3, 3, &[], &empty, &top));
        assert!(!verify_consistency(2, 3, &[], &top, &top));
        assert!(!verify_inclusion(&top, 0, 0, &[], &top));
    }

    proptest! {
        #[test]
        fn nothing_changed_verifies(size in 2..600_u64, a in any::<u64>(), bit in 0..256_usize, at in any::<usize>()) {
            let leaves = Leaves::numbered(size);
            let top = root(&leaves, size).unwrap();
            let index = a % size;
            let leaf = leaves.0[usize::try_from(index).unwrap()];
            let mut proof = inclusion_proof(&leaves, index, size).unwrap();
            prop_assert!(verify_inclusion(&leaf, index, size, &proof, &top));
            prop_assert!(!verify_inclusion(&leaf, (index + 1) % size, size, &proof, &top));
            prop_assert!(!verify_inclusion(&leaf, index, size, &proof[1..], &top));
            let hash = at % proof.len();
            proof[hash][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!verify_inclusion(&leaf, index, size, &proof, &top));

            let old = 1 + a % (size - 1);
            let before = root(&leaves, old).unwrap();
            let mut proof = consistency_proof(&leaves, old, size).unwrap();
            prop_assert!(verify_consistency(old, size, &proof, &before, &top));
            prop_assert!(!verify_consistency(old, size, &proof, &top, &top));
            let hash = at % proof.len();
            proof[hash][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!verify_consistency(old, size, &proof, &before, &top));
        }
    }
}
