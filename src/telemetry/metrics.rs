//! Counters, durations and levels for Prometheus, by a closed list of names; labels never hold what a user typed.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::Matcher;
use metrics_exporter_prometheus::PrometheusBuilder;
use metrics_exporter_prometheus::PrometheusHandle;

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

const REQUEST_SECONDS: &str = "procura_request_seconds";
const BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

macro_rules! names {
    ($(#[$about:meta])* $kind:ident { $($(#[doc = $doc:literal])+ $variant:ident => $name:literal,)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $kind {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $kind {
            /// Every one, for descriptions and tests.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name Prometheus knows it by.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            const fn help(self) -> &'static str {
                match self {
                    $(Self::$variant => concat!($($doc),+),)+
                }
            }
        }
    };
}

names! {
    /// What is counted. Acts and refusals on known accounts are ledger entries too; the rest is only here.
    Counter {
        /// Logins completed, of any actor.
        LoginCompleted => "procura_logins_completed_total",
        /// Logins refused on a known account.
        LoginRefused => "procura_logins_refused_total",
        /// Logins refused where no account has that address.
        LoginRefusedStrangers => "procura_logins_refused_strangers_total",
        /// Login tries that had to wait.
        LoginThrottled => "procura_logins_throttled_total",
        /// Second factors refused inside a session.
        SecondFactorRefused => "procura_second_factors_refused_total",
        /// Persons identified through an identity provider.
        PersonIdentified => "procura_persons_identified_total",
        /// Identifications that the identity provider or its answer made fail.
        IdentificationFailed => "procura_identifications_failed_total",
        /// Authorization requests with an unknown client or redirect address.
        UnknownClients => "procura_unknown_clients_total",
        /// Client authentications refused.
        ClientRefused => "procura_client_authentications_refused_total",
        /// Proofs of possession refused (RFC 9449); one without a nonce is none of them.
        DpopRefused => "procura_dpop_refused_total",
        /// Requests pushed (RFC 9126).
        ParPushed => "procura_par_pushed_total",
        /// Authorization requests accepted.
        AuthorizeAccepted => "procura_authorize_accepted_total",
        /// Authorization requests refused.
        AuthorizeRefused => "procura_authorize_refused_total",
        /// Token responses given.
        TokenIssued => "procura_tokens_issued_total",
        /// Token requests refused.
        TokenRefused => "procura_tokens_refused_total",
        /// Authorization codes presented a second time.
        CodeReplayed => "procura_codes_replayed_total",
        /// Introspections answered (RFC 7662).
        Introspections => "procura_introspections_total",
        /// Evaluations answered (AuthZEN).
        Evaluations => "procura_evaluations_total",
        /// Status lists signed anew.
        StatusListSigned => "procura_status_lists_signed_total",
        /// Status lists given out.
        StatusListServed => "procura_status_lists_served_total",
        /// Userinfo answers given.
        UserinfoServed => "procura_userinfo_total",
        /// Tokens revoked by clients (RFC 7009).
        TokenRevoked => "procura_tokens_revoked_total",
        /// Mandates approved.
        MandateApproved => "procura_mandates_approved_total",
        /// Mandates or themes revoked.
        MandateRevoked => "procura_mandates_revoked_total",
        /// Pages of mandates given to aidants' software.
        MandatesListed => "procura_mandates_listed_total",
        /// Acts opened.
        ActOpened => "procura_acts_opened_total",
        /// Acts refused.
        ActRefused => "procura_acts_refused_total",
        /// Receipts taken.
        ReceiptTaken => "procura_receipts_total",
        /// Attestations shown to whoever typed their code.
        AttestationVerified => "procura_attestations_verified_total",
        /// Posts refused because they came from another site.
        CrossSiteRefused => "procura_cross_site_refused_total",
        /// Requests answered 503 because as many were worked on and waited as may.
        RequestsShed => "procura_requests_shed_total",
        /// Requests whose body took too long to arrive.
        RequestsSlow => "procura_requests_slow_total",
        /// Connections answered 503 because as many were open as may.
        ConnectionsRefused => "procura_connections_refused_total",
        /// Connections cut because a head was sent, or an answer read, too slowly.
        ConnectionsCut => "procura_connections_cut_total",
        /// Requests that ended in an internal fault.
        Faults => "procura_faults_total",
        /// Entries put into the tree.
        LedgerIntegrated => "procura_ledger_integrated_total",
        /// Checkpoints signed.
        LedgerCheckpoints => "procura_ledger_checkpoints_total",
        /// Cosignatures that witnesses gave.
        WitnessCosigned => "procura_witness_cosignatures_total",
        /// Times a witness did not cosign what it was shown.
        WitnessFailed => "procura_witness_failures_total",
        /// Time-stamps taken.
        TimestampTaken => "procura_timestamps_total",
        /// Times no acceptable time-stamp came.
        TimestampFailed => "procura_timestamp_failures_total",
        /// Messages handed to a relay.
        MessageDelivered => "procura_messages_delivered_total",
        /// Deliveries that failed and are tried again.
        MessageFailed => "procura_messages_failed_total",
        /// Events and logout tokens that their receivers took.
        SignalDelivered => "procura_signals_delivered_total",
        /// Events and logout tokens that their receivers refused for good.
        SignalRefused => "procura_signals_refused_total",
        /// Attempts to tell a client that failed and are made again.
        SignalFailed => "procura_signals_failed_total",
        /// Events and logout tokens dropped because nobody took them in time.
        SignalLost => "procura_signals_lost_total",
    }
}

