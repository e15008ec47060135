//! The gate before the handlers: so many requests are worked on at once, so many wait for a moment, the others are told at once
//! to come again.
//!
//! A crowd that comes at once is let in one after the other. Where requests have been waiting without a break for longer than
//! that explains ([`CROWD`]), more come than can be done: from then on nobody waits longer than [`MOMENT`], so that the time of
//! who is let in goes into work and not into the queue (the idea is that of CoDel, RFC 8289).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::time::Duration;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio::time::timeout;

use crate::config::Limits;

/// For how long requests may wait one after the other before it is more than a crowd.
const CROWD: Duration = Duration::from_secs(1);
/// How long each waits then at most.
const MOMENT: Duration = Duration::from_millis(10);
/// How many stand aside at most, for each that is worked on: they take memory and now and then a look at the database, no more.
const ASIDE: usize = 4;

/// The gate of one kind of reader; every clone is the same gate.
#[derive(Clone, Debug)]
pub struct Gate(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    limits: Limits,
    /// [`CROWD`].
    crowd: Duration,
    /// Requests worked on.
    slots: Arc<Semaphore>,
    /// Requests that wait for a slot.
    queue: Mutex<Queue>,
    /// Requests that wait for something to happen, and work on nothing meanwhile.
    aside: Arc<Semaphore>,
    /// Requests inside or waiting, by network address.
    addresses: Mutex<HashMap<String, usize>>,
}

#[derive(Debug, Default)]
struct Queue {
    waiting: usize,
    /// Since when there was always one.
    since: Option<Instant>,
}

/// One that waits for a slot.
struct Queued<'g>(&'g Gate);

impl<'g> Queued<'g> {
    /// Joins the queue; with how long to wait in it.
    fn join(gate: &'g Gate) -> Result<(Self, Duration), Shut> {
        let limits = &gate.0.limits;
        let mut queue = gate.queue();
        if queue.waiting >= limits.waiting {
            return Err(Shut::Full);
        }
        queue.waiting += 1;
        let overload = queue.since.is_some_and(|since| since.elapsed() >= gate.0.crowd);
        queue.since.get_or_insert_with(Instant::now);
        Ok((Self(gate), if overload { limits.wait.min(MOMENT) } else { limits.wait }))
    }
}

impl Drop for Queued<'_> {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.waiting = queue.waiting.saturating_sub(1);
        if queue.waiting == 0 {
            queue.since = None;
        }
    }
}

/// Why a request does not come in now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// As many wait as may.
    Full,
    /// Its turn did not come in time.
    TooLong,
    /// Its address has as many inside as one address may.
    Address,
}

/// A request that came in; its place is free again when this is dropped. Handlers find it among the request's extensions.
#[derive(Clone, Debug)]
pub struct Place(Arc<Held>);

#[derive(Debug)]
struct Held {
    gate: Gate,
    permit: Mutex<Option<OwnedSemaphorePermit>>,
    _address: Counted,
}

/// One request of an address.
#[derive(Debug)]
struct Counted {
    gate: Gate,
    address: String,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut addresses = self.gate.addresses();
        if let Some(count) = addresses.get_mut(&self.address) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                addresses.remove(&self.address);
            }
        }
    }
}

impl Gate {
    /// A gate of these widths.
    pub fn new(limits: Limits) -> Self {
        Self::with(limits, CROWD)
    }

    fn with(limits: Limits, crowd: Duration) -> Self {
        Self(Arc::new(Inner {
            limits,
            crowd,
            slots: Arc::new(Semaphore::new(limits.in_flight)),
            queue: Mutex::default(),
            aside: Arc::new(Semaphore::new(ASIDE * limits.in_flight)),
            addresses: Mutex::new(HashMap::new()),
        }))
    }

