//! Time-stamps (RFC 3161, with RFC 5816's certificate identifiers): the request, and the check of the answer up to an authority
//! one trusts.

use std::time::Duration;

use der::Decode;
use der::Encode;
use der::Reader;
use der::SliceReader;
use der::Tag;
use der::Tagged;
use der::asn1::AnyRef;
use der::oid::ObjectIdentifier;
use ring::digest;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::SignatureVerificationAlgorithm;
use rustls::pki_types::TrustAnchor;
use rustls::pki_types::UnixTime;
use rustls::pki_types::pem::PemObject;
use webpki::EndEntityCert;
use webpki::KeyUsage;

use crate::crypto::hash::sha256;
use crate::domain::ids::Random;
use crate::domain::ids::random_bytes;
use crate::domain::time::Instant;

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SIGNING_CERTIFICATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_2: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const RSA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.12");
const RSA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.13");
const ECDSA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const ECDSA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3");
const EXTENDED_KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

type Signatures = &'static [&'static dyn SignatureVerificationAlgorithm];

const RSA_WITH_256: Signatures = &[webpki::ring::RSA_PKCS1_2048_8192_SHA256];
const RSA_WITH_384: Signatures = &[webpki::ring::RSA_PKCS1_2048_8192_SHA384];
const RSA_WITH_512: Signatures = &[webpki::ring::RSA_PKCS1_2048_8192_SHA512];
const ECDSA_WITH_256: Signatures = &[webpki::ring::ECDSA_P256_SHA256, webpki::ring::ECDSA_P384_SHA256];
const ECDSA_WITH_384: Signatures = &[webpki::ring::ECDSA_P256_SHA384, webpki::ring::ECDSA_P384_SHA384];

/// Why an answer is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    /// Not the DER of a response.
    #[error("this is no answer of a time-stamping authority")]
    Form,
    /// The authority granted nothing; its status.
    #[error("the time-stamping authority refused, with status {0}")]
    Refused(u8),
    /// It is about something else.
    #[error("the time-stamp is not one of these bytes")]
    Imprint,
    /// It answers another request.
    #[error("the time-stamp answers another request")]
    Nonce,
    /// The signer's certificate does not lead to a trusted one, was not valid then, or is not for time-stamps.
    #[error("the authority's certificate is not one to trust for time-stamps")]
    Certificate,
    /// The signature, or what it covers, does not hold.
    #[error("the time-stamp's signature does not hold")]
    Signature,
    /// The file of certificates holds none that can be used.
    #[error("there is no certificate (PEM) in it that can be trusted")]
    Roots,
}

/// The certificates that the authority's own must lead to.
#[derive(Clone, Debug)]
pub struct Roots(Vec<TrustAnchor<'static>>);

impl Roots {
    /// Reads a PEM file of one or more certificates.
    ///
    /// # Errors
    /// [`StampError::Roots`].
    pub fn from_pem(pem: &[u8]) -> Result<Self, StampError> {
        let mut anchors = Vec::new();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| StampError::Roots)?;
            let anchor = webpki::anchor_from_trusted_cert(&certificate).map_err(|_| StampError::Roots)?;
            anchors.push(anchor.to_owned());
        }
        if anchors.is_empty() { Err(StampError::Roots) } else { Ok(Self(anchors)) }
    }
}

/// A request (RFC 3161 section 2.4.1) over SHA-256, with a nonce, asking for the certificate.
#[derive(Clone, Debug)]
pub struct StampRequest {
    /// Its DER, to be posted as `application/timestamp-query`.
    pub body: Vec<u8>,
    nonce: [u8; 8],
}

impl StampRequest {
    /// A request to stamp these bytes.
    ///
    /// # Errors
    /// [`StampError::Form`] never in practice: everything in it is short.
    pub fn new(message: &[u8], random: &dyn Random) -> Result<Self, StampError> {
        let mut nonce = random_bytes::<8>(random);
        // A positive INTEGER of eight bytes.
        nonce[0] = nonce[0] & 0x3f | 0x40;
        let body = Self::encode(message, &nonce).map_err(|_| StampError::Form)?;
        Ok(Self { body, nonce })
    }

