//! Token exchange (RFC 8693): an aidant's software turns the mandate it holds and her login into access to one API. It is an
//! act like every other: decided, written and told in one transaction.

mod presented;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;
use crate::crypto::random::random_token;
use crate::domain::account::Account;
use crate::domain::act::Act;
use crate::domain::act::ActLife;
use crate::domain::act::AuthorizationRequest;
use crate::domain::act::Opened;
use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::domain::decision::Reason;
use crate::domain::decision::client_accepts;
use crate::domain::ids::ActId;
use crate::domain::message::Doer;
use crate::domain::message::MessageBody;
use crate::domain::theme::Theme;
use crate::domain::time::Instant;
use crate::ledger::entry::Actor;
use crate::ledger::kinds::Event;
use crate::ledger::words::ActStage;
use crate::ledger::words::ActWay;
use crate::operations::actors;
use crate::operations::bench::Bench;
use crate::operations::data_keys;
use crate::operations::exchange_token::presented::Presented;
use crate::operations::exchange_token::presented::read;
use crate::operations::issue_mandate_token::goes_on;
use crate::operations::keys;
use crate::operations::open_act::MESSAGE_WORTH;
use crate::operations::redeem_code::sign;
use crate::operations::refusal::Refusal;
use crate::operations::status_index;
use crate::operations::tell::NoticeKind;
use crate::operations::tell::tell;
use crate::operations::token_claims::Ends;
use crate::operations::token_claims::Source;
use crate::operations::token_claims::token_type;
use crate::operations::weigh::Hold;
use crate::operations::weigh::Parties;
use crate::operations::weigh::Weighed;
use crate::operations::weigh::weigh;
use crate::operations::work::Line;
use crate::operations::work::Recorded;
use crate::operations::work::Work;
use crate::operations::work::actor;
use crate::operations::work::client_actor;
use crate::storage::acts;
use crate::storage::clients;
use crate::storage::tokens::StoredToken;
use crate::storage::tokens::TokenKind;

/// What software asks, its form already checked (RFC 8693 section 2.1).
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The signed mandate.
    pub subject_token: &'a str,
    /// The access token of the aidant's login.
    pub actor_token: &'a str,
    /// The API by its identifier (RFC 8707).
    pub resource: Option<&'a str>,
    /// The API by its identifier, or by its client identifier.
    pub audience: Option<&'a str>,
    /// The themes of `authorization_details`; empty where none are named.
    pub themes: &'a BTreeSet<Theme>,
    /// The mandate that `authorization_details` names.
    pub identifier: Option<&'a str>,
    /// The thumbprint of the key of this request's proof (RFC 9449), where there was one.
    pub jkt: Option<&'a str>,
}

/// Why the software gets no token; its entry is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The OAuth error.
    pub error: &'static str,
    /// What the software's developer can do about it.
    pub words: String,
    /// The oldest second factor that would do, in seconds, where it was too old (RFC 9470).
    pub max_age: Option<u64>,
    reason: &'static str,
}

impl Refused {
    fn new(error: &'static str, words: &'static str) -> Self {
        Self { error, words: words.to_owned(), max_age: None, reason: error }
    }

    /// Tokens that do not live any more are a grant that ended; what the rules say no to is denied.
    fn by(reason: Reason, bench: &Bench) -> Self {
        let error = match reason {
            Reason::MandateNotGiven
            | Reason::MandateSuspended
            | Reason::MandateRevoked
            | Reason::MandateExpired
            | Reason::ThemeRevoked
            | Reason::AccountSuspended
            | Reason::HabilitationNotGiven
            | Reason::CharterUnsigned
            | Reason::HabilitationSuspended
            | Reason::HabilitationEnded
            | Reason::OrganisationSuspended => "invalid_grant",
            Reason::ClientNotActive
            | Reason::ClientNotEntitled
            | Reason::ClientTheme
            | Reason::ConsentGrade
            | Reason::OrganisationTheme
            | Reason::NoEmail
            | Reason::NoMandate
            | Reason::ThemeNotInMandate
            | Reason::AidantBlocked
            | Reason::OrganisationBlocked => "access_denied",
            Reason::SecondFactorStale => "insufficient_user_authentication",
        };
        let oldest = bench.config.sessions.second_factor_max_age.as_secs();
        Self {
            error,
            words: reason.to_string(),
            max_age: (reason == Reason::SecondFactorStale).then_some(oldest),
            reason: reason.as_str(),
        }
    }
}

