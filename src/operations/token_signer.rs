//! What a client's own tokens are signed with: one of our keys, or its secret where a broker is registered with HS256.

use std::sync::Arc;

use serde::Serialize;
use zeroize::Zeroizing;

use crate::crypto::jose;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;
use crate::domain::client::Client;
use crate::domain::client::TokenAlgorithm;
use crate::operations::bench::Bench;
use crate::operations::identity_broker;
use crate::operations::keys;
use crate::operations::refusal::Refusal;

/// Signs what one client receives.
pub(super) enum TokenSigner {
    /// With one of our keys.
    Key(Arc<SigningKey>),
    /// With the client's secret.
    Secret(Zeroizing<Vec<u8>>),
}

impl TokenSigner {
    /// The signer for an algorithm this client registered, by its JOSE name.
    ///
    /// # Errors
    /// A fault for an unknown name, or HS256 without a broker's secret; as the database says.
    pub(super) async fn of(bench: &Bench, client: &Client, registered: &str) -> Result<Self, Refusal> {
        let key = |algorithm| async move { keys::signing_key(bench, algorithm).await.map(Self::Key) };
        match TokenAlgorithm::parse(registered) {
            Some(TokenAlgorithm::Es256) => key(Algorithm::Es256).await,
            Some(TokenAlgorithm::Rs256) => key(Algorithm::Rs256).await,
            Some(TokenAlgorithm::EdDsa) => key(Algorithm::EdDsa).await,
            Some(TokenAlgorithm::Hs256) => {
                let mut tx = bench.db.read().await?;
                let secret = identity_broker::secret(bench, &mut tx, client).await?;
                secret.map(Self::Secret).ok_or_else(|| Refusal::fault("HS256 without a kept secret"))
            }
            None => Err(Refusal::fault("a registered algorithm is unknown")),
        }
    }

    /// A compact JWS of these claims.
    ///
    /// # Errors
    /// A fault when the library fails.
    pub(super) fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, Refusal> {
        let signed = match self {
            Self::Key(key) => jose::sign(key, Some(typ), claims),
            Self::Secret(secret) => jose::sign_hs256(secret, Some(typ), claims),
        };
        signed.map_err(|error| Refusal::Fault(error.into()))
    }
}
