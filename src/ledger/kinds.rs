//! The closed list of what can stand in the ledger: one kind per fact, with the details that make it evidence.
//!
//! A name once used never changes; the list only grows. Words such as `method`, `grade` or `reason` are the domain's
//! own keys as they were at the time: a payload must stay readable when the domain has moved on.
//!
//! It is long because it is whole, and it reads like a glossary: each noun's kinds stand together, the nouns under eight
//! headings (the plain comments); what is made of the list stands before and after it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::ids::AttestationId;
use crate::domain::ids::CaseId;
use crate::domain::ids::EntryId;
use crate::domain::ids::MandateId;
use crate::domain::ids::SignId;
use crate::domain::theme::Theme;
use crate::ledger::values::Digest;
use crate::ledger::values::Moment;
use crate::ledger::values::Named;
use crate::ledger::words::ActStage;
use crate::ledger::words::ActWay;
use crate::ledger::words::Blocked;
use crate::ledger::words::Channel;
use crate::ledger::words::RevokedBy;

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident = $name:literal { $($(#[$field_doc:meta])* $field:ident: $type:ty),* $(,)? })+) => {
        /// One fact with its details; in a payload `kind` and `details`. `Debug` shows the kind only.
        #[derive(Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "details")]
        pub enum Event {
            $($(#[$doc])* #[serde(rename = $name)] $variant { $($(#[$field_doc])* $field: $type),* },)+
        }

        /// The name of a kind, `noun.verb`.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $($(#[$doc])* $variant,)+
        }

        impl Event {
            /// Its kind.
            pub const fn kind(&self) -> Kind {
                match self {
                    $(Self::$variant { .. } => Kind::$variant,)+
                }
            }
        }

        impl Kind {
            /// Every kind, in the order of this file.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name, as in payloads, the database and the translation keys.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }
        }
    };
}

events! {
    // Aidants and their means of login: `aidant.…`, `factor.…`, `card.…`.

    /// An aidant logged in.
    AidantLoggedIn = "aidant.logged_in" {
        /// How.
        method: String,
    }
    /// A login on a known aidant's account was refused.
    AidantLoginRefused = "aidant.login_refused" {
        /// Why.
        reason: String,
    }
    /// An aidant gave the second factor again.
    AidantSecondFactorChecked = "aidant.second_factor_checked" {
        /// Which factor.
        method: String,
    }
    /// An aidant went to another organisation, the one of the entry.
    AidantOrganisationSwitched = "aidant.organisation_switched" {
        /// The organisation left.
        from: Option<Named>,
    }
    /// Software got tokens for an aidant's own login there.
    AidantTokenIssued = "aidant.token_issued" {
        /// The access token's `jti`.
        jti: String,
        /// The granted scope.
        scope: String,
        /// When the access token ends.
        expires_at: Moment,
        /// Whether it came by a refresh token instead of a code.
        refreshed: bool,
    }
    /// Software was refused tokens for an aidant's own login.
    AidantTokenRefused = "aidant.token_refused" {
        /// Why.
        reason: String,
    }
    /// An aidant's own login at software was ended.
    AidantTokenEnded = "aidant.token_ended" {
        /// How: `logout`, `revocation`, `code_used_twice`.
        by: String,
    }
    /// A client's access in its own name was ended by it.
    ClientTokenEnded = "client.token_ended" {
        /// How: `revocation`.
        by: String,
    }
    /// An aidant's account was bound to the one she has at an identity provider.
    AidantAccountLinked = "aidant.account_linked" {
        /// The provider.
        provider: String,
    }
    /// That binding was taken away.
    AidantAccountUnlinked = "aidant.account_unlinked" {
        /// The aidant.
        aidant: Named,
        /// The provider.
        provider: String,
    }
    /// A second factor was bound to an account.
    FactorEnrolled = "factor.enrolled" {
        /// Whose account.
        holder: Named,
        /// Which factor.
        method: String,
        /// The number printed on a card.
        card: Option<String>,
    }
    /// A second factor of an account ended.
    FactorRemoved = "factor.removed" {
        /// Whose account.
        holder: Named,
        /// Which factor.
        method: String,
        /// The number printed on a card.
        card: Option<String>,
        /// Why: `removed`, `lost`, `broken`, `returned`, `cloned`.
        why: String,
    }
    /// A card was given; it opens nothing before its first code was shown.
    FactorGiven = "factor.given" {
        /// To whom.
        holder: Named,
        /// The number printed on it.
        card: String,
    }
    /// Somebody asked to end every second factor of an account.
    FactorResetRequested = "factor.reset_requested" {
        /// Whose account.
        holder: Named,
        /// Why.
        reason: String,
    }
    /// Every second factor of an account was ended, with its sessions.
    FactorReset = "factor.reset" {
        /// Whose account.
        holder: Named,
        /// How many there were.
        ended: u32,
    }
    /// That was asked for and refused.
    FactorResetRefused = "factor.reset_refused" {
        /// Whose account.
        holder: Named,
    }
    /// A professional who is no aidant gave the second factor again.
    FactorChecked = "factor.checked" {
        /// Which factor.
        method: String,
    }
    /// Cards came into the stock.
    CardImported = "card.imported" {
        /// How many.
        cards: u64,
        /// The first number in order.
        first: String,
        /// The last one.
        last: String,
    }
    /// A card of the stock will never be given.
    CardWithdrawn = "card.withdrawn" {
        /// The number printed on it.
        card: String,
        /// Why: `lost`, `broken`, `returned`.
        why: String,
    }

    // Organisations, and who works in them: `organisation.…`, `account.…`, `habilitation.…`, `referent.…`.

    /// An organisation was accepted.
    OrganisationAccepted = "organisation.accepted" {}
    /// An organisation was suspended.
    OrganisationSuspended = "organisation.suspended" {
        /// Why.
        reason: String,
    }
    /// A suspended organisation is active again.
    OrganisationRestored = "organisation.restored" {}
    /// Which themes an organisation does not do was changed.
    OrganisationThemesChanged = "organisation.themes_changed" {
        /// Those it does not do from now on.
        withheld: Vec<Theme>,
    }
    /// An organisation asked to be accepted, and whoever asked confirmed the address written to.
    OrganisationRequested = "organisation.requested" {
        /// Its SIRET.
        siret: String,
        /// Its name.
        name: String,
        /// What it is, as a key.
        organisation_kind: String,
        /// How many aidants it names.
        aidants: u64,
        /// The version of the charter accepted.
        charter: String,
    }
    /// Whoever asked corrected the request.
    OrganisationRequestCorrected = "organisation.request_corrected" {
        /// The organisation's name.
        name: String,
        /// How many aidants it names.
        aidants: u64,
    }
    /// An operator asked for changes in a request.
    OrganisationRequestChangesAsked = "organisation.request_changes_asked" {
        /// The organisation's name.
        name: String,
        /// What to change, in the operator's words.
        reason: String,
    }
    /// Whoever asked took the request back.
    OrganisationRequestWithdrawn = "organisation.request_withdrawn" {
        /// The organisation's name.
        name: String,
    }
    /// A request was refused.
    OrganisationRefused = "organisation.refused" {
        /// The organisation's name.
        name: String,
        /// Why.
        reason: String,
    }
    /// A merger, of the entry's organisation into another, waits for a second one to confirm it.
    OrganisationMergeAsked = "organisation.merge_asked" {
        /// The one that would take over.
        target: Named,
        /// Why.
        reason: String,
    }
    /// A merger that waited was withdrawn.
    OrganisationMergeWithdrawn = "organisation.merge_withdrawn" {
        /// The one that would have taken over.
        target: Named,
    }
    /// The entry's organisation was merged into another one, and is closed.
    OrganisationMerged = "organisation.merged" {
        /// The one that took over.
        target: Named,
        /// How many mandates moved.
        mandates: u64,
        /// How many habilitations moved.
        habilitations: u64,
    }
    /// An account was suspended: nobody logs in with it.
    AccountSuspended = "account.suspended" {
        /// Whose.
        holder: Named,
        /// Why.
        reason: String,
    }
    /// A suspended account may be used again.
    AccountRestored = "account.restored" {
        /// Whose.
        holder: Named,
    }
    /// An accreditation was asked for.
    HabilitationRequested = "habilitation.requested" {
        /// The aidant.
        aidant: Named,
    }
    /// A request was accepted for a training.
    HabilitationTrainingSet = "habilitation.training_set" {
        /// The aidant.
        aidant: Named,
        /// The training's day, `YYYY-MM-DD`.
        on: String,
    }
    /// The training was done.
    HabilitationTrained = "habilitation.trained" {
        /// The aidant.
        aidant: Named,
        /// The training's day, `YYYY-MM-DD`.
        on: String,
    }
    /// An accreditation was not given.
    HabilitationRefused = "habilitation.refused" {
        /// The aidant.
        aidant: Named,
        /// Why.
        reason: String,
    }
    /// The aidant signed the charter.
    HabilitationCharterSigned = "habilitation.charter_signed" {
        /// The aidant.
        aidant: Named,
        /// Which text.
        version: String,
        /// SHA-256 of the UTF-8 bytes of the text shown.
        text_digest: Digest,
    }
    /// Aidant and referents were told that an accreditation ends soon.
    HabilitationRenewalNotified = "habilitation.renewal_notified" {
        /// The aidant.
        aidant: Named,
        /// When it ends.
        ends_at: Moment,
    }
    /// A renewal was asked for.
    HabilitationRenewalRequested = "habilitation.renewal_requested" {
        /// The aidant.
        aidant: Named,
        /// When it ends.
        ends_at: Moment,
    }
    /// A renewal was not given; the end stays.
    HabilitationRenewalRefused = "habilitation.renewal_refused" {
        /// The aidant.
        aidant: Named,
        /// Why.
        reason: String,
    }
    /// An accreditation goes on until a later end.
    HabilitationRenewed = "habilitation.renewed" {
        /// The aidant.
        aidant: Named,
        /// The new end.
        ends_at: Moment,
    }
    /// An accreditation was given.
    HabilitationAccepted = "habilitation.accepted" {
        /// The aidant.
        aidant: Named,
        /// When it ends.
        ends_at: Moment,
    }
    /// An accreditation was suspended.
    HabilitationSuspended = "habilitation.suspended" {
        /// The aidant.
        aidant: Named,
        /// Why.
        reason: String,
    }
    /// A suspended accreditation is valid again.
    HabilitationRestored = "habilitation.restored" {
        /// The aidant.
        aidant: Named,
    }
    /// An accreditation ended.
    HabilitationEnded = "habilitation.ended" {
        /// The aidant.
        aidant: Named,
        /// Why; `term` where its end date came.
        reason: String,
    }
    /// A habilitation moved with a merger to the entry's organisation.
    HabilitationMoved = "habilitation.moved" {
        /// The aidant.
        aidant: Named,
        /// Where it was.
        from: Named,
    }
    /// A referent was named.
    ReferentNamed = "referent.named" {
        /// The referent.
        referent: Named,
        /// Whether to stand in for the referent only.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        deputy: bool,
    }
    /// A referent was taken away.
    ReferentRemoved = "referent.removed" {
        /// The referent.
        referent: Named,
        /// Why.
        reason: String,
    }
    /// A referent left.
    ReferentLeft = "referent.left" {
        /// The referent.
        referent: Named,
    }
    /// A referent handed the charge over.
    ReferentHandedOver = "referent.handed_over" {
        /// To whom.
        to: Named,
    }
    /// A referent logged in.
    ReferentLoggedIn = "referent.logged_in" {
        /// How.
        method: String,
    }
    /// A login on a known referent's account was refused.
    ReferentLoginRefused = "referent.login_refused" {
        /// Why.
        reason: String,
    }

    // Persons: `person.…`, `paper_code.…`, `notice.…`.

    /// A person was identified.
    PersonIdentified = "person.identified" {
        /// By whom: the identity provider, or `declared`.
        method: String,
        /// The level of assurance, as the provider names it.
        level: String,
    }
    /// An aidant took down a person's identity; she is known by that alone.
    PersonDeclared = "person.declared" {}
    /// A person opened her space.
    PersonLoggedIn = "person.logged_in" {
        /// By whom she was identified.
        method: String,
        /// The level of assurance.
        level: String,
    }
    /// A login to a known person's space was refused.
    PersonLoginRefused = "person.login_refused" {
        /// Why.
        reason: String,
    }
    /// A person blocked an aidant or an organisation.
    PersonBlocked = "person.blocked" {
        /// Which of the two.
        what: Blocked,
        /// Whom.
        blocked: Named,
    }
    /// A person lifted a block.
    PersonUnblocked = "person.unblocked" {
        /// Which of the two.
        what: Blocked,
        /// Whom.
        blocked: Named,
    }
    /// A person asked that what is known of her be erased.
    PersonErasureRequested = "person.erasure_requested" {
        /// How many mandates in force she ended with it.
        stopped: u64,
    }
    /// She took that back.
    PersonErasureWithdrawn = "person.erasure_withdrawn" {}
    /// What was known of a person was erased; the line names nobody.
    PersonErased = "person.erased" {
        /// Why: `asked`, or `unused` for so long.
        reason: String,
        /// How many mandates she had given.
        mandates: u64,
    }
    /// An address or number of a person was proved, taken away, or given anew by her identity provider.
    PersonContactChanged = "person.contact_changed" {
        /// `email` or `phone`.
        what: String,
        /// `added`, `removed` or `replaced`.
        change: String,
        /// Who gave it: `franceconnect`, `herself` or `aidant`.
        source: String,
    }
    /// A person chose how she is told.
    PersonPreferencesChanged = "person.preferences_changed" {}
    /// An operator looked for a person who telephoned or wrote.
    PersonLookedUp = "person.looked_up" {
        /// How many were found.
        found: u64,
    }
    /// A person got a paper code for her space; the one before opens nothing any more.
    PaperCodeIssued = "paper_code.issued" {
        /// Whether there was one before.
        replaced: bool,
    }
    /// The link of a notice was used to say that it was not her.
    NoticeDisowned = "notice.disowned" {
        /// What the notice was about: `grant`, `use` or `renewal`.
        topic: String,
        /// The case.
        case: CaseId,
    }

    // Mandates: `mandate.…`, `authorization.…`, `attestation.…`, `revocation.…`.

    /// A mandate moved with a merger to the entry's organisation; text and consent stay as they were.
    MandateTransferred = "mandate.transferred" {
        /// Who held it.
        from: Named,
    }
    /// A mandate was drawn up.
    MandateDrafted = "mandate.drafted" {
        /// Its themes.
        themes: Vec<Theme>,
        /// Its duration.
        duration: String,
        /// Person present or remote.
        channel: String,
        /// The version of the text's template.
        text_version: String,
        /// Digest of what was drawn up.
        draft_digest: Digest,
    }
    /// A mandate was put before the person.
    MandateSubmitted = "mandate.submitted" {
        /// How the link reached her.
        channel: String,
        /// Until when she may decide.
        lapses_at: Moment,
    }
    /// The link or the code was sent once more.
    MandateSentAgain = "mandate.sent_again" {
        /// How: `email`, `sms` or both, apart by a blank.
        way: String,
    }
    /// The letter with the text and the code that says yes was shown to be printed.
    MandateLetterPrinted = "mandate.letter_printed" {}
    /// Another person than the expected one said who she is; nothing is kept of her, and the draft is dead.
    MandateIdentityRefused = "mandate.identity_refused" {
        /// The level of assurance, as the provider names it.
        level: String,
    }
    /// The expected person typed the pairing code that the aidant told her.
    MandatePaired = "mandate.paired" {}
    /// A wrong code was given; after the third the draft is dead.
    MandateCodeRefused = "mandate.code_refused" {
        /// Which: `pairing`, `sms` or `post`.
        code: String,
        /// How many tries are left.
        left: u64,
    }
    /// The referent approved beside the person.
    MandateReferentApproved = "mandate.referent_approved" {}
    /// The referent did not approve; the draft is dead.
    MandateReferentRefused = "mandate.referent_refused" {
        /// Why, in that one's words.
        reason: String,
    }
    /// The person approved exactly this text.
    MandateApproved = "mandate.approved" {
        /// Its themes.
        themes: Vec<Theme>,
        /// Its duration.
        duration: String,
        /// Its end.
        ends_at: Moment,
        /// How she was identified when she approved.
        method: String,
        /// The grade of the consent.
        grade: String,
        /// SHA-256 of the UTF-8 bytes of the text shown.
        text_digest: Digest,
        /// The version of the text's template.
        text_version: String,
        /// Digest of what was drawn up; the identity provider's nonce was made of it.
        draft_digest: Digest,
        /// Digest of the sealed evidence (the provider's signed ID token).
        evidence_digest: Option<Digest>,
        /// The code on its paper; none where the approval was refused.
        attestation: Option<AttestationId>,
    }
    /// The person refused.
    MandateRefused = "mandate.refused" {
        /// How she was identified.
        method: String,
    }
    /// A draft died without a decision.
    MandateLapsed = "mandate.lapsed" {
        /// Why.
        reason: String,
    }
    /// A mandate was suspended.
    MandateSuspended = "mandate.suspended" {
        /// Why.
        reason: String,
        /// The case behind it.
        case: Option<CaseId>,
    }
    /// A suspended mandate is active again.
    MandateRestored = "mandate.restored" {
        /// Why.
        reason: String,
        /// The case behind it.
        case: Option<CaseId>,
    }
    /// Something else holds a mandate that was suspended before.
    MandateHoldAdded = "mandate.hold_added" {
        /// Why.
        reason: String,
        /// The case behind it.
        case: Option<CaseId>,
    }
    /// One thing that held a mandate is gone; others hold it still.
    MandateHoldLifted = "mandate.hold_lifted" {
        /// Why.
        reason: String,
        /// The case behind it.
        case: Option<CaseId>,
    }
    /// The person approved a mandate that follows another; written on the chains of both.
    MandateRenewed = "mandate.renewed" {
        /// The one before.
        old: MandateId,
        /// The one that follows.
        new: MandateId,
        /// The end of the new one.
        ends_at: Moment,
    }
    /// A mandate reached its end.
    MandateExpired = "mandate.expired" {
        /// That end.
        ended_at: Moment,
    }
    /// A mandate was ended before its end.
    MandateRevoked = "mandate.revoked" {
        /// By whom.
        by: RevokedBy,
        /// Where it came in.
        channel: Channel,
        /// Why, in that one's words.
        reason: Option<String>,
    }
    /// A client got the signed mandate.
    MandateTokenIssued = "mandate.token_issued" {
        /// The token's `jti`.
        jti: String,
        /// The themes it names.
        themes: Vec<Theme>,
        /// Its end.
        expires_at: Moment,
    }
    /// A client checked the mandate that day.
    MandateVerified = "mandate.verified" {
        /// How: `introspection`, `evaluation`, `userinfo` or `status`.
        method: String,
    }
    /// One theme, the entry's, was taken out of a mandate.
    AuthorizationRevoked = "authorization.revoked" {
        /// By whom.
        by: RevokedBy,
        /// Where it came in.
        channel: Channel,
        /// Why, in that one's words.
        reason: Option<String>,
        /// The themes left.
        left: Vec<Theme>,
    }
    /// A paper attestation was made.
    AttestationIssued = "attestation.issued" {
        /// Which.
        attestation: AttestationId,
    }
    /// Somebody checked a paper attestation's code.
    AttestationVerified = "attestation.verified" {
        /// Which.
        attestation: AttestationId,
    }
    /// An operator recorded what a person asked by telephone or letter; the ends that follow have their own entries.
    RevocationRecorded = "revocation.recorded" {
        /// How she asked.
        channel: Channel,
        /// On which day, as `YYYY-MM-DD`.
        asked_on: String,
        /// `theme`, `mandate`, `organisation` or `all`.
        scope: String,
        /// How the operator made sure that it was her.
        check: String,
    }

    // Acts, and what is said of them: `act.…`, `orientation.…`, `case.…`.

    /// An act was opened; the entry's id is the `txn` of its tokens, theme and client are the entry's.
    ActOpened = "act.opened" {
        /// How it was begun.
        way: ActWay,
        /// When the aidant last gave the second factor.
        factor_at: Moment,
        /// The grade of the consent it rests on.
        grade: String,
        /// SHA-256 of the `state` an identity broker sent: its own log knows the line by it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state_digest: Option<Digest>,
        /// SHA-256 of the `nonce` it sent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        nonce_digest: Option<Digest>,
    }
    /// An act was refused.
    ActRefused = "act.refused" {
        /// Where.
        stage: ActStage,
        /// Why.
        reason: String,
    }
    /// The session of an act at its client was ended.
    ActEnded = "act.ended" {
        /// How: `logout`, `revocation`.
        by: String,
    }
    /// The tokens of an act were given to the client.
    ActTokenIssued = "act.token_issued" {
        /// Their `jti`.
        jti: Vec<String>,
        /// When the access token ends.
        expires_at: Moment,
    }
    /// The administration reported what was done during an act.
    ActReported = "act.reported" {
        /// `submitted`, `consulted`, `changed`, `paid` or `other`.
        receipt: String,
        /// What, in the administration's words.
        label: String,
        /// Its reference there.
        reference: Option<String>,
        /// When it was done, as reported.
        done_at: Moment,
    }
    /// The person contested a line.
    ActContested = "act.contested" {
        /// The contested line.
        line: EntryId,
        /// Why, in her words.
        reason: String,
        /// The case opened for it.
        case: CaseId,
    }
    /// An aidant declared an error made during an act.
    ActErrorDeclared = "act.error_declared" {
        /// The line of the act.
        line: EntryId,
        /// What happened.
        happened: String,
        /// What was done to mend it.
        mended: Option<String>,
        /// Whether the administration was told.
        told: bool,
    }
    /// An aidant showed the person the way to a place of digital mediation.
    OrientationNoted = "orientation.noted" {
        /// The place.
        place: Named,
        /// What for: the service of the place, as the national schema names it.
        service: Option<String>,
        /// The day of an appointment there, `YYYY-MM-DD`.
        appointment: Option<String>,
        /// Whether the number of a pass numérique was noted.
        pass: bool,
    }
    /// A case was opened.
    CaseOpened = "case.opened" {
        /// Which.
        case: CaseId,
        /// The line it is about.
        line: EntryId,
    }
    /// The person added a word to a case.
    CaseWordAdded = "case.word_added" {
        /// Which.
        case: CaseId,
        /// Her words.
        words: String,
    }
    /// The organisation or the authority answered.
    CaseAnswered = "case.answered" {
        /// Which.
        case: CaseId,
        /// For whom: `organisation` or `authority`.
        side: String,
        /// The answer.
        words: String,
    }
    /// An authority closed a case.
    CaseClosed = "case.closed" {
        /// Which.
        case: CaseId,
        /// `restored`, `revoked` or `unchanged`.
        outcome: String,
        /// Why, in the authority's words.
        reason: String,
    }

    // Who reads trails: `trail.…`, `court_order.…`.

    /// An authority read a person's trail.
    TrailReadByAuthority = "trail.read_by_authority" {
        /// What for, in the reader's words.
        purpose: String,
        /// The case it was for.
        case: Option<CaseId>,
        /// First instant asked for.
        from: Option<Moment>,
        /// Last instant asked for.
        to: Option<Moment>,
        /// How many lines were shown.
        lines: u64,
        /// The other agent, who approved the reading.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<Named>,
        /// The court's order it was made under: court and number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        court_order: Option<String>,
    }
    /// A trail was exported with its proofs.
    TrailExported = "trail.exported" {
        /// What for; the person herself gives none.
        purpose: Option<String>,
        /// The case it was for.
        case: Option<CaseId>,
        /// First instant asked for.
        from: Option<Moment>,
        /// Last instant asked for.
        to: Option<Moment>,
        /// How many lines were exported.
        lines: u64,
        /// The other agent, who approved the reading.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        approved_by: Option<Named>,
        /// The court's order it was made under: court and number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        court_order: Option<String>,
    }
    /// An agent of national oversight asked another to approve a reading.
    TrailReadingAsked = "trail.reading_asked" {
        /// What for.
        purpose: String,
        /// The case it is for.
        case: Option<CaseId>,
    }
    /// Another agent of the same competence approved a reading.
    TrailReadingApproved = "trail.reading_approved" {
        /// Who asked for it.
        agent: Named,
        /// What for.
        purpose: String,
    }
    /// Another agent of the same competence did not approve a reading.
    TrailReadingRefused = "trail.reading_refused" {
        /// Who asked for it.
        agent: Named,
        /// What for.
        purpose: String,
    }
    /// A person's trail was printed for her, at her asking.
    TrailPrinted = "trail.printed" {
        /// How she asked.
        purpose: String,
        /// First instant asked for.
        from: Option<Moment>,
        /// Last instant asked for.
        to: Option<Moment>,
        /// How many lines were printed.
        lines: u64,
    }
    /// A court's order was recorded: readings under it are shown to the person from a day on.
    CourtOrderRecorded = "court_order.recorded" {
        /// The court.
        court: String,
        /// The order's number there.
        number: String,
        /// The day of the order, `YYYY-MM-DD`.
        decided_on: String,
        /// From when on the person sees the readings.
        shown_from: Moment,
        /// SHA-256 of the order's file.
        document_digest: Digest,
    }

    // Clients: `client.…`, `stream.…`.

    /// A client got a token of its own.
    ClientTokenIssued = "client.token_issued" {
        /// The token's `jti`.
        jti: String,
        /// The granted scope.
        scope: String,
    }
    /// A client, the entry's, was registered.
    ClientRegistered = "client.registered" {
        /// Its kind, as in its registration.
        client_kind: String,
        /// The themes it accepts.
        themes: Vec<Theme>,
        /// Its redirect addresses.
        redirect_uris: Vec<String>,
        /// How it authenticates.
        authentication: String,
        /// The lowest grade it accepts.
        min_grade: String,
        /// Whether it has the older security profile.
        compat: bool,
    }
    /// A client's registration was changed.
    ClientChanged = "client.changed" {
        /// The names of the changed settings.
        changed: Vec<String>,
    }
    /// A wider registration was asked for and waits for a second operator.
    ClientChangeAsked = "client.change_asked" {
        /// The names of the settings that would change.
        changed: Vec<String>,
    }
    /// A change that waited was withdrawn.
    ClientChangeWithdrawn = "client.change_withdrawn" {
        /// The names of the settings that stay as they were.
        changed: Vec<String>,
    }
    /// A client was disabled.
    ClientDisabled = "client.disabled" {
        /// Why.
        reason: String,
    }
    /// A client made its event stream.
    StreamCreated = "stream.created" {
        /// How it delivers.
        method: String,
    }
    /// A client changed its event stream.
    StreamChanged = "stream.changed" {
        /// The names of the changed settings.
        changed: Vec<String>,
    }
    /// A client deleted its event stream.
    StreamDeleted = "stream.deleted" {}

    // The gateway and those who run it: `operator.…`, `authority.…`, `integrator.…`, `key.…`, `ledger.…`, `retention.…`, `places.…`, `sign.…`.

    /// An operator has looked into a sign of abuse.
    OperatorSignReviewed = "operator.sign_reviewed" {
        /// Which.
        sign: SignId,
        /// Its kind.
        what: String,
        /// What it is now: `seen` or `closed`.
        status: String,
        /// What the operator found.
        note: String,
    }
    /// An operator's account was made.
    OperatorAdded = "operator.added" {
        /// Whose.
        account: Named,
    }
    /// An operator logged in.
    OperatorLoggedIn = "operator.logged_in" {
        /// How.
        method: String,
    }
    /// A login on a known operator's account was refused.
    OperatorLoginRefused = "operator.login_refused" {
        /// Why.
        reason: String,
    }
    /// An authority's account was made.
    AuthorityAdded = "authority.added" {
        /// Whose.
        account: Named,
        /// What it may read: `national`, or the identifier of one administration.
        competence: String,
    }
    /// An agent of an authority logged in.
    AuthorityLoggedIn = "authority.logged_in" {
        /// How.
        method: String,
    }
    /// A login on a known authority's account was refused.
    AuthorityLoginRefused = "authority.login_refused" {
        /// Why.
        reason: String,
    }
    /// An integrator's account was made.
    IntegratorAdded = "integrator.added" {
        /// Whose.
        account: Named,
        /// The identifiers of the clients it looks after.
        clients: Vec<String>,
    }
    /// An integrator logged in.
    IntegratorLoggedIn = "integrator.logged_in" {
        /// How.
        method: String,
    }
    /// A login on a known integrator's account was refused.
    IntegratorLoginRefused = "integrator.login_refused" {
        /// Why.
        reason: String,
    }
    /// A signing key was made.
    KeyCreated = "key.created" {
        /// What it signs.
        purpose: String,
        /// Its algorithm.
        algorithm: String,
        /// Its thumbprint.
        kid: String,
    }
    /// A signing key took over.
    KeyRotated = "key.rotated" {
        /// What it signs.
        purpose: String,
        /// Its algorithm.
        algorithm: String,
        /// Its thumbprint.
        kid: String,
        /// The one before.
        previous: Option<String>,
    }
    /// A signing key signs no more.
    KeyRetired = "key.retired" {
        /// What it signed.
        purpose: String,
        /// Its thumbprint.
        kid: String,
    }
    /// A retired signing key is in the wrong hands: it is published no more, and nothing it signed is believed.
    KeyWithdrawn = "key.withdrawn" {
        /// What it signed.
        purpose: String,
        /// Its thumbprint.
        kid: String,
    }
    /// After a loss the ledger goes on under another name: the first line under it.
    LedgerOriginOpened = "ledger.origin_opened" {
        /// The new name.
        origin: String,
        /// The name before.
        previous: String,
        /// How many leaves the last signed head under the name before had.
        size: u64,
        /// The root of that head.
        root: Digest,
        /// How many leaves were found, and stay provable under the new name.
        found: u64,
    }
    /// What had served its term was dropped.
    RetentionApplied = "retention.applied" {
        /// How much of each class.
        dropped: BTreeMap<String, u64>,
    }
    /// Places of digital mediation were read from a file.
    PlacesImported = "places.imported" {
        /// New ones.
        added: u64,
        /// Known ones that differ now.
        changed: u64,
        /// Known ones that are no longer in the file.
        removed: u64,
        /// Lines that could not be read and were left out.
        left_out: u64,
        /// SHA-256 of the file.
        file: Digest,
    }
    /// A sign of abuse was noticed.
    SignRaised = "sign.raised" {
        /// Which.
        sign: SignId,
        /// Its kind.
        what: String,
        /// How many there were.
        count: u64,
        /// From how many on it is a sign.
        threshold: u64,
    }
}

impl Kind {
    /// Reads a name; `None` if no kind has it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().as_str())
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
