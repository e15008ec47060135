//! Anybody asks for an organisation: nothing counts before the mailed link was opened, and one place cannot ask without end.

use crate::crypto::hash::TokenHash;
use crate::crypto::random::random_token;
use crate::domain::ids::OrganisationRequestId;
use crate::domain::message::MessageBody;
use crate::domain::organisation_request::RequestForm;
use crate::domain::private::Private;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::organisation_requests::CODE_LABEL;
use crate::operations::organisation_requests::CONFIRM_WITHIN;
use crate::operations::organisation_requests::FORM_LABEL;
use crate::operations::organisation_requests::contact_hash;
use crate::operations::organisation_requests::link;
use crate::operations::organisation_requests::siret_taken;
use crate::operations::organisation_requests::to_contact;
use crate::operations::refusal::Refusal;
use crate::operations::throttle;
use crate::operations::throttle::Subject;
use crate::operations::work::Housekeeping;
use crate::operations::work::Work;
use crate::storage::organisation_requests;
use crate::storage::organisation_requests::NewRequest;

/// 192 bits.
const CODE_BYTES: usize = 24;

/// What became of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Asked {
    /// The link is on its way.
    Sent,
    /// The SIRET is an organisation's already, or waits in another request; nothing was kept.
    SiretTaken,
}

/// Keeps a checked form and mails the link that confirms it. Each form counts for the network it came from and for the
/// address it would write to.
///
/// # Errors
/// [`Refusal::Throttled`] after too many forms.
pub async fn ask(
    bench: &Bench,
    form: &RequestForm,
    network: &str,
    request: Option<&str>,
) -> Result<Asked, Refusal> {
    let mut work = Work::begin(bench, request).await?;
    let email = form.contact.professional.email.show();
    let from = throttle::take(bench, &mut work.tx, Subject::Requests(network)).await?;
    let to = throttle::take(bench, &mut work.tx, Subject::RequestMails(email)).await?;
    if from.blocked() || to.blocked() {
        return Err(Refusal::Throttled);
    }
    from.failed(bench, &mut work.tx).await?;
    to.failed(bench, &mut work.tx).await?;
    if siret_taken(&mut work.tx, form.siret.as_str(), None).await? {
        work.commit_without_entry(Housekeeping::Throttle).await?;
        return Ok(Asked::SiretTaken);
    }
    let random = bench.random.as_ref();
    let (data_key, key) = data_keys::create(bench, &mut work.tx).await?;
    let code: Private<String> = random_token(random, CODE_BYTES).into();
    let hash = TokenHash::of(code.show());
    let contact_hash = contact_hash(bench, form);
    let new = NewRequest {
        id: OrganisationRequestId::fresh(work.now, random),
        siret: form.siret.as_str(),
        sealed: &key.seal(FORM_LABEL, &serde_json::to_vec(form)?, random)?,
        code_hash: hash.as_bytes(),
        sealed_code: &key.seal(CODE_LABEL, code.show().as_bytes(), random)?,
        contact_hash: &contact_hash,
        data_key,
        at: work.now,
    };
    organisation_requests::insert(&mut work.tx, &new).await?;
    let body = MessageBody::OrganisationRequestConfirm {
        organisation: form.name.clone(),
        link: link(bench, &code),
        expires_at: work.now.plus(CONFIRM_WITHIN),
    };
    let message = to_contact(form, body);
    work.send(&message, CONFIRM_WITHIN).await?;
    work.commit_without_entry(Housekeeping::OrganisationRequest).await?;
    Ok(Asked::Sent)
}
