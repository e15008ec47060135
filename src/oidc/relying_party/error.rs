//! How an identification fails: told apart as far as the person has something else to do.

/// Why nobody was identified. Says nothing about the person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RpError {
    /// No provider is configured.
    #[error("identification is switched off")]
    Off,
    /// The provider does not answer, or not in time.
    #[error("the provider is unavailable: {0}")]
    Unavailable(String),
    /// The person, or the provider for her, gave up.
    #[error("the login was given up")]
    Denied,
    /// The answer belongs to no login begun in this browser.
    #[error("the answer's state is not this browser's")]
    WrongState,
    /// The provider answered with an error.
    #[error("the provider answered {0}")]
    Provider(String),
    /// Something it sent cannot be believed.
    #[error("not believed: {0}")]
    Untrusted(&'static str),
}

impl RpError {
    /// Whether the provider or its answer is to blame, neither the person nor the configuration.
    pub const fn of_the_provider(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Provider(_) | Self::Untrusted(_))
    }
}