    fn encode(message: &[u8], nonce: &[u8]) -> der::Result<Vec<u8>> {
        let algorithm = wrap(Tag::Sequence, &[SHA_256.to_der()?, AnyRef::NULL.to_der()?])?;
        let digest = wrap(Tag::OctetString, &[sha256(message).to_vec()])?;
        let imprint = wrap(Tag::Sequence, &[algorithm, digest])?;
        let nonce = wrap(Tag::Integer, &[nonce.to_vec()])?;
        wrap(Tag::Sequence, &[1_u8.to_der()?, imprint, nonce, true.to_der()?])
    }

    /// Checks the answer to this request; gives the time it states.
    ///
    /// # Errors
    /// See [`StampError`].
    pub fn accept(&self, reply: &[u8], message: &[u8], roots: &Roots) -> Result<Instant, StampError> {
        check(reply, message, roots, Some(&self.nonce))
    }
}

/// Checks an answer that was kept; gives the time at which the authority says these bytes were there.
///
/// # Errors
/// See [`StampError`].
pub fn stamped_at(reply: &[u8], message: &[u8], roots: &Roots) -> Result<Instant, StampError> {
    check(reply, message, roots, None)
}

fn wrap(tag: Tag, parts: &[Vec<u8>]) -> der::Result<Vec<u8>> {
    AnyRef::new(tag, &parts.concat())?.to_der()
}

/// One DER value, and its bytes with the header.
#[derive(Clone, Copy)]
struct Node<'a> {
    tag: Tag,
    value: &'a [u8],
    whole: &'a [u8],
}

impl<'a> Node<'a> {
    fn all(bytes: &'a [u8]) -> Result<Vec<Self>, StampError> {
        let mut reader = SliceReader::new(bytes).map_err(|_| StampError::Form)?;
        let mut nodes = Vec::new();
        while !reader.is_finished() {
            let whole = reader.tlv_bytes().map_err(|_| StampError::Form)?;
            let any = AnyRef::from_der(whole).map_err(|_| StampError::Form)?;
            nodes.push(Self { tag: any.tag(), value: any.value(), whole });
        }
        Ok(nodes)
    }

    fn one(bytes: &'a [u8], tag: Tag) -> Result<Self, StampError> {
        match Self::all(bytes)?.as_slice() {
            [node] if node.tag == tag => Ok(*node),
            _ => Err(StampError::Form),
        }
    }

    fn children(self) -> Result<Vec<Self>, StampError> {
        Self::all(self.value)
    }

    fn is(self, oid: &ObjectIdentifier) -> bool {
        self.tag == Tag::ObjectIdentifier && self.value == oid.as_bytes()
    }

    fn context(self, number: u8) -> bool {
        matches!(self.tag, Tag::ContextSpecific { number: found, .. } if found.value() == u32::from(number))
    }
}

fn at<'a>(nodes: &[Node<'a>], index: usize, tag: Tag) -> Result<Node<'a>, StampError> {
    nodes.get(index).copied().filter(|node| node.tag == tag).ok_or(StampError::Form)
}

/// What a response holds, taken apart.
struct Token<'a> {
    info: &'a [u8],
    certificates: Vec<&'a [u8]>,
    digest: Node<'a>,
    attributes: Node<'a>,
    algorithm: Node<'a>,
    signature: &'a [u8],
}

