//! Mail: what a message says, as text and as HTML, and the relay it leaves by.

pub mod letter;
pub mod mailer;
mod words;