/// The answer of the token endpoint (RFC 8693 section 2.2.1); it does not print.
#[derive(Serialize)]
pub struct Exchanged {
    access_token: String,
    issued_token_type: &'static str,
    token_type: &'static str,
    expires_in: i64,
    authorization_details: Vec<Value>,
}

/// What `issued_token_type` says of the token.
pub const ACCESS_TOKEN_TYPE: &str = "urn:ietf:params:oauth:token-type:access_token";

impl fmt::Debug for Exchanged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exchanged(…)")
    }
}

impl fmt::Debug for Asked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Asked(…)")
    }
}

/// Exchanges a mandate and an aidant's login for access to one API, for one theme. The inner error is the software's, each
/// with its entry.
///
/// # Errors
/// As the database says.
pub async fn exchange_token(
    bench: &Bench,
    client: &Client,
    asked: &Asked<'_>,
    reference: Option<&str>,
) -> Result<Result<Exchanged, Refused>, Refusal> {
    if client.registration.kind != ClientKind::Software {
        let refused = Refused::new("unauthorized_client", "token exchange is for software clients");
        return refuse_unread(bench, client, refused, reference).await;
    }
    let key = keys::signing_key(bench, Algorithm::Es256).await?;
    let presented = match read(bench, client, asked).await? {
        Ok(presented) => presented,
        Err(refused) => return refuse_unread(bench, client, refused, reference).await,
    };
    let mut work = Work::begin(bench, reference).await?;
    let parties = parties(&presented);
    let now = work.now;
    let weighed = match weigh(bench, &mut work.tx, now, &parties, Hold::Taken, true).await {
        Ok(weighed) => weighed,
        Err(Refusal::NotFound) => {
            drop(work);
            let refused = Refused::new("invalid_grant", "what the tokens stand for is gone");
            return refuse_unread(bench, client, refused, reference).await;
        }
        Err(refusal) => return Err(refusal),
    };
    work.now = weighed.at;
    let (account, _) = actors::account(bench, &mut work.tx, presented.approved.account).await?;
    let exchange = Exchange { client, presented: &presented, weighed: &weighed, account: &account };
    match exchange.verdict(&mut work).await? {
        Ok(()) => exchange.open(work, &key, asked).await.map(Ok),
        Err(refused) => exchange.refuse(work, refused).await.map(Err),
    }
}

fn parties(presented: &Presented) -> Parties {
    Parties {
        client: presented.target.client.id.clone(),
        account: presented.approved.account,
        organisation: presented.approved.organisation,
        habilitation: presented.approved.habilitation,
        mandate: presented.mandate,
        theme: presented.theme,
        act: None,
    }
}

/// Refuses where no person is known yet.
async fn refuse_unread(
    bench: &Bench,
    client: &Client,
    refused: Refused,
    reference: Option<&str>,
) -> Result<Result<Exchanged, Refused>, Refusal> {
    let work = Work::begin(bench, reference).await?;
    let key = data_keys::system(bench);
    let event = Event::ActRefused { stage: ActStage::Exchange, reason: refused.reason.to_owned() };
    let line = Line::new(event, client_actor(client), key).client(client).refused(refused.reason);
    let (recorded, _) = work.record(line).await?;
    recorded.commit().await?;
    Ok(Err(refused))
}

/// One exchange whose parties are held.
struct Exchange<'a> {
    client: &'a Client,
    presented: &'a Presented,
    weighed: &'a Weighed,
    account: &'a Account,
}