fn check(
    reply: &[u8],
    message: &[u8],
    roots: &Roots,
    nonce: Option<&[u8; 8]>,
) -> Result<Instant, StampError> {
    let token = open(reply)?;
    let at = info(token.info, message, nonce)?;
    let seconds = u64::try_from(at.seconds()).map_err(|_| StampError::Form)?;
    let signer = signer(&token)?;
    let others: Vec<CertificateDer<'_>> = token
        .certificates
        .iter()
        .filter(|der| **der != signer)
        .map(|der| CertificateDer::from(*der))
        .collect();
    let der = CertificateDer::from(signer);
    let certificate = EndEntityCert::try_from(&der).map_err(|_| StampError::Certificate)?;
    let usage = KeyUsage::required_if_present(TIME_STAMPING.as_bytes());
    let then = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
    certificate
        .verify_for_usage(webpki::ALL_VERIFICATION_ALGS, &roots.0, &others, then, usage, None, None)
        .map_err(|_| StampError::Certificate)?;
    only_for_time_stamps(signer)?;
    signature(&token, &certificate)?;
    Ok(at)
}

fn open(reply: &[u8]) -> Result<Token<'_>, StampError> {
    let response = Node::one(reply, Tag::Sequence)?.children()?;
    let status = at(&at(&response, 0, Tag::Sequence)?.children()?, 0, Tag::Integer)?;
    match status.value {
        // granted, and granted with modifications
        [0 | 1] => {}
        [other] => return Err(StampError::Refused(*other)),
        _ => return Err(StampError::Form),
    }
    let content = at(&response, 1, Tag::Sequence)?.children()?;
    if !content.first().is_some_and(|kind| kind.is(&SIGNED_DATA)) {
        return Err(StampError::Form);
    }
    let explicit = content.get(1).filter(|node| node.context(0)).ok_or(StampError::Form)?;
    let signed = Node::one(explicit.value, Tag::Sequence)?.children()?;
    let enclosed = at(&signed, 2, Tag::Sequence)?.children()?;
    if !enclosed.first().is_some_and(|kind| kind.is(&TST_INFO)) {
        return Err(StampError::Form);
    }
    let enclosed = enclosed.get(1).filter(|node| node.context(0)).ok_or(StampError::Form)?;
    let info = Node::one(enclosed.value, Tag::OctetString)?.value;
    let certificates = match signed.get(3).filter(|node| node.context(0)) {
        Some(set) => set.children()?.into_iter().map(|node| node.whole).collect(),
        None => Vec::new(),
    };
    let signers = signed.last().filter(|node| node.tag == Tag::Set).ok_or(StampError::Form)?.children()?;
    // RFC 3161 section 2.4.2: the authority's signature and no other.
    let [signer] = signers.as_slice() else { return Err(StampError::Form) };
    let signer = signer.children()?;
    let attributes = signer.get(3).copied().filter(|node| node.context(0)).ok_or(StampError::Signature)?;
    Ok(Token {
        info,
        certificates,
        digest: at(&signer, 2, Tag::Sequence)?,
        attributes,
        algorithm: at(&signer, 4, Tag::Sequence)?,
        signature: at(&signer, 5, Tag::OctetString)?.value,
    })
}

/// TSTInfo: version, policy, imprint, serial number, time, then what is optional.
fn info(bytes: &[u8], message: &[u8], nonce: Option<&[u8; 8]>) -> Result<Instant, StampError> {
    let fields = Node::one(bytes, Tag::Sequence)?.children()?;
    let imprint = at(&fields, 2, Tag::Sequence)?.children()?;
    let algorithm = at(&imprint, 0, Tag::Sequence)?.children()?;
    let digest = at(&imprint, 1, Tag::OctetString)?;
    if !algorithm.first().is_some_and(|oid| oid.is(&SHA_256)) || digest.value != sha256(message) {
        return Err(StampError::Imprint);
    }
    let time = at(&fields, 4, Tag::GeneralizedTime)?;
    if let Some(nonce) = nonce {
        let answered = fields.iter().skip(5).find(|node| node.tag == Tag::Integer);
        if answered.is_none_or(|answered| answered.value != nonce) {
            return Err(StampError::Nonce);
        }
    }
    std::str::from_utf8(time.value).ok().and_then(moment).ok_or(StampError::Form)
}

