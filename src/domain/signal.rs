//! What clients are told when a mandate changes: event types, streams, and how they are delivered.

use crate::domain::text_enum;

text_enum! {
    /// What a signal says. All but the last are security events (RFC 8417) of a stream.
    SignalKind {
        /// The mandate was ended.
        MandateRevoked => "mandate-revoked",
        /// One theme of the mandate was ended.
        MandateThemeRevoked => "mandate-theme-revoked",
        /// The mandate is held.
        MandateSuspended => "mandate-suspended",
        /// A held mandate is in force again.
        MandateRestored => "mandate-restored",
        /// The mandate reached its end.
        MandateExpired => "mandate-expired",
        /// The session of an act is over (CAEP).
        SessionRevoked => "session-revoked",
        /// The receiver asked for a sign of life (SSF).
        Verification => "verification",
        /// The transmitter says something about the stream itself (SSF).
        StreamUpdated => "stream-updated",
        /// A logout token to the client's own address (OIDC Back-Channel Logout).
        BackchannelLogout => "backchannel-logout",
    }
}

impl SignalKind {
    /// What a receiver may ask for; the other kinds come unasked.
    pub const OFFERED: [Self; 6] = [
        Self::MandateRevoked,
        Self::MandateThemeRevoked,
        Self::MandateSuspended,
        Self::MandateRestored,
        Self::MandateExpired,
        Self::SessionRevoked,
    ];

    /// The event's type, the one member of `events` (RFC 8417 section 2.2).
    pub const fn uri(self) -> &'static str {
        match self {
            Self::MandateRevoked => "urn:procura:event:mandate-revoked",
            Self::MandateThemeRevoked => "urn:procura:event:mandate-theme-revoked",
            Self::MandateSuspended => "urn:procura:event:mandate-suspended",
            Self::MandateRestored => "urn:procura:event:mandate-restored",
            Self::MandateExpired => "urn:procura:event:mandate-expired",
            Self::SessionRevoked => "https://schemas.openid.net/secevent/caep/event-type/session-revoked",
            Self::Verification => "https://schemas.openid.net/secevent/ssf/event-type/verification",
            Self::StreamUpdated => "https://schemas.openid.net/secevent/ssf/event-type/stream-updated",
            Self::BackchannelLogout => "http://schemas.openid.net/event/backchannel-logout",
        }
    }

    /// The offered kind with this type.
    pub fn offered(uri: &str) -> Option<Self> {
        Self::OFFERED.into_iter().find(|kind| kind.uri() == uri)
    }

    /// The `typ` of its token.
    pub const fn typ(self) -> &'static str {
        match self {
            Self::BackchannelLogout => "logout+jwt",
            _ => "secevent+jwt",
        }
    }
}

text_enum! {
    /// Whether a stream delivers (SSF section 8.1.2).
    StreamStatus {
        /// It delivers.
        Enabled => "enabled",
        /// It keeps what happens until it is enabled again.
        Paused => "paused",
        /// It neither delivers nor keeps.
        Disabled => "disabled",
    }
}

text_enum! {
    /// How a stream delivers.
    DeliveryMethod {
        /// The transmitter posts (RFC 8935).
        Push => "urn:ietf:rfc:8935",
        /// The receiver fetches (RFC 8936).
        Poll => "urn:ietf:rfc:8936",
    }
}

text_enum! {
    /// Who began what an event tells (CAEP section 2).
    Initiator {
        /// Somebody who administers: an aidant, an operator.
        Admin => "admin",
        /// The person herself.
        User => "user",
        /// A date or a rule.
        Policy => "policy",
        /// The gateway.
        System => "system",
    }
}

text_enum! {
    /// Why something is told; its words are `signal-admin-…` and `signal-user-…` in the locales.
    SignalReason {
        /// The mandate was ended.
        MandateRevoked => "mandate-revoked",
        /// One theme was.
        ThemeRevoked => "theme-revoked",
        /// The mandate is held.
        MandateSuspended => "mandate-suspended",
        /// It is in force again.
        MandateRestored => "mandate-restored",
        /// It reached its end.
        MandateExpired => "mandate-expired",
        /// The organisation was suspended.
        OrganisationSuspended => "organisation-suspended",
        /// The habilitation was suspended or ended.
        HabilitationOver => "habilitation-over",
        /// The person barred the aidant or the organisation.
        Blocked => "blocked",
        /// The act was logged out.
        LoggedOut => "logged-out",
        /// The act's code came twice.
        CodeUsedTwice => "code-used-twice",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn types_are_distinct_and_only_offered_ones_can_be_asked_for() {
        let uris: BTreeSet<&str> = SignalKind::ALL.iter().map(|kind| kind.uri()).collect();
        assert_eq!(uris.len(), SignalKind::ALL.len());
        for kind in SignalKind::ALL {
            let offered = SignalKind::OFFERED.contains(kind).then_some(*kind);
            assert_eq!(SignalKind::offered(kind.uri()), offered, "{kind}");
        }
    }
}
