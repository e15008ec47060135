//! Event streams, tried as a receiver would: pushed and fetched, in order, nothing lost and nothing doubled, whatever the receiver does.

mod delivery;
mod poll;
pub mod receiver;
pub mod stage;
mod streams;

/// Makes each test twice: `name::sqlite` and `name::postgres`.
macro_rules! on_both_engines {
    ($($(#[$meta:meta])* async fn $name:ident($engine:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$meta])*
            async fn check($engine: crate::world::Engine) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                check(crate::world::Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                check(crate::world::Engine::Postgres).await;
            }
        }
    )+};
}
pub(crate) use on_both_engines;