/// `YYYYMMDDhhmmss[.f…]Z` (RFC 3161 section 2.4.2).
fn moment(text: &str) -> Option<Instant> {
    let (digits, rest) = text.strip_suffix('Z')?.split_at_checked(14)?;
    let part = |from: usize, to: usize| digits.get(from..to);
    let fraction = rest.is_empty() || rest.strip_prefix('.').is_some_and(|rest| !rest.is_empty());
    if !fraction || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (date, time) =
        ((part(0, 4)?, part(4, 6)?, part(6, 8)?), (part(8, 10)?, part(10, 12)?, part(12, 14)?));
    Instant::parse(&format!("{}-{}-{}T{}:{}:{}{rest}Z", date.0, date.1, date.2, time.0, time.1, time.2))
}

/// The value of a signed attribute that is there once with one value.
fn attribute<'a>(attributes: Node<'a>, oid: &ObjectIdentifier) -> Result<Option<Node<'a>>, StampError> {
    let mut found = None;
    for attribute in attributes.children()? {
        let fields = attribute.children()?;
        if fields.first().is_some_and(|kind| kind.is(oid)) {
            let values = at(&fields, 1, Tag::Set)?.children()?;
            match (values.as_slice(), found) {
                ([value], None) => found = Some(*value),
                _ => return Err(StampError::Form),
            }
        }
    }
    Ok(found)
}

fn hashing(algorithm: Node<'_>) -> Option<&'static digest::Algorithm> {
    let oid = algorithm.children().ok()?.first().copied()?;
    [(SHA_256, &digest::SHA256), (SHA_384, &digest::SHA384), (SHA_512, &digest::SHA512)]
        .into_iter()
        .find_map(|(known, hash)| oid.is(&known).then_some(hash))
}

/// The certificate that the signed attributes name by its hash (RFC 2634 section 5.4, RFC 5035, RFC 5816).
fn signer<'a>(token: &Token<'a>) -> Result<&'a [u8], StampError> {
    let first = |value: Node<'a>| -> Result<Vec<Node<'a>>, StampError> {
        let certificates = at(&value.children()?, 0, Tag::Sequence)?.children()?;
        at(&certificates, 0, Tag::Sequence)?.children()
    };
    let (hash, algorithm) = if let Some(value) = attribute(token.attributes, &SIGNING_CERTIFICATE_2)? {
        let fields = first(value)?;
        match fields.as_slice() {
            [algorithm, hash, ..] if algorithm.tag == Tag::Sequence => {
                (*hash, hashing(*algorithm).ok_or(StampError::Certificate)?)
            }
            [hash, ..] => (*hash, &digest::SHA256),
            [] => return Err(StampError::Form),
        }
    } else if let Some(value) = attribute(token.attributes, &SIGNING_CERTIFICATE)? {
        (at(&first(value)?, 0, Tag::OctetString)?, &digest::SHA1_FOR_LEGACY_USE_ONLY)
    } else {
        return Err(StampError::Certificate);
    };
    let named = |der: &&&[u8]| digest::digest(algorithm, der).as_ref() == hash.value;
    token.certificates.iter().find(named).copied().ok_or(StampError::Certificate)
}

/// RFC 3161 section 2.3: the certificate's one extended key usage is time-stamping, and it is critical.
fn only_for_time_stamps(certificate: &[u8]) -> Result<(), StampError> {
    let fields = Node::one(certificate, Tag::Sequence)?.children()?;
    let body = at(&fields, 0, Tag::Sequence)?.children()?;
    let extensions = body.iter().find(|node| node.context(3)).ok_or(StampError::Certificate)?;
    for extension in Node::one(extensions.value, Tag::Sequence)?.children()? {
        let fields = extension.children()?;
        let [oid, critical, value] = fields.as_slice() else { continue };
        if oid.is(&EXTENDED_KEY_USAGE) && critical.tag == Tag::Boolean && critical.value == [0xff] {
            let usages = Node::one(value.value, Tag::Sequence)?.children()?;
            let alone = matches!(usages.as_slice(), [usage] if usage.is(&TIME_STAMPING));
            return if alone { Ok(()) } else { Err(StampError::Certificate) };
        }
    }
    Err(StampError::Certificate)
}

