//! A client gives an access token back before its end (RFC 7009); with it ends the act's session there.

use crate::domain::client::Client;
use crate::ledger::kinds::Event;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::end_act::end_in;
use crate::operations::keys;
use crate::operations::live_token::own_token;
use crate::operations::refresh_software_login::revoke_refresh_token;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::client_actor;
use crate::storage::tokens;
use crate::storage::tokens::TokenKind;

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revocation {
    /// It is ended, or was never this client's: the client is not told which (RFC 7009 section 2.2).
    Done,
    /// A signed mandate is ended by ending the mandate, never by a client: `unsupported_token_type`.
    Unsupported,
}

/// Ends a token of this client.
///
/// # Errors
/// As the database says.
pub async fn revoke_token(
    bench: &Bench,
    client: &Client,
    token: &str,
    reference: Option<&str>,
) -> Result<Revocation, Refusal> {
    let jwks = keys::jwks(bench).await?;
    let mut work = Work::begin(bench, reference).await?;
    let Some(own) = own_token(&mut work.tx, &jwks, token).await? else {
        drop(work);
        revoke_refresh_token(bench, client, token, reference).await?;
        return Ok(Revocation::Done);
    };
    if own.row.client != client.id {
        return Ok(Revocation::Done);
    }
    let now = work.now;
    match (own.row.kind, own.row.act) {
        (TokenKind::Mandate, _) => return Ok(Revocation::Unsupported),
        (_, Some(act)) => end_in(work, client, act, "revocation").await?,
        (_, None) => {
            if tokens::end(&mut work.tx, &own.row.jti, now).await? {
                let key = data_keys::system(bench);
                let by = "revocation".to_owned();
                let event = match own.row.kind {
                    TokenKind::Aidant => Event::AidantTokenEnded { by },
                    TokenKind::Client => Event::ClientTokenEnded { by },
                    TokenKind::Access | TokenKind::Mandate => Event::ActEnded { by },
                };
                let line = Line::new(event, client_actor(client), key).client(client);
                let (recorded, _) = work.record(line).await?;
                recorded.commit().await?;
            }
        }
    }
    Ok(Revocation::Done)
}
