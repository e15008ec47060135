//! The decision: its properties, and the whole matrix of actor, state and answer as a file people review.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

use procura::domain::account::AccountStatus;
use procura::domain::client::AssertionAudience;
use procura::domain::client::Client;
use procura::domain::client::ClientAuth;
use procura::domain::client::ClientKind;
use procura::domain::client::ClientOptions;
use procura::domain::client::ClientStatus;
use procura::domain::client::Registration;
use procura::domain::decision::Blocks;
use procura::domain::decision::Question;
use procura::domain::decision::Reason;
use procura::domain::decision::decide;
use procura::domain::habilitation;
use procura::domain::habilitation::Charter;
use procura::domain::habilitation::Habilitation;
use procura::domain::habilitation::Right;
use procura::domain::habilitation::SuspendedBy;
use procura::domain::ids::AccountId;
use procura::domain::ids::ClientId;
use procura::domain::ids::HabilitationId;
use procura::domain::ids::MandateId;
use procura::domain::ids::OrganisationId;
use procura::domain::ids::PersonId;
use procura::domain::mandate::Channel;
use procura::domain::mandate::Consent;
use procura::domain::mandate::ConsentMethod;
use procura::domain::mandate::End;
use procura::domain::mandate::EndedBy;
use procura::domain::mandate::Life;
use procura::domain::mandate::Mandate;
use procura::domain::mandate::MandateDuration;
use procura::domain::mandate::Terms;
use procura::domain::mandate::Validity;
use procura::domain::organisation::Organisation;
use procura::domain::organisation::OrganisationStatus;
use procura::domain::organisation::Siret;
use procura::domain::person::ConsentGrade;
use procura::domain::theme::Theme;
use procura::domain::time::Instant;
use proptest::prelude::*;
use uuid::Uuid;

const NOW: Instant = Instant::from_seconds(1_795_000_000);
const GOLDEN: &str = include_str!("golden/decision.txt");