/// RFC 5652 section 5.4: the signature is over the attributes as a SET, which name the content by type and digest.
fn signature(token: &Token<'_>, certificate: &EndEntityCert<'_>) -> Result<(), StampError> {
    let hash = hashing(token.digest).ok_or(StampError::Signature)?;
    let kind = attribute(token.attributes, &CONTENT_TYPE)?.ok_or(StampError::Signature)?;
    let digest = attribute(token.attributes, &MESSAGE_DIGEST)?.ok_or(StampError::Signature)?;
    if !kind.is(&TST_INFO) || digest.value != digest::digest(hash, token.info).as_ref() {
        return Err(StampError::Signature);
    }
    let oid = token.algorithm.children()?.first().copied().ok_or(StampError::Form)?;
    let plain =
        [(&digest::SHA256, RSA_WITH_256), (&digest::SHA384, RSA_WITH_384), (&digest::SHA512, RSA_WITH_512)];
    let named = [
        (RSA_256, RSA_WITH_256),
        (RSA_384, RSA_WITH_384),
        (RSA_512, RSA_WITH_512),
        (ECDSA_256, ECDSA_WITH_256),
        (ECDSA_384, ECDSA_WITH_384),
    ];
    let algorithms = if oid.is(&RSA) {
        plain.into_iter().find_map(|(known, algorithms)| (known == hash).then_some(algorithms))
    } else {
        named.into_iter().find_map(|(known, algorithms)| oid.is(&known).then_some(algorithms))
    };
    let set = AnyRef::new(Tag::Set, token.attributes.value).and_then(|set| set.to_der());
    let set = set.map_err(|_| StampError::Form)?;
    let holds = |algorithm: &&dyn SignatureVerificationAlgorithm| {
        certificate.verify_signature(*algorithm, &set, token.signature).is_ok()
    };
    if algorithms.unwrap_or_default().iter().any(holds) { Ok(()) } else { Err(StampError::Signature) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::random::SystemRandom;

    #[test]
    fn a_request_is_the_der_that_authorities_read() {
        let request = StampRequest::new(b"abc", &SystemRandom::new()).expect("a request");
        let fields = Node::one(&request.body, Tag::Sequence).expect("der").children().expect("der");
        assert_eq!(fields.len(), 4);
        assert_eq!((fields[0].value, fields[3].value), (&[1_u8][..], &[0xff_u8][..]));
        assert_eq!(fields[2].value, request.nonce);
        assert!(fields[1].whole.ends_with(&sha256(b"abc")));
    }

    #[test]
    fn times_are_read_to_their_fraction() {
        let read = |text| moment(text).map(Instant::to_text);
        assert_eq!(moment("20261122103000Z"), Instant::parse("2026-11-22T10:30:00Z"));
        assert!(moment("20261122103000.5Z") > moment("20261122103000Z"));
        for other in [
            "",
            "Z",
            "2026112210300Z",
            "20261122103000",
            "20261122103000.Z",
            "20261322103000Z",
            "2026112210300éZ",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn other_bytes_are_no_answer() {
        let roots = Roots(Vec::new());
        for bytes in [&b""[..], b"garbage", &[0x30, 0x80], &[0x30, 3, 2, 1, 0], &[0x30, 2, 0x30, 0]] {
            assert_eq!(stamped_at(bytes, b"", &roots), Err(StampError::Form));
        }
        let refused = [0x30, 5, 0x30, 3, 2, 1, 2];
        assert_eq!(stamped_at(&refused, b"", &roots), Err(StampError::Refused(2)));
        assert_eq!(Roots::from_pem(b"nothing").err(), Some(StampError::Roots));
    }
}
