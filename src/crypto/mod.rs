//! Keys, signatures, encryption at rest, second factor, per-client aliases: everything secret passes through here.

pub mod cosignature;
pub mod dpop;
pub mod hash;
pub mod jose;
pub mod json;
pub mod jwe;
pub mod jwk;
pub mod keyed_hash;
pub mod keys;
pub mod lookup;
pub mod note;
pub mod pairwise;
pub mod passkey;
pub mod random;
pub mod sd_jwt;
pub mod seal;
pub mod second_factor;
pub mod status_list;
pub mod timestamp;
