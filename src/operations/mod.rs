//! One file per verb: each is one transaction of decision, change, entry and messages to send.

pub mod actors;
pub mod bench;
pub mod block;
pub mod check_access_token;
pub mod contest_line;
pub mod current;
pub mod data_keys;
pub mod lines;
pub mod log_in_person;
pub mod overview;
pub mod read_journal;
pub mod read_timeline;
pub mod read_trail;
pub mod refusal;
pub mod report_receipt;
pub mod work;