    /// Lets a request of this network address in, after a wait where it must be.
    ///
    /// # Errors
    /// [`Shut`], at once or after the longest wait.
    pub async fn enter(&self, address: &str) -> Result<Place, Shut> {
        let address = self.count(address)?;
        let slots = Arc::clone(&self.0.slots);
        let permit = match Arc::clone(&slots).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let (_queued, patience) = Queued::join(self)?;
                match timeout(patience, slots.acquire_owned()).await {
                    Ok(Ok(permit)) => permit,
                    // Nobody closes the semaphore; were it closed, nothing would come in.
                    Ok(Err(_)) | Err(_) => return Err(Shut::TooLong),
                }
            }
        };
        let held = Held { gate: self.clone(), permit: Mutex::new(Some(permit)), _address: address };
        Ok(Place(Arc::new(held)))
    }

    /// How many are worked on, and how many wait.
    pub fn load(&self) -> (usize, usize) {
        let worked_on = self.0.limits.in_flight.saturating_sub(self.0.slots.available_permits());
        (worked_on, self.queue().waiting)
    }

    fn count(&self, address: &str) -> Result<Counted, Shut> {
        let mut addresses = self.addresses();
        let count = addresses.entry(address.to_owned()).or_default();
        if self.0.limits.per_address.is_some_and(|most| *count >= most) {
            return Err(Shut::Address);
        }
        *count += 1;
        Ok(Counted { gate: self.clone(), address: address.to_owned() })
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn addresses(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Steps aside: gives its slot to another request while it waits for something to happen. `None` where as many stand aside
    /// as may; it keeps its slot then, and should not wait.
    pub fn step_aside(&self) -> Option<OwnedSemaphorePermit> {
        let aside = Arc::clone(&self.0.gate.0.aside).try_acquire_owned().ok()?;
        drop(self.0.permit.lock().unwrap_or_else(PoisonError::into_inner).take());
        Some(aside)
    }
}

/// For handlers that wait for somebody else's answer: their slot is for others meanwhile.
pub async fn aside(request: Request, next: Next) -> Response {
    let _aside = request.extensions().get::<Place>().and_then(Place::step_aside);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(in_flight: usize, waiting: usize, per_address: Option<usize>) -> Gate {
        let moment = Duration::from_millis(100);
        Gate::new(Limits {
            in_flight,
            waiting,
            wait: moment,
            per_address,
            connections: 16,
            header_timeout: moment,
            body_timeout: moment,
            write_timeout: moment,
            idle_timeout: moment,
        })
    }

    #[tokio::test]
    async fn so_many_come_in_so_many_wait_and_the_others_are_told_at_once() {
        let gate = gate(2, 1, None);
        let first = gate.enter("a").await.expect("free");
        let _second = gate.enter("b").await.expect("free");
        let waiting = tokio::spawn({
            let gate = gate.clone();
            async move { gate.enter("c").await.map(drop) }
        });
        tokio::task::yield_now().await;
        assert_eq!(gate.load(), (2, 1));
        assert_eq!(gate.enter("d").await.err(), Some(Shut::Full));
        drop(first);
        assert_eq!(waiting.await.expect("ended"), Ok(()));
        let _third = gate.enter("a").await.expect("free again");
        let begun = Instant::now();
        assert_eq!(gate.enter("d").await.err(), Some(Shut::TooLong));
        assert!(begun.elapsed() >= Duration::from_millis(100), "{:?}", begun.elapsed());
        assert_eq!(gate.load(), (2, 0));
    }

    #[tokio::test]
    async fn a_crowd_waits_and_more_than_can_be_done_does_not() {
        let limits = Limits { wait: Duration::from_secs(3_600), ..gate(1, 8, None).0.limits };
        let come = |gate: &Gate| {
            let gate = gate.clone();
            tokio::spawn(async move { gate.enter("a").await })
        };
        // However long the crowd lasts, each waits as long as it must.
        let crowd = Gate::with(limits, Duration::MAX);
        let first = crowd.enter("a").await.expect("free");
        let two = [come(&crowd), come(&crowd)];
        tokio::time::sleep(3 * MOMENT).await;
        assert_eq!(crowd.load(), (1, 2));
        drop(first);
        for one in two {
            drop(one.await.expect("ended").expect("came in"));
        }
        // Somebody always waits: who comes then is told soon. Whoever was first in the queue keeps the patience she was given.
        let overload = Gate::with(limits, Duration::ZERO);
        let first = overload.enter("a").await.expect("free");
        let patient = come(&overload);
        tokio::task::yield_now().await;
        assert_eq!(come(&overload).await.expect("ended").err(), Some(Shut::TooLong));
        assert_eq!(overload.load(), (1, 1));
        drop(first);
        let second = patient.await.expect("ended").expect("came in");
        // Nobody waits any more: patience begins anew.
        let patient = come(&overload);
        tokio::time::sleep(3 * MOMENT).await;
        assert_eq!(overload.load(), (1, 1));
        drop(second);
        drop(patient.await.expect("ended").expect("came in"));
    }

    #[tokio::test]
    async fn one_address_does_not_take_every_place() {
        let gate = gate(4, 0, Some(2));
        let held = [gate.enter("a").await.expect("free"), gate.enter("a").await.expect("free")];
        assert_eq!(gate.enter("a").await.err(), Some(Shut::Address));
        let _other = gate.enter("b").await.expect("another address");
        drop(held);
        let _again = gate.enter("a").await.expect("free again");
        assert_eq!(gate.addresses().len(), 2, "who left is forgotten");
    }

    #[tokio::test]
    async fn who_waits_for_something_leaves_the_slot_to_others() {
        let gate = gate(1, 0, None);
        let mut aside = Vec::new();
        for _ in 0..ASIDE {
            let poll = gate.enter("a").await.expect("the slot that the one before left");
            assert_eq!(gate.enter("b").await.err(), Some(Shut::Full));
            let room = poll.step_aside().expect("room");
            aside.push((poll, room));
        }
        let last = gate.enter("b").await.expect("free");
        assert!(last.step_aside().is_none(), "as many wait as may");
        assert_eq!(gate.enter("c").await.err(), Some(Shut::Full));
        drop(aside);
        assert!(last.step_aside().is_some());
    }
}
