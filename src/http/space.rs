//! Whose pages there are, and the navigation of each space.

/// Whose pages these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Space {
    /// Open to everyone: home, help, verification.
    Public,
    /// The aidant's.
    Aidant,
    /// The person's own.
    Person,
    /// One consent, without a space around it.
    Consent,
    /// The referent's.
    Referent,
    /// An authority's.
    Authority,
    /// The operator's.
    Operator,
    /// The integrator's: who connects a service.
    Integrator,
}

impl Space {
    /// The key of its name; none on public pages.
    pub const fn name_key(self) -> Option<&'static str> {
        match self {
            Self::Public => None,
            Self::Aidant => Some("space-aidant"),
            Self::Person => Some("space-person"),
            Self::Consent => Some("space-consent"),
            Self::Referent => Some("space-referent"),
            Self::Authority => Some("space-authority"),
            Self::Operator => Some("space-operator"),
            Self::Integrator => Some("space-integrator"),
        }
    }

    /// Where the brand in the header leads: the front page of the space.
    pub const fn home(self) -> &'static str {
        match self {
            Self::Public | Self::Consent => "/",
            Self::Aidant => "/aidant",
            Self::Person => "/personne",
            Self::Referent => "/referent",
            Self::Authority => "/autorite",
            Self::Operator => "/operateur",
            Self::Integrator => "/integrateur",
        }
    }

    /// Its navigation. A group without a heading stands open; the others fold, for spaces with many pages.
    pub const fn groups(self) -> &'static [NavGroup] {
        match self {
            Self::Public | Self::Consent => &[],
            Self::Aidant => {
                const {
                    &[NavGroup::open(&[
                        ("nav-aidant-today", "/aidant"),
                        ("nav-aidant-persons", "/aidant/personnes"),
                        ("nav-aidant-journal", "/aidant/journal"),
                        ("nav-aidant-habilitations", "/aidant/habilitations"),
                        ("nav-factors", "/aidant/facteurs"),
                    ])]
                }
            }
            Self::Person => {
                const {
                    &[NavGroup::open(&[
                        ("nav-person-mandates", "/personne"),
                        ("nav-person-journal", "/personne/journal"),
                        ("nav-person-notices", "/personne/avis"),
                        ("nav-person-settings", "/personne/reglages"),
                        ("nav-person-data", "/personne/donnees"),
                    ])]
                }
            }
            Self::Referent => {
                const {
                    &[NavGroup::open(&[
                        ("nav-referent-team", "/referent"),
                        ("nav-referent-consents", "/referent/mandats"),
                        ("nav-referent-activity", "/referent/activite"),
                        ("nav-referent-cases", "/referent/dossiers"),
                        ("nav-referent-figures", "/referent/chiffres"),
                        ("nav-factors", "/referent/facteurs"),
                    ])]
                }
            }
            Self::Authority => {
                const {
                    &[NavGroup::open(&[
                        ("nav-authority-cases", "/autorite"),
                        ("nav-authority-journal", "/autorite/journal"),
                        ("nav-authority-errors", "/autorite/erreurs"),
                        ("nav-authority-readings", "/autorite/lectures"),
                        ("nav-factors", "/autorite/facteurs"),
                    ])]
                }
            }
            Self::Operator => OPERATOR_GROUPS,
            Self::Integrator => {
                const {
                    &[NavGroup::open(&[
                        ("nav-integrator-services", "/integrateur"),
                        ("nav-integrator-errors", "/integrateur/erreurs"),
                        ("nav-factors", "/integrateur/facteurs"),
                    ])]
                }
            }
        }
    }

    /// The pages of its navigation in their order, as `(key of the words, path)`.
    pub fn links(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.groups().iter().flat_map(|group| group.links.iter().copied())
    }
}

/// A part of a space's navigation.
#[derive(Clone, Copy, Debug)]
pub struct NavGroup {
    /// The key of the words it folds under; none where its links stand in the row.
    pub heading: Option<&'static str>,
    /// Its pages, as `(key of the words, path)`.
    pub links: &'static [(&'static str, &'static str)],
}

impl NavGroup {
    const fn open(links: &'static [(&'static str, &'static str)]) -> Self {
        Self { heading: None, links }
    }

    const fn folded(heading: &'static str, links: &'static [(&'static str, &'static str)]) -> Self {
        Self { heading: Some(heading), links }
    }
}

const OPERATOR_GROUPS: &[NavGroup] = &[
    NavGroup::open(&[("nav-operator-requests", "/operateur")]),
    NavGroup::folded(
        "nav-group-organisations",
        &[
            ("nav-operator-queue", "/operateur/demandes"),
            ("nav-operator-organisations", "/operateur/structures"),
            ("nav-operator-habilitations", "/operateur/habilitations"),
            ("nav-operator-aidants", "/operateur/aidants"),
        ],
    ),
    NavGroup::folded(
        "nav-group-access",
        &[
            ("nav-operator-cards", "/operateur/cartes"),
            ("nav-operator-resets", "/operateur/reinitialisations"),
            ("nav-factors", "/operateur/facteurs"),
        ],
    ),
    NavGroup::folded(
        "nav-group-persons",
        &[("nav-operator-persons", "/operateur/personnes"), ("nav-operator-statement", "/operateur/releve")],
    ),
    NavGroup::open(&[("nav-operator-clients", "/operateur/administrations")]),
    NavGroup::folded(
        "nav-group-watch",
        &[
            ("nav-operator-journal", "/operateur/journal"),
            ("nav-operator-signs", "/operateur/signes"),
            ("nav-operator-figures", "/operateur/chiffres"),
            ("nav-operator-statistics", "/operateur/statistiques"),
            ("nav-operator-retention", "/operateur/retention"),
        ],
    ),
];
