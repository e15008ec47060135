//! Mail and SMS: what a message says, as text, as HTML and as a line or two, and the relay or gateway it leaves by.

pub mod letter;
pub mod mailer;
pub mod post;
pub mod short;
pub mod sms;
mod words;
