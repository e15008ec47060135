//! The session of an act ends at its client: by logout there, or because the client gave its token back.

use crate::domain::client::Client;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::ledger::kinds::Event;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::live_token::act_of_id_token;
use crate::operations::live_token::login_of_id_token;
use crate::operations::refresh_software_login::end_login;
use crate::operations::refusal::Refusal;
use crate::operations::work::Line;
use crate::operations::work::Work;
use crate::operations::work::client_actor;
use crate::storage::acts;
use crate::storage::clients;
use crate::storage::mandates;
use crate::storage::tokens;

/// Ends the act, or the aidant's login at her software, that `id_token_hint` speaks of (OIDC RP-Initiated Logout section 2); gives the client it was made for, `None`
/// when the hint is no ID token of ours. The aidant's session goes on.
///
/// # Errors
/// As the database says.
pub async fn end_act(
    bench: &Bench,
    id_token_hint: &str,
    named: Option<&str>,
    reference: Option<&str>,
) -> Result<Option<Client>, Refusal> {
    let another = |client: &Client| named.is_some_and(|named| named != client.id.as_str());
    let Some((act, client)) = act_of_id_token(bench, id_token_hint).await? else {
        let found = login_of_id_token(bench, id_token_hint).await?;
        let Some((login, client)) = found.filter(|(_, client)| !another(client)) else { return Ok(None) };
        end_login(Work::begin(bench, reference).await?, &client, &login, "logout").await?;
        return Ok(Some(client));
    };
    if another(&client) {
        return Ok(None);
    }
    end_in(Work::begin(bench, reference).await?, &client, act.id, "logout").await?;
    Ok(Some(client))
}

/// The client of a logout request without a hint; nothing is ended.
///
/// # Errors
/// As the database says.
pub async fn known_client(bench: &Bench, id: &ClientId) -> Result<Option<Client>, Refusal> {
    Ok(clients::find(&mut bench.db.look().await?, id).await?)
}

/// Ends the act and its access token, with the entry; an act that was over stays as it is.
pub(super) async fn end_in(mut work: Work<'_>, client: &Client, id: ActId, by: &str) -> Result<(), Refusal> {
    let Some(stored) = acts::find(&mut work.tx, id).await? else { return Ok(()) };
    let Some(opened) = stored.act.opened().cloned() else { return Ok(()) };
    let target = clients::find(&mut work.tx, &stored.act.client).await?.ok_or(Refusal::NotFound)?;
    mandates::take(&mut work.tx, opened.mandate).await?;
    if !acts::end(&mut work.tx, id).await? {
        return Ok(());
    }
    let now = work.now;
    tokens::end_access_of_act(&mut work.tx, id, now).await?;
    let person = actors::person(work.bench, &mut work.tx, opened.person).await?;
    let line = Line::new(Event::ActEnded { by: by.to_owned() }, client_actor(client), person.data_key)
        .person(opened.person)
        .mandate(opened.mandate)
        .act(id)
        .theme(opened.theme)
        .client(&target);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await
}
