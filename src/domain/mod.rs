//! Pure values and rules: nothing here waits, reads a clock, draws a random number or knows that a database exists.

pub mod ids;
pub mod private;
pub mod theme;
pub mod time;
