//! Every word a user reads: sentences by key and language, dates, numbers and the titles of themes.

pub mod catalogue;
pub mod dates;
pub mod explanations;
pub mod html;
pub mod language;
pub mod sentences;
pub mod themes;

pub use catalogue::Arg;
pub use catalogue::Text;
pub use catalogue::Value;
pub use explanations::Tongue;
pub use html::Html;
pub use language::Language;
pub use themes::themes;
