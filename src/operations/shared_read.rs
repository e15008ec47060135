//! One read for all who ask for the same thing at once.
//!
//! Nobody is given what was read before they asked: who comes while a read is under way is answered by the next one. What is
//! answered is therefore never older than with a read for each, and nothing is remembered.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::mem;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use tokio::sync::oneshot;

type Asked<V> = Vec<oneshot::Sender<V>>;

/// Reads under way by key, each with those who wait for the one after it.
pub struct SharedReads<K, V>(Mutex<HashMap<K, Asked<V>>>);

impl<K, V> Default for SharedReads<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K, V> fmt::Debug for SharedReads<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedReads")
    }
}

impl<K, V> SharedReads<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + 'static,
{
    /// What a `read` that began after this call gave; `None` when it was broken off.
    pub async fn ask<R, F>(self: &Arc<Self>, key: K, read: R) -> Option<V>
    where
        R: Fn() -> F + Send + 'static,
        F: Future<Output = V> + Send,
    {
        let (sender, told) = oneshot::channel();
        let first = {
            let mut under_way = self.under_way();
            if let Some(next) = under_way.get_mut(&key) {
                next.push(sender);
                None
            } else {
                under_way.insert(key.clone(), Vec::new());
                Some(sender)
            }
        };
        if let Some(sender) = first {
            // Whoever asked first may go away; the others are answered all the same.
            let mut turn = Turn { reads: Arc::clone(self), key, over: false };
            tokio::spawn(async move {
                let mut asked = vec![sender];
                while !asked.is_empty() {
                    let found = read().await;
                    for one in asked {
                        // Who has gone away does not want to know.
                        drop(one.send(found.clone()));
                    }
                    asked = turn.next();
                }
            });
        }
        told.await.ok()
    }
}

impl<K, V> SharedReads<K, V> {
    fn under_way(&self) -> MutexGuard<'_, HashMap<K, Asked<V>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that reads for one key; however it ends, the next who asks begins another.
struct Turn<K: Eq + Hash, V> {
    reads: Arc<SharedReads<K, V>>,
    key: K,
    over: bool,
}

impl<K: Eq + Hash, V> Turn<K, V> {
    /// Those who asked since the read began; with nobody there, this key's turn is over.
    fn next(&mut self) -> Asked<V> {
        let mut under_way = self.reads.under_way();
        let asked = under_way.get_mut(&self.key).map(mem::take).unwrap_or_default();
        if asked.is_empty() {
            under_way.remove(&self.key);
            self.over = true;
        }
        asked
    }
}

impl<K: Eq + Hash, V> Drop for Turn<K, V> {
    fn drop(&mut self) {
        if !self.over {
            self.reads.under_way().remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;
    use std::sync::atomic::Ordering;

    use tokio::sync::Semaphore;
    use tokio::task::JoinHandle;

    use super::*;

    struct Source {
        /// How many reads may end.
        gate: Semaphore,
        begun: AtomicU32,
    }

    impl Source {
        fn new() -> Arc<Self> {
            Arc::new(Self { gate: Semaphore::new(0), begun: AtomicU32::new(0) })
        }

        /// The number of the read.
        async fn read(self: Arc<Self>) -> u32 {
            let number = self.begun.fetch_add(1, Ordering::SeqCst);
            self.gate.acquire().await.expect("open").forget();
            number
        }

        fn begun(&self) -> u32 {
            self.begun.load(Ordering::SeqCst)
        }
    }

    /// Somebody asks.
    fn asked(reads: &Arc<SharedReads<&'static str, u32>>, source: &Arc<Source>) -> JoinHandle<Option<u32>> {
        let (reads, source) = (Arc::clone(reads), Arc::clone(source));
        tokio::spawn(async move { reads.ask("a", move || Arc::clone(&source).read()).await })
    }

    async fn settle() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn who_comes_during_a_read_is_answered_by_the_next_one() {
        let (reads, source) = (Arc::new(SharedReads::default()), Source::new());
        let ask = || asked(&reads, &source);
        let first = ask();
        settle().await;
        assert_eq!(source.begun(), 1);
        let later: Vec<_> = (0..5).map(|_| ask()).collect();
        settle().await;
        assert_eq!(source.begun(), 1, "they wait");
        source.gate.add_permits(1);
        assert_eq!(first.await.expect("a task"), Some(0));
        settle().await;
        assert_eq!(source.begun(), 2, "one read for all of them");
        source.gate.add_permits(1);
        for one in later {
            assert_eq!(one.await.expect("a task"), Some(1));
        }
        source.gate.add_permits(1);
        assert_eq!(ask().await.expect("a task"), Some(2), "nothing is remembered");
        assert!(reads.under_way().is_empty());
    }

    #[tokio::test]
    async fn whoever_goes_away_leaves_the_others_their_answer() {
        let (reads, source) = (Arc::new(SharedReads::default()), Source::new());
        let ask = || asked(&reads, &source);
        let gone = ask();
        settle().await;
        let other = ask();
        settle().await;
        gone.abort();
        source.gate.add_permits(2);
        assert_eq!(other.await.expect("a task"), Some(1));
    }

    #[tokio::test]
    async fn a_read_that_breaks_off_leaves_nobody_waiting() {
        let reads: Arc<SharedReads<&str, u32>> = Arc::new(SharedReads::default());
        assert_eq!(reads.ask("a", || async { panic!("as a fault would") }).await, None);
        settle().await;
        assert_eq!(reads.ask("a", || async { 7 }).await, Some(7));
    }
}
