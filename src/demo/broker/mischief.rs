//! What a broken or hostile broker may send to the gateway; tests switch one on at a time.

/// One misbehaviour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mischief {
    /// The authorization request has this parameter too, or instead.
    Sends(&'static str, String),
    /// The authorization request lacks this parameter.
    Omits(&'static str),
    /// It asks for these labels, whatever its services accept.
    AsksFor(Vec<String>),
    /// It sends another secret than its own.
    WrongSecret,
    /// It sends its secret in the header, and not in the body.
    SecretInHeader,
    /// It redeems each code twice.
    CodeTwice,
    /// It sends a verifier though it sent no challenge.
    Verifier,
    /// Its logout hint has one changed byte.
    ForgedHint,
    /// Its logout wants to end elsewhere.
    LogoutElsewhere(String),
}
