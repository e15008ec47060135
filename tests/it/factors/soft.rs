//! An authenticator in memory: one ES256 key, its CBOR written by hand, and everything it says can be bent.

use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::crypto::hash::unb64;
use ring::rand::SystemRandom;
use ring::signature::ECDSA_P256_SHA256_ASN1_SIGNING;
use ring::signature::EcdsaKeyPair;
use ring::signature::KeyPair;
use serde_json::Value;
use serde_json::json;

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;

/// What the authenticator says of the ceremony; each test bends one of them.
#[derive(Clone, Debug)]
pub struct Saying {
    pub origin: String,
    pub rp: String,
    pub verified: bool,
    pub challenge: Option<String>,
    pub user: Option<Vec<u8>>,
    pub counter: Option<u32>,
}

impl Saying {
    /// What an honest one says at this address.
    pub fn at(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            rp: "localhost".to_owned(),
            verified: true,
            challenge: None,
            user: None,
            counter: None,
        }
    }
}

/// A device with one key.
pub struct Soft {
    pair: EcdsaKeyPair,
    id: Vec<u8>,
    user: Vec<u8>,
    counter: u32,
}

fn client_data(kind: &str, options: &Value, saying: &Saying) -> Vec<u8> {
    let asked = options["challenge"].as_str().expect("a challenge").to_owned();
    let challenge = saying.challenge.clone().unwrap_or(asked);
    json!({"type": kind, "challenge": challenge, "origin": saying.origin, "crossOrigin": false})
        .to_string()
        .into_bytes()
}

fn head(saying: &Saying, extra: u8, counter: u32) -> Vec<u8> {
    let mut data = sha256(saying.rp.as_bytes()).to_vec();
    data.push(PRESENT | extra | if saying.verified { VERIFIED } else { 0 });
    data.extend_from_slice(&counter.to_be_bytes());
    data
}

fn bytes(out: &mut Vec<u8>, content: &[u8]) {
    out.push(0x59);
    out.extend_from_slice(&u16::try_from(content.len()).expect("short").to_be_bytes());
    out.extend_from_slice(content);
}

#[expect(clippy::disallowed_methods, reason = "a device outside the house draws from its own source")]
fn of_its_own() -> SystemRandom {
    SystemRandom::new()
}

impl Soft {
    /// Makes a key as the options ask; gives the device and its answer.
    pub fn make(options: &Value, saying: &Saying) -> (Self, String) {
        let random = of_its_own();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random)
            .expect("a key");
        let id = sha256(pair.public_key().as_ref()).to_vec();
        let user = unb64(options["user"]["id"].as_str().expect("a user")).expect("base64url");
        let soft = Self { pair, id, user, counter: 0 };
        let answer = soft.attestation(options, saying);
        (soft, answer)
    }

    fn attestation(&self, options: &Value, saying: &Saying) -> String {
        let point = self.pair.public_key().as_ref();
        let mut data = head(saying, ATTESTED, 0);
        data.extend_from_slice(&[0; 16]);
        data.extend_from_slice(&u16::try_from(self.id.len()).expect("short").to_be_bytes());
        data.extend_from_slice(&self.id);
        data.extend_from_slice(&[0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend_from_slice(&point[1..33]);
        data.extend_from_slice(&[0x22, 0x58, 0x20]);
        data.extend_from_slice(&point[33..65]);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData".to_vec();
        bytes(&mut object, &data);
        let client = client_data("webauthn.create", options, saying);
        json!({
            "id": b64(&self.id), "rawId": b64(&self.id), "type": "public-key", "extensions": {},
            "response": { "clientDataJSON": b64(&client), "attestationObject": b64(&object) },
        })
        .to_string()
    }

    /// Uses the key; an honest one counts up.
    pub fn answer(&mut self, options: &Value, saying: &Saying) -> String {
        self.counter += 1;
        let data = head(saying, 0, saying.counter.unwrap_or(self.counter));
        let client = client_data("webauthn.get", options, saying);
        let mut signed = data.clone();
        signed.extend_from_slice(&sha256(&client));
        let signature = self.pair.sign(&of_its_own(), &signed).expect("a signature");
        let user = saying.user.clone().unwrap_or_else(|| self.user.clone());
        json!({
            "id": b64(&self.id), "rawId": b64(&self.id), "type": "public-key", "extensions": {},
            "response": {
                "clientDataJSON": b64(&client), "authenticatorData": b64(&data),
                "signature": b64(signature.as_ref()), "userHandle": b64(&user),
            },
        })
        .to_string()
    }
}
