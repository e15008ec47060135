//! Requests of organisations to be accepted: asked by anybody, followed by a secret link, decided by operators.

pub mod ask;
pub mod decide;
pub mod follow;
pub mod forget;
pub mod queue;

use std::time::Duration;

use crate::crypto::seal::DataKey;
use crate::domain::ids::DataKeyId;
use crate::domain::ids::OrganisationId;
use crate::domain::ids::OrganisationRequestId;
use crate::domain::message::Address;
use crate::domain::message::Message;
use crate::domain::message::MessageBody;
use crate::domain::message::RequestNews;
use crate::domain::organisation_request::RequestForm;
use crate::domain::organisation_request::RequestState;
use crate::domain::organisation_request::WrongRequestStep;
use crate::domain::private::Private;
use crate::domain::time::Instant;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::refusal::Refusal;
use crate::operations::work::Work;
use crate::storage::db::Tx;
use crate::storage::organisation_requests;
use crate::storage::organisation_requests::Change;
use crate::storage::organisation_requests::StoredRequest;
use crate::storage::organisations;

/// How long the link that confirms an address holds.
pub const CONFIRM_WITHIN: Duration = Duration::from_secs(7 * 86_400);

const FORM_LABEL: &str = "request.form";
const WORDS_LABEL: &str = "request.words";
const CODE_LABEL: &str = "request.code";
/// The label under which the address of whoever asks is hashed for look-up.
const CONTACT_LOOKUP: &str = "request.contact";
const NEWS_WORTH: Duration = Duration::from_secs(7 * 86_400);
/// The path of the follow-up page, without its code.
const FOLLOW_PATH: &str = "/structures/demande/";

impl From<WrongRequestStep> for Refusal {
    fn from(_: WrongRequestStep) -> Self {
        Self::Conflict("request-step")
    }
}

/// One request, opened.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its identifier.
    pub id: OrganisationRequestId,
    /// Where it is in its life now.
    pub state: RequestState,
    /// Grows with each change.
    pub version: i64,
    /// What was asked.
    pub form: RequestForm,
    /// What an operator wrote last.
    pub words: Option<String>,
    /// The organisation that came of it.
    pub organisation: Option<OrganisationId>,
    /// When the form was sent.
    pub created_at: Instant,
    /// Since when it is in this state.
    pub since: Instant,
    /// When it was confirmed.
    pub submitted_at: Option<Instant>,
}

/// A request with its key, inside a transaction.
struct Opened {
    request: Request,
    key: DataKey,
    data_key: DataKeyId,
    code: Private<String>,
}

async fn open(bench: &Bench, tx: &mut Tx, stored: StoredRequest) -> Result<Opened, Refusal> {
    let key = data_keys::require(bench, tx, stored.data_key).await?;
    let form: RequestForm = serde_json::from_slice(&key.open(FORM_LABEL, &stored.sealed)?)?;
    let text =
        |bytes: Vec<u8>| String::from_utf8(bytes).map_err(|_| Refusal::fault("sealed words are no text"));
    let words = match &stored.words {
        Some(sealed) => Some(text(key.open(WORDS_LABEL, sealed)?.to_vec())?),
        None => None,
    };
    let code = text(key.open(CODE_LABEL, &stored.sealed_code)?.to_vec())?;
    let late = bench.now() > stored.created_at.plus(CONFIRM_WITHIN);
    let state = match stored.state {
        RequestState::Unconfirmed if late => RequestState::Lapsed,
        state => state,
    };
    let request = Request {
        id: stored.id,
        state,
        version: stored.version,
        form,
        words,
        organisation: stored.organisation,
        created_at: stored.created_at,
        since: stored.since,
        submitted_at: stored.submitted_at,
    };
    Ok(Opened { request, key, data_key: stored.data_key, code: code.into() })
}

/// Whether this SIRET is an organisation's already, or stands in another request that waits.
async fn siret_taken(tx: &mut Tx, siret: &str, own: Option<OrganisationRequestId>) -> Result<bool, Refusal> {
    if organisations::by_siret(tx, siret).await?.is_some() {
        return Ok(true);
    }
    let open = organisation_requests::open_with_siret(tx, siret).await?;
    Ok(open.is_some_and(|id| Some(id) != own))
}

/// Writes a request after its step.
async fn save(work: &mut Work<'_>, opened: &Opened) -> Result<(), Refusal> {
    let bench = work.bench;
    let random = bench.random.as_ref();
    let request = &opened.request;
    let words = match &request.words {
        Some(words) => Some(opened.key.seal(WORDS_LABEL, words.as_bytes(), random)?),
        None => None,
    };
    let change = Change {
        state: request.state,
        siret: request.form.siret.as_str(),
        sealed: &opened.key.seal(FORM_LABEL, &serde_json::to_vec(&request.form)?, random)?,
        words: words.as_deref(),
        contact_hash: &contact_hash(bench, &request.form),
        organisation: request.organisation,
        since: request.since,
        submitted_at: request.submitted_at,
    };
    Ok(organisation_requests::save(&mut work.tx, request.id, &change).await?)
}

fn contact_hash(bench: &Bench, form: &RequestForm) -> [u8; 32] {
    bench.lookup.hash(CONTACT_LOOKUP, form.contact.professional.email.show())
}

fn link(bench: &Bench, code: &Private<String>) -> Private<String> {
    bench.config.server.public_url.join(&format!("{FOLLOW_PATH}{}", code.show())).into()
}

/// Tells whoever asked what became of the request, with the link that follows it.
async fn tell(work: &mut Work<'_>, opened: &Opened, news: RequestNews) -> Result<(), Refusal> {
    let body = MessageBody::OrganisationRequestNews {
        organisation: opened.request.form.name.clone(),
        link: link(work.bench, &opened.code),
        news,
        words: opened.request.words.clone().map(Private::new),
    };
    let message = to_contact(&opened.request.form, body);
    work.send(&message, NEWS_WORTH).await
}

fn to_contact(form: &RequestForm, body: MessageBody) -> Message {
    let contact = &form.contact.professional;
    Message {
        to: Address::Email(contact.email.clone()),
        name: contact.full_name().into(),
        language: form.language,
        body,
    }
}
