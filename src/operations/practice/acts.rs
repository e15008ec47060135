//! Whole acts through the operations, one by one: what an aidant and an administration do, without the pages between.

use std::collections::BTreeSet;

use crate::crypto::hash::b64;
use crate::crypto::hash::sha256;
use crate::crypto::random::random_token;
use crate::domain::act::AuthorizationRequest;
use crate::domain::ids::random_bytes;
use crate::operations::actors::AidantActor;
use crate::operations::begin_act::act_of_browser;
use crate::operations::begin_act::begin_act;
use crate::operations::bench::Bench;
use crate::operations::open_act::Chosen;
use crate::operations::open_act::Opening;
use crate::operations::open_act::open_act;
use crate::operations::practice::REDIRECT;
use crate::operations::practice::Sample;
use crate::operations::practice::Stage;
use crate::operations::practice::THEME;
use crate::operations::redeem_code::Presented;
use crate::operations::redeem_code::redeem_code;
use crate::operations::refusal::Refusal;

/// An aidant who acts for one person after the other.
#[derive(Clone, Debug)]
pub struct Actor {
    aidant: AidantActor,
    browser: [u8; 32],
}

impl Actor {
    /// How many entries one act writes: opened, tokens given, mandate token given.
    pub const ENTRIES: u64 = 3;

    /// The aidant of this number, in a browser of her own.
    ///
    /// # Errors
    /// As the database says.
    pub async fn new(bench: &Bench, stage: &Stage, number: usize) -> Result<Self, Refusal> {
        Ok(Self { aidant: stage.aidant(bench, number).await?, browser: random_bytes(bench.random.as_ref()) })
    }

    /// One act for this person: request, decision, code, tokens. Everything it wrote is durable when this returns.
    ///
    /// # Errors
    /// A fault when the act is refused, which nothing here gives a reason for; as the database says.
    pub async fn act(&self, bench: &Bench, stage: &Stage, whose: &Sample) -> Result<(), Refusal> {
        let verifier = random_token(bench.random.as_ref(), 32);
        let request = AuthorizationRequest {
            redirect_uri: REDIRECT.to_owned(),
            scope: BTreeSet::from(["openid".to_owned()]),
            state: Some(random_token(bench.random.as_ref(), 16)),
            nonce: Some(random_token(bench.random.as_ref(), 16)),
            code_challenge: Some(b64(&sha256(verifier.as_bytes()))),
            ..AuthorizationRequest::default()
        };
        let id = begin_act(bench, &stage.client, request, &self.browser, None, None).await?;
        let act = act_of_browser(bench, id, &self.browser).await?;
        let chosen = Chosen { person: Some(whose.person.person.id), theme: Some(THEME) };
        let back = match open_act(bench, &self.aidant, &act, &self.browser, chosen, None).await? {
            Opening::Opened(back) => back,
            Opening::Refused(reason) => {
                return Err(Refusal::Fault(anyhow::anyhow!("a made-up act was refused: {reason}")));
            }
        };
        let back = url::Url::parse(&back).map_err(|error| Refusal::Fault(error.into()))?;
        let code = back.query_pairs().find(|(name, _)| name == "code").map(|(_, code)| code.into_owned());
        let code = code.ok_or_else(|| Refusal::fault("no code"))?;
        let presented = Presented {
            code: &code,
            redirect_uri: Some(REDIRECT),
            code_verifier: Some(&verifier),
            jkt: None,
        };
        redeem_code(bench, &stage.client, &presented, None).await.map(drop)
    }
}