names! {
    /// What goes up and down.
    Gauge {
        /// Entries in the tree.
        LedgerSize => "procura_ledger_size",
        /// Committed entries that are not in the tree yet.
        LedgerWaiting => "procura_ledger_waiting",
        /// Age in seconds of the oldest entry that is not in the tree yet.
        LedgerLag => "procura_ledger_lag_seconds",
        /// Entries in the newest checkpoint that enough witnesses cosigned.
        LedgerWitnessed => "procura_ledger_witnessed_size",
        /// Witnesses that took the checkpoint they were last shown.
        WitnessesWell => "procura_witnesses_well",
        /// Messages waiting to be sent.
        OutboxWaiting => "procura_outbox_waiting",
        /// Events and logout tokens waiting to be taken.
        SignalsWaiting => "procura_signals_waiting",
        /// Requests of people and programs being worked on.
        RequestsInFlight => "procura_requests_in_flight",
        /// Requests of people and programs that wait for their turn.
        RequestsWaiting => "procura_requests_waiting",
    }
}

/// The recorder of this process.
#[derive(Clone)]
pub struct Metrics(Option<PrometheusHandle>);

/// Starts counting; a second call in one process gives the same recorder.
pub fn install() -> Metrics {
    Metrics(HANDLE.get_or_init(start).clone())
}

fn start() -> Option<PrometheusHandle> {
    let matcher = Matcher::Full(REQUEST_SECONDS.to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(matcher, &BUCKETS).ok()?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).ok()?;
    for counter in Counter::ALL {
        metrics::describe_counter!(counter.name(), counter.help().trim());
        metrics::counter!(counter.name()).absolute(0);
    }
    for gauge in Gauge::ALL {
        metrics::describe_gauge!(gauge.name(), gauge.help().trim());
    }
    metrics::describe_histogram!(REQUEST_SECONDS, "Time to answer a request, by route, method and status");
    Some(handle)
}

impl Metrics {
    /// The text of `/metrics` (Prometheus exposition format 0.0.4).
    pub fn render(&self) -> String {
        self.0.as_ref().map_or_else(String::new, |handle| {
            handle.run_upkeep();
            handle.render()
        })
    }
}

/// Counts one.
pub fn count(counter: Counter) {
    count_many(counter, 1);
}

/// Counts several at once.
pub fn count_many(counter: Counter, by: u64) {
    metrics::counter!(counter.name()).increment(by);
}

/// Sets a level.
pub fn level(gauge: Gauge, value: f64) {
    metrics::gauge!(gauge.name()).set(value);
}

/// Records an answered request. `route` is the matched pattern, never the address itself.
pub fn request(route: &str, method: &'static str, status: u16, elapsed: Duration) {
    let labels = [("route", route.to_owned()), ("method", method.to_owned()), ("status", status.to_string())];
    metrics::histogram!(REQUEST_SECONDS, &labels).record(elapsed.as_secs_f64());
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn shown(name: &str) -> f64 {
        let text = install().render();
        let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("there before it counts");
        line.trim().parse().expect("a number")
    }

    #[test]
    fn what_is_counted_is_shown() {
        let before = shown("procura_receipts_total");
        count_many(Counter::ReceiptTaken, 3);
        count(Counter::ReceiptTaken);
        level(Gauge::LedgerLag, 0.5);
        request("/aidant/mandats/{id}", "GET", 200, Duration::from_millis(30));
        let text = install().render();
        assert!(shown("procura_receipts_total") >= before + 4.0, "{text}");
        assert!(text.contains("procura_ledger_lag_seconds 0.5"), "{text}");
        assert!(text.contains("route=\"/aidant/mandats/{id}\""), "{text}");
        assert!(Counter::ALL.iter().all(|counter| shown(counter.name()) >= 0.0), "{text}");
    }

    #[test]
    fn names_are_unique() {
        let counters = Counter::ALL.iter().map(|counter| counter.name());
        let names: BTreeSet<&str> = counters.chain(Gauge::ALL.iter().map(|gauge| gauge.name())).collect();
        assert_eq!(names.len(), Counter::ALL.len() + Gauge::ALL.len());
    }
}
