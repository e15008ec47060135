//! Two databases behind one SQL text: rows in, domain values out, nothing decided here.

pub mod db;
pub mod types;