impl Exchange<'_> {
    /// The decision for the API, then for the software, then the login the aidant's token hangs on, then her second factor.
    async fn verdict(&self, work: &mut Work<'_>) -> Result<Result<(), Refused>, Refusal> {
        let bench = work.bench;
        let mandate = &self.weighed.mandate.mandate;
        let software = clients::find_shared(&mut work.tx, &self.client.id).await?.ok_or(Refusal::NotFound)?;
        let theme = self.presented.theme;
        let open = mandate.open_themes();
        let decided = self
            .weighed
            .verdict
            .and_then(|()| client_accepts(&software, Some(mandate), theme))
            .and_then(|()| self.presented.named.contains(&theme).then_some(()).ok_or(Reason::ClientTheme))
            .and_then(|()| self.presented.named.is_subset(&open).then_some(()).ok_or(Reason::ThemeRevoked));
        if let Err(reason) = decided {
            return Ok(Err(Refused::by(reason, bench)));
        }
        let approved = &self.presented.approved;
        if !goes_on(work, self.presented.login.id, approved).await? {
            let over = Refused::new("invalid_grant", "the login of actor_token is over");
            return Ok(Err(Refused { reason: "login_ended", ..over }));
        }
        let age = self.weighed.at.since(approved.factor_at);
        if age > bench.config.sessions.second_factor_max_age {
            return Ok(Err(Refused::by(Reason::SecondFactorStale, bench)));
        }
        Ok(Ok(()))
    }

    fn line(&self, event: Event, by: Actor) -> Result<Line, Refusal> {
        let person = self.weighed.person.as_ref();
        let person = person.ok_or_else(|| Refusal::fault("a mandate token without a person"))?;
        Ok(Line::new(event, by, person.data_key)
            .account(self.account.id)
            .organisation(&self.weighed.organisation.organisation)
            .person(person.person.id)
            .mandate(self.weighed.mandate.mandate.id)
            .theme(self.presented.theme)
            .client(&self.weighed.client))
    }

    async fn refuse(&self, work: Work<'_>, refused: Refused) -> Result<Refused, Refusal> {
        let event = Event::ActRefused { stage: ActStage::Exchange, reason: refused.reason.to_owned() };
        let line = self.line(event, actor(self.account))?.refused(refused.reason);
        let (recorded, _) = work.record(line).await?;
        recorded.commit().await?;
        Ok(refused)
    }

    /// The person is told as of every act.
    async fn tell(&self, work: &mut Work<'_>, act: ActId) -> Result<(), Refusal> {
        let (person, consent) = self.weighed.agreed()?;
        let body = MessageBody::ActOpened {
            doer: Doer {
                aidant: self.account.professional.full_name().into(),
                organisation: self.weighed.organisation.organisation.name.clone(),
            },
            administration: self.weighed.client.registration.name.clone(),
            theme: self.presented.theme,
            at: work.now,
            until: consent.validity.until,
            not_me: None,
        };
        let kind = NoticeKind::Use(self.weighed.mandate.mandate.id, act);
        tell(work, person, kind, body, MESSAGE_WORTH).await.map(drop)
    }

    async fn open(
        &self,
        mut work: Work<'_>,
        key: &SigningKey,
        asked: &Asked<'_>,
    ) -> Result<Exchanged, Refusal> {
        let bench = work.bench;
        let now = work.now;
        let (_, consent) = self.weighed.agreed()?;
        let until = now.plus(bench.config.oidc.access_token_lifetime).min(consent.validity.until);
        let act = self.act(bench, now, until);
        acts::insert(&mut work.tx, &act, &[]).await?;
        self.tell(&mut work, act.id).await?;
        let event = Event::ActOpened {
            way: ActWay::Exchange,
            factor_at: self.presented.approved.factor_at.into(),
            grade: consent.grade.as_str().to_owned(),
            state_digest: None,
            nonce_digest: None,
        };
        let (mut recorded, txn) = work.record(self.line(event, actor(self.account))?.act(act.id)).await?;
        let opened = Opened {
            account: self.account.id,
            organisation: self.presented.approved.organisation,
            habilitation: self.presented.approved.habilitation,
            person: consent.person,
            mandate: self.presented.mandate,
            theme: self.presented.theme,
            at: now,
            factor_at: self.presented.approved.factor_at,
            factor: self.presented.approved.factor,
            txn,
        };
        if !acts::exchange(&mut recorded.tx, act.id, &opened).await? {
            return Err(Refusal::fault("an exchanged act that is not there"));
        }
        self.give(recorded, key, asked, (&act, &opened), until).await
    }

    fn act(&self, bench: &Bench, now: Instant, until: Instant) -> Act {
        Act {
            id: ActId::fresh(now, bench.random.as_ref()),
            client: self.weighed.client.id.clone(),
            via: Some(self.client.id.clone()),
            request: AuthorizationRequest {
                themes: BTreeSet::from([self.presented.theme]),
                ..AuthorizationRequest::default()
            },
            created_at: now,
            expires_at: until,
            life: ActLife::Choosing { kept: None },
        }
    }

    /// The token: every alias in it is the API's, and the software is named as the client only.
    async fn give(
        &self,
        recorded: Recorded<'_>,
        key: &SigningKey,
        asked: &Asked<'_>,
        (act, opened): (&Act, &Opened),
        until: Instant,
    ) -> Result<Exchanged, Refusal> {
        let bench = recorded.bench;
        let now = recorded.now;
        let jti = random_token(bench.random.as_ref(), 16);
        let row = StoredToken {
            jti: jti.clone(),
            kind: TokenKind::Access,
            client: self.client.id.clone(),
            act: Some(act.id),
            mandate: Some(opened.mandate),
            expires_at: until,
            ended_at: None,
        };
        let event = Event::ActTokenIssued { jti: vec![jti.clone()], expires_at: until.into() };
        let line = self.line(event, client_actor(self.client))?.act(act.id);
        let (mut recorded, _) = recorded.record_token(line, &row).await?;
        let (person, consent) = self.weighed.agreed()?;
        let (_, account_key) = actors::account(bench, &mut recorded.tx, opened.account).await?;
        let account_key = data_keys::require(bench, &mut recorded.tx, account_key).await?;
        let person_key = data_keys::require(bench, &mut recorded.tx, person.data_key).await?;
        let source = Source {
            issuer: bench.config.server.public_url.as_str(),
            now,
            client: &self.weighed.client,
            act,
            opened,
            account: self.account,
            account_key: &account_key,
            organisation: &self.weighed.organisation.organisation,
            person: &person.person,
            person_key: &person_key,
            mandate: &self.weighed.mandate.mandate,
            consent,
            jkt: asked.jkt,
        };
        let today = BTreeSet::from([self.presented.theme]);
        let status = status_index::for_themes(bench, &mut recorded.tx, &source, &today).await?;
        let mut claims = status.named_in(source.access(Ends { access: until }, &jti));
        claims.insert("aud".to_owned(), audience(&self.presented.target.audience));
        claims.insert("client_id".to_owned(), Value::from(self.client.id.as_str()));
        claims.remove("scope");
        let answer = Exchanged {
            access_token: sign(key, "at+jwt", &claims)?,
            issued_token_type: ACCESS_TOKEN_TYPE,
            token_type: token_type(asked.jkt),
            expires_in: until.seconds() - now.seconds(),
            authorization_details: vec![self.narrowed(&source)],
        };
        recorded.commit().await?;
        Ok(answer)
    }

    /// What was granted, in the software's own words: the mandate under the alias it knows.
    fn narrowed(&self, source: &Source<'_>) -> Value {
        let own = Source { client: self.client, ..*source };
        own.mandate_object(&BTreeSet::from([self.presented.theme]))
    }
}

/// One audience as a string, several as a list (RFC 7519 section 4.1.3).
fn audience(names: &[String]) -> Value {
    match names {
        [one] => Value::from(one.as_str()),
        several => json!(several),
    }
}
