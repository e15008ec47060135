//! The gate before the handlers: so many requests are worked on at once, so many wait for a moment, the others are told to come
//! again.
//!
//! A crowd that comes at once is let in one after the other. Where there have been more requests than places for longer than that
//! explains ([`CROWD`]), more come than can be done: from then on only a part of the places is given away, nobody waits longer
//! than [`MOMENT`], and whoever did so in vain is answered after [`LINGER`]. So the time of who is let in goes into work, not into
//! the queue (the idea is that of CoDel, RFC 8289), nor to those who ask again at once.

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
use tokio::time::sleep;
use tokio::time::timeout;

use crate::config::Limits;

/// For how long there may be more requests than places before it is more than a crowd.
const CROWD: Duration = Duration::from_secs(1);
/// For how long there must be no more requests than places before that time begins anew: whole bursts come and go together.
const CALM: Duration = Duration::from_millis(100);
/// Which part of the places is given away then: the fewer share the processors, the sooner each is done.
const PART: usize = 4;
/// How long each waits then at most.
const MOMENT: Duration = Duration::from_millis(3);
/// How much later the answer comes that there was no place: who asks again at once, whatever she is told, would take the time of
/// those who are let in.
const LINGER: Duration = Duration::from_millis(250);
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
    /// Those of them that came while more came than can be done.
    few: Arc<Semaphore>,
    demand: Mutex<Demand>,
    /// Requests that wait for something to happen, and work on nothing meanwhile.
    aside: Arc<Semaphore>,
    /// Requests inside or waiting, by network address.
    addresses: Mutex<HashMap<String, usize>>,
}

/// Requests worked on or waiting, for a slot or for their answer that there is none.
#[derive(Debug, Default)]
struct Demand {
    present: usize,
    /// Since when there were more than slots, but for less than [`CALM`].
    since: Option<Instant>,
    /// Since when there are no more than slots.
    calm: Option<Instant>,
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
    slot: Mutex<Option<Slot>>,
    _address: Counted,
}

/// The right to be worked on.
#[derive(Debug)]
struct Slot {
    _permit: OwnedSemaphorePermit,
    _few: Option<OwnedSemaphorePermit>,
    _present: Present,
}

/// One request of the demand.
#[derive(Debug)]
struct Present(Gate);

impl Present {
    /// Counts a request; whether more come than can be done.
    fn at(gate: &Gate) -> Result<(Self, bool), Shut> {
        let Inner { limits, crowd, .. } = &*gate.0;
        let mut demand = gate.demand();
        if demand.present >= limits.in_flight.saturating_add(limits.waiting) {
            return Err(Shut::Full);
        }
        demand.present += 1;
        if demand.calm.is_some_and(|calm| calm.elapsed() >= CALM) {
            demand.since = None;
        }
        if demand.present > limits.in_flight {
            demand.calm = None;
            demand.since.get_or_insert_with(Instant::now);
        }
        let overload = demand.since.is_some_and(|since| since.elapsed() >= *crowd);
        Ok((Self(gate.clone()), overload))
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let mut demand = self.0.demand();
        demand.present = demand.present.saturating_sub(1);
        if demand.since.is_some() && demand.present <= self.0.0.limits.in_flight {
            demand.calm.get_or_insert_with(Instant::now);
        }
    }
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
            few: Arc::new(Semaphore::new(limits.in_flight.div_ceil(PART))),
            demand: Mutex::default(),
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
        let (present, overload) = Present::at(self)?;
        let wait = self.0.limits.wait;
        let (patience, linger) = if overload { (wait.min(MOMENT), LINGER) } else { (wait, Duration::ZERO) };
        // Nobody closes the semaphores; were one closed, nothing would come in.
        let Ok(Some((permit, few))) = timeout(patience, self.permits(overload)).await else {
            sleep(linger).await;
            return Err(Shut::TooLong);
        };
        let slot = Mutex::new(Some(Slot { _permit: permit, _few: few, _present: present }));
        Ok(Place(Arc::new(Held { gate: self.clone(), slot, _address: address })))
    }

    async fn permits(&self, overload: bool) -> Option<(OwnedSemaphorePermit, Option<OwnedSemaphorePermit>)> {
        let few = match overload {
            true => Some(Arc::clone(&self.0.few).acquire_owned().await.ok()?),
            false => None,
        };
        Some((Arc::clone(&self.0.slots).acquire_owned().await.ok()?, few))
    }

    /// How many are worked on, and how many wait.
    pub fn load(&self) -> (usize, usize) {
        let worked_on = self.0.limits.in_flight.saturating_sub(self.0.slots.available_permits());
        (worked_on, self.demand().present.saturating_sub(worked_on))
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

    fn demand(&self) -> MutexGuard<'_, Demand> {
        self.0.demand.lock().unwrap_or_else(PoisonError::into_inner)
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
        drop(self.0.slot.lock().unwrap_or_else(PoisonError::into_inner).take());
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
    use futures_util::future::join_all;

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
        sleep(3 * MOMENT).await;
        assert_eq!(crowd.load(), (1, 2));
        drop(first);
        for one in two {
            drop(one.await.expect("ended").expect("came in"));
        }
        // More than slots for too long: who comes then waits a moment, and is told a little later.
        let overload = Gate::with(limits, Duration::ZERO);
        let first = overload.enter("a").await.expect("free");
        let begun = Instant::now();
        assert_eq!(come(&overload).await.expect("ended").err(), Some(Shut::TooLong));
        assert!(begun.elapsed() >= MOMENT + LINGER, "{:?}", begun.elapsed());
        assert_eq!(overload.load(), (1, 0));
        let next = come(&overload);
        tokio::task::yield_now().await;
        drop(first);
        drop(next.await.expect("ended").expect("its moment was long enough"));
        // When there were enough places for a while, patience begins anew.
        let calm = Gate::with(limits, Duration::from_millis(50));
        let first = calm.enter("a").await.expect("free");
        let patient = come(&calm);
        sleep(Duration::from_millis(60)).await;
        assert_eq!(come(&calm).await.expect("ended").err(), Some(Shut::TooLong));
        drop(first);
        let second = patient.await.expect("ended").expect("she keeps the patience she was given");
        sleep(CALM).await;
        let patient = come(&calm);
        sleep(3 * MOMENT).await;
        assert_eq!(calm.load(), (1, 1));
        drop(second);
        drop(patient.await.expect("ended").expect("came in"));
    }

    #[tokio::test]
    async fn only_a_part_of_the_places_is_given_away_while_more_come_than_can_be_done() {
        let gate = Gate::with(gate(8, 16, None).0.limits, Duration::ZERO);
        let before: Vec<Place> =
            join_all((0..8).map(|_| gate.enter("a"))).await.into_iter().flatten().collect();
        assert_eq!((before.len(), gate.load()), (8, (8, 0)), "every place, as long as they suffice");
        let many = join_all((0..9).map(|_| gate.enter("a")));
        let (came, ()) = tokio::join!(many, async {
            tokio::task::yield_now().await;
            drop(before);
        });
        let came: Vec<Place> = came.into_iter().flatten().collect();
        assert_eq!((came.len(), gate.load()), (2, (2, 0)), "the others were told to come again");
        sleep(CALM).await;
        let calm: Vec<Place> =
            join_all((0..6).map(|_| gate.enter("a"))).await.into_iter().flatten().collect();
        assert_eq!((calm.len(), gate.load()), (6, (8, 0)), "every place again");
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
