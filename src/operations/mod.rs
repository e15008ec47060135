//! One file per verb: each is one transaction of decision, change, entry and messages to send.

pub mod actors;
pub mod bench;
pub mod current;
pub mod data_keys;
pub mod refusal;
pub mod work;
