//! Pure values and rules: nothing here waits, reads a clock, draws a random number or knows that a database exists.

pub mod account;
pub mod act;
pub mod asking;
pub mod case;
pub mod client;
pub mod contact;
pub mod court_order;
pub mod decision;
pub mod departement;
pub mod factor;
pub mod habilitation;
pub mod ids;
pub mod import;
pub mod mandate;
pub mod mandate_text;
pub mod message;
pub mod names;
pub mod organisation;
pub mod organisation_profile;
pub mod organisation_request;
pub mod person;
pub mod place;
pub mod printed;
pub mod private;
pub mod reading;
pub mod receipt;
pub mod redirect;
pub mod sign;
pub mod signal;
pub mod software;
pub mod statistics;
pub mod status;
pub mod theme;
pub mod time;
pub mod witness;

/// Writes an enum with a stable text for each variant, used in the database, in forms and in JSON.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident => $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),+ }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable text.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// Reads the stable text; `None` if no variant has it.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use text_enum;