/// One thing that stands in the way, by its number; each is named in the golden file.
/// What stands in the way, and how it is put there.
type Obstacle = (&'static str, fn(&mut Case));

const OBSTACLES: [Obstacle; 30] = [
    ("client waits for confirmation", |case| case.client.status = ClientStatus::Pending),
    ("client switched off", |case| case.client.status = ClientStatus::Disabled),
    ("client without mandates", |case| case.client.registration.mandate_type = false),
    ("client without the theme", |case| {
        case.client.registration.themes.retain(|theme| *theme != Theme::Social);
    }),
    ("client asks for a stronger consent", |case| {
        case.client.registration.min_consent_grade = ConsentGrade::FranceConnectPlus;
    }),
    ("account suspended", |case| case.account = AccountStatus::Suspended),
    ("habilitation asked for", |case| case.habilitation.life = habilitation::Life::Requested),
    ("charter not signed", |case| {
        case.habilitation.life = habilitation::Life::Habilitated { right: Right { charter: None, ..right() } }
    }),
    ("habilitation suspended", |case| {
        case.habilitation.life = habilitation::Life::Suspended { right: right(), by: SuspendedBy::Referent };
    }),
    ("habilitation ended", |case| {
        case.habilitation.life = habilitation::Life::Ended { right: Some(right()) }
    }),
    ("habilitation past its date", |case| {
        let right = Right { until: NOW.minus(Duration::from_micros(1)), ..right() };
        case.habilitation.life = habilitation::Life::Habilitated { right };
    }),
    ("organisation suspended", |case| case.organisation.status = OrganisationStatus::Suspended),
    ("organisation without the theme", |case| case.organisation.withheld_themes.extend([Theme::Social])),
    ("no mandate", |case| case.mandate = None),
    ("another organisation's mandate", |case| {
        case.change(|mandate| mandate.terms.organisation = OrganisationId::from_uuid(Uuid::from_u128(99)));
    }),
    ("habilitation of another organisation", |case| {
        case.habilitation.organisation = OrganisationId::from_uuid(Uuid::from_u128(98));
    }),
    ("mandate is a draft", |case| case.change(|mandate| mandate.life = Life::Draft { lapses_at: NOW })),
    ("mandate awaits the person", |case| {
        case.change(|mandate| mandate.life = Life::AwaitingConsent { lapses_at: NOW });
    }),
    ("mandate refused by the person", |case| case.change(|mandate| mandate.life = Life::Refused { at: NOW })),
    ("mandate lapsed", |case| case.change(|mandate| mandate.life = Life::Lapsed { at: NOW })),
    ("mandate suspended", |case| {
        case.change(|mandate| mandate.life = Life::Suspended { consent: consent(), since: NOW });
    }),
    ("mandate revoked", |case| {
        case.change(|mandate| mandate.life = Life::Revoked { consent: consent(), end: end() });
    }),
    ("mandate past its date", |case| case.change(|mandate| mandate.life = Life::Active { consent: past() })),
    ("theme never in the mandate", |case| {
        case.change(|mandate| mandate.terms.themes.retain(|theme| *theme != Theme::Social));
    }),
    ("theme revoked", |case| {
        case.change(|mandate| {
            mandate.ended_themes.insert(Theme::Social, end());
        });
    }),
    ("aidant blocked by the person", |case| case.blocks.aidant = true),
    ("organisation blocked by the person", |case| case.blocks.organisation = true),
    ("broker, and no e-mail address of hers", |case| {
        case.client.registration.kind = ClientKind::IdentityBroker;
        case.has_email = false;
    }),
    ("broker, and a declared consent", |case| {
        case.client.registration.kind = ClientKind::IdentityBroker;
        case.client.registration.min_consent_grade = ConsentGrade::Declared;
        case.change(|mandate| {
            if let Life::Active { consent } = &mut mandate.life {
                consent.grade = ConsentGrade::Declared;
            }
        });
    }),
    ("second factor too old", |case| case.fresh = false),
];

struct Case {
    client: Client,
    account: AccountStatus,
    habilitation: Habilitation,
    organisation: Organisation,
    mandate: Option<Mandate>,
    blocks: Blocks,
    has_email: bool,
    fresh: bool,
}

impl Case {
    fn change(&mut self, change: impl FnOnce(&mut Mandate)) {
        if let Some(mandate) = &mut self.mandate {
            change(mandate);
        }
    }

    fn with(obstacles: impl IntoIterator<Item = usize>) -> Self {
        let mut case = good();
        for number in obstacles {
            OBSTACLES[number].1(&mut case);
        }
        case
    }

    fn decide(&self) -> Result<(), Reason> {
        decide(&Question {
            now: NOW,
            client: &self.client,
            account: self.account,
            habilitation: &self.habilitation,
            organisation: &self.organisation,
            mandate: self.mandate.as_ref(),
            theme: Theme::Social,
            blocks: self.blocks,
            has_email: self.has_email,
            factor_was_fresh: self.fresh,
        })
    }
}

fn right() -> Right {
    let charter = Charter { version: "charter".to_owned(), signed_at: NOW };
    Right { until: NOW.plus(Duration::from_secs(86_400)), training: None, charter: Some(charter) }
}

fn end() -> End {
    End { at: NOW, by: EndedBy::Person }
}

fn consent() -> Consent {
    Consent {
        person: PersonId::from_uuid(Uuid::from_u128(1)),
        method: ConsentMethod::FranceConnect,
        grade: ConsentGrade::FranceConnect,
        text_digest: [1; 32],
        validity: Validity::approved_at(NOW, MandateDuration::Month),
    }
}

fn past() -> Consent {
    let begun = NOW.minus(Duration::from_secs(40 * 86_400));
    Consent { validity: Validity::approved_at(begun, MandateDuration::Month), ..consent() }
}

fn good() -> Case {
    let organisation = OrganisationId::from_uuid(Uuid::from_u128(2));
    let (account, habilitation) =
        (AccountId::from_uuid(Uuid::from_u128(3)), HabilitationId::from_uuid(Uuid::from_u128(4)));
    let terms = Terms {
        organisation,
        drafted_by: account,
        habilitation,
        themes: BTreeSet::from([Theme::Social, Theme::Logement]),
        duration: MandateDuration::Month,
        channel: Channel::Present,
        text_version: "2026-11-22".to_owned(),
        reference: [0; 16],
        drafted_at: NOW,
    };
    let mut mandate = Mandate::draft(MandateId::from_uuid(Uuid::from_u128(5)), terms, NOW);
    mandate.life = Life::Active { consent: consent() };
    Case {
        client: client(),
        account: AccountStatus::Active,
        habilitation: Habilitation {
            id: habilitation,
            account,
            organisation,
            life: habilitation::Life::Habilitated { right: right() },
        },
        organisation: Organisation {
            id: organisation,
            siret: Siret::parse("73282932000074").expect("a SIRET"),
            name: "CCAS".to_owned(),
            address: "Dijon".to_owned(),
            status: OrganisationStatus::Active,
            withheld_themes: BTreeSet::new(),
        },
        mandate: Some(mandate),
        blocks: Blocks::default(),
        has_email: true,
        fresh: true,
    }
}

fn client() -> Client {
    Client {
        id: ClientId::parse("caf").expect("an id"),
        status: ClientStatus::Active,
        secret_hash: None,
        registration: Registration {
            name: "CAF".to_owned(),
            kind: ClientKind::Administration,
            auth: ClientAuth::SecretBasic,
            compat: true,
            redirect_uris: BTreeSet::new(),
            post_logout_redirect_uris: BTreeSet::new(),
            themes: BTreeSet::from([Theme::Social]),
            scopes: BTreeSet::new(),
            mandate_type: true,
            client_credentials: false,
            min_consent_grade: ConsentGrade::FranceConnect,
            aidant_name: false,
            require_par: false,
            assertion_audience: AssertionAudience::Issuer,
            jwks: None,
            id_token_alg: "ES256".to_owned(),
            userinfo_alg: None,
            sector: None,
            options: ClientOptions::default(),
        },
    }
}

fn word(decided: Result<(), Reason>) -> &'static str {
    decided.map_or_else(Reason::as_str, |()| "allowed")
}

