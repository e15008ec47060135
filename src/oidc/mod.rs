//! OpenID Connect: Procura as provider, and as relying party of identity providers.

pub mod provider;
pub mod relying_party;
