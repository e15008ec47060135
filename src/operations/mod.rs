//! One file per verb: each is one transaction of decision, change, entry and messages to send.

pub mod actors;
pub mod begin_login;
pub mod bench;
pub mod check_second_factor;
pub mod current;
pub mod data_keys;
pub mod enrol;
pub mod finish_login;
pub mod install;
mod login_entries;
pub mod refusal;
pub mod suspend;
pub mod switch_organisation;
pub mod throttle;
pub mod work;
