//! Leaves in the order of the tree, read in the order in which they were written: nearly the same, and twice as quick as looking
//! up each.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::ids::EntryId;
use crate::storage::db::DbError;
use crate::storage::db::Tx;
use crate::storage::ledger_audit;
use crate::storage::ledger_audit::LeafRow;

/// How many pages are read ahead at most of the place one has come to: entries of a clock that ran ahead come early.
const AHEAD: usize = 8;

/// The leaves of a ledger, a page at a time.
pub struct Leaves {
    page: u16,
    next: i64,
    window: Window,
}

impl Leaves {
    /// From the first leaf on.
    pub fn new(page: u16) -> Self {
        Self { page, next: 0, window: Window::new(usize::from(page)) }
    }

    /// The next page, each leaf with its index; empty behind the last. A place whose entry is gone has no leaf.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn next(&mut self, tx: &mut Tx) -> Result<Vec<(i64, LeafRow)>, DbError> {
        loop {
            let places = ledger_audit::places(tx, self.next, i64::from(self.page)).await?;
            let Some(last) = places.last() else { return Ok(Vec::new()) };
            self.next = last.idx.saturating_add(1);
            self.window.forget(places.iter().map(|place| place.entry).min());
            let mut page = Vec::with_capacity(places.len());
            for place in places {
                if let Some(leaf) = self.leaf(tx, place.entry).await? {
                    page.push((place.idx, leaf));
                }
            }
            if !page.is_empty() {
                return Ok(page);
            }
        }
    }

    async fn leaf(&mut self, tx: &mut Tx, entry: EntryId) -> Result<Option<LeafRow>, DbError> {
        loop {
            match self.window.take(entry) {
                Taken::Leaf(leaf) => return Ok(Some(leaf)),
                Taken::Outside => return ledger_audit::leaf(tx, entry).await,
                Taken::Later => {
                    let rows = ledger_audit::leaves(tx, self.window.read_to, i64::from(self.page)).await?;
                    self.window.add(rows);
                }
            }
        }
    }
}

/// Leaves that were read and whose place did not come yet.
struct Window {
    /// How many are read at once.
    page: usize,
    leaves: BTreeMap<EntryId, LeafRow>,
    /// Everything up to this entry was read.
    read_to: EntryId,
    /// There are no more.
    over: bool,
}

enum Taken {
    /// It is this one.
    Leaf(LeafRow),
    /// One must read on to know.
    Later,
    /// It is not, or no longer, among those read in their order.
    Outside,
}

impl Window {
    const fn new(page: usize) -> Self {
        Self { page, leaves: BTreeMap::new(), read_to: EntryId::from_uuid(Uuid::nil()), over: false }
    }

    fn take(&mut self, entry: EntryId) -> Taken {
        match self.leaves.remove(&entry) {
            Some(leaf) => Taken::Leaf(leaf),
            None if entry <= self.read_to || self.over || self.leaves.len() >= AHEAD * self.page => {
                Taken::Outside
            }
            None => Taken::Later,
        }
    }

    /// Takes a page of leaves behind [`Window::read_to`] in.
    fn add(&mut self, rows: Vec<LeafRow>) {
        self.over = rows.len() < self.page;
        if let Some(last) = rows.last() {
            self.read_to = last.id;
        }
        self.leaves.extend(rows.into_iter().map(|row| (row.id, row)));
    }

    /// Lets those before `first` go: whoever asks for one of them still has it looked up.
    fn forget(&mut self, first: Option<EntryId>) {
        if let Some(first) = first {
            self.leaves = self.leaves.split_off(&first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> EntryId {
        EntryId::from_uuid(Uuid::from_u128(number))
    }

    fn rows(numbers: impl Iterator<Item = u128>) -> Vec<LeafRow> {
        numbers.map(|number| LeafRow::sample(id(number))).collect()
    }

    fn is_leaf(taken: &Taken, number: u128) -> bool {
        matches!(taken, Taken::Leaf(leaf) if leaf.id == id(number))
    }

    #[test]
    fn leaves_are_given_once_in_any_order_of_a_few() {
        let mut window = Window::new(4);
        assert!(matches!(window.take(id(2)), Taken::Later));
        window.add(rows(1..=4));
        for number in [2, 1, 4] {
            assert!(is_leaf(&window.take(id(number)), number), "{number}");
        }
        assert!(matches!(window.take(id(2)), Taken::Outside), "it was given");
        assert!(matches!(window.take(id(6)), Taken::Later));
        window.add(rows(5..=6));
        assert!(is_leaf(&window.take(id(6)), 6));
        assert!(is_leaf(&window.take(id(3)), 3), "it came late");
        assert!(matches!(window.take(id(9)), Taken::Outside), "there are no more");
    }

    #[test]
    fn what_has_no_place_is_forgotten_and_a_far_one_does_not_fill_the_memory() {
        let mut window = Window::new(2);
        window.add(rows(1..=2));
        window.forget(Some(id(2)));
        assert!(matches!(window.take(id(1)), Taken::Outside), "looked up alone");
        let mut read = 1;
        while matches!(window.take(id(1_000)), Taken::Later) {
            window.add(rows(2 * read + 1..=2 * read + 2));
            read += 1;
        }
        assert!(window.leaves.len() <= (AHEAD + 1) * 2, "{}", window.leaves.len());
        assert!(is_leaf(&window.take(id(5)), 5), "the others are still there");
    }
}
