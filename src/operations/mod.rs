//! One file per verb: each is one transaction of decision, change, entry and messages to send.

pub mod actors;
pub mod bench;
pub mod current;
pub mod data_keys;
pub mod deliver;
pub mod integrate;
pub mod keys;
pub mod ledger_origin;
pub mod prove;
pub mod purge;
pub mod read_ledger;
pub mod refusal;
pub mod rotate_keys;
pub mod work;
