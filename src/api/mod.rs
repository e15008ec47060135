//! JSON for systems, and the public paths of the ledger.

pub mod ledger;
pub mod ssf;
pub mod v1;