#[test]
fn an_administration_needs_no_address_and_may_take_a_declared_consent() {
    let mut case = good();
    case.has_email = false;
    assert_eq!(case.decide(), Ok(()));
    let mut case = Case::with([OBSTACLES.len() - 2]);
    case.client.registration.kind = ClientKind::Administration;
    assert_eq!(case.decide(), Ok(()));
}

/// Each obstacle alone, and each pair: which reason is told.
fn matrix() -> String {
    let mut text = String::from("nothing in the way: ");
    writeln!(text, "{}", word(good().decide())).expect("text");
    for (number, (name, _)) in OBSTACLES.iter().enumerate() {
        writeln!(text, "\n{name}: {}", word(Case::with([number]).decide())).expect("text");
        for (second, (other, _)) in OBSTACLES.iter().enumerate().skip(number + 1) {
            writeln!(text, "  and {other}: {}", word(Case::with([number, second]).decide())).expect("text");
        }
    }
    text
}

/// Writes what it finds beside the golden file's place when they differ, so that a change can be reviewed and taken over.
#[test]
fn the_matrix_is_the_reviewed_one() {
    let found = matrix();
    if found != GOLDEN {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/decision.txt.new");
        std::fs::write(path, &found).expect("written");
        panic!("the decision changed; compare tests/it/golden/decision.txt.new");
    }
}

#[test]
fn every_reason_is_reached_by_one_obstacle_alone() {
    let reached: BTreeSet<Reason> =
        (0..OBSTACLES.len()).filter_map(|number| Case::with([number]).decide().err()).collect();
    assert_eq!(reached, Reason::ALL.iter().copied().collect());
}

proptest! {
    #[test]
    fn no_obstacle_ever_opens_a_way(numbers in proptest::collection::vec(0..OBSTACLES.len(), 0..8)) {
        let decided = Case::with(numbers.iter().copied()).decide();
        prop_assert_eq!(decided.is_ok(), numbers.is_empty());
    }
}
