//! One file per verb: each is one transaction of decision, change, entry and messages to send.

pub mod abandon_draft;
pub mod actors;
pub mod aidant_mandates;
pub mod attestation;
pub mod bench;
pub mod consent_link;
pub mod data_keys;
pub mod decide_mandate;
pub mod draw_up_mandate;
pub mod expire_mandates;
pub mod identify_person;
pub mod mandate_words;
pub mod refusal;
pub mod revoke_mandate;
pub mod work;
