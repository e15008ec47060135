//! The signed mandate in the form that was asked for: a JWT, or an SD-JWT VC whose holder may show less than the whole.

use serde_json::Map;
use serde_json::Value;

use crate::config::Config;
use crate::crypto::jose;
use crate::crypto::jose::Expected;
use crate::crypto::jose::TypRule;
use crate::crypto::jwk::JwkSet;
use crate::crypto::keys::Algorithm;
use crate::crypto::keys::SigningKey;
use crate::crypto::sd_jwt;
use crate::domain::act::MandateFormat;
use crate::operations::bench::Bench;
use crate::operations::refusal::Refusal;

/// Where the type of the SD-JWT VC form is described, below the issuer.
pub const VCT_PATH: &str = "/vct/mandate/1";

/// `typ` of a signed mandate as JWT.
const JWT_TYPE: &str = "mandate+jwt";
/// `typ` of a signed mandate as SD-JWT VC.
const SD_JWT_TYPE: &str = "dc+sd-jwt";
const ALGORITHMS: &[Algorithm] = &[Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa];

/// What the holder of the SD-JWT VC form may withhold (JSON pointers): nothing a decision needs, so neither who may act, for
/// what, until when, nor how and how surely it was consented.
pub const CONCEALABLE: [&str; 5] = [
    "/may_act/org/name",
    "/authorization_details/0/consent/date",
    "/authorization_details/0/consent/text_digest",
    "/authorization_details/0/consent/text_salt",
    "/authorization_details/0/consent/text_version",
];

/// The identifier of the SD-JWT VC form's type, an address at which it is described.
pub fn vct(config: &Config) -> String {
    config.server.public_url.join(VCT_PATH)
}

/// Signs a mandate's claims in one form.
///
/// # Errors
/// [`Refusal::Fault`] when the key fails.
pub(super) fn sign_mandate(
    bench: &Bench,
    key: &SigningKey,
    format: MandateFormat,
    mut claims: Map<String, Value>,
) -> Result<String, Refusal> {
    let signed = match format {
        MandateFormat::Jwt => jose::sign(key, Some(JWT_TYPE), &claims),
        MandateFormat::SdJwt => {
            claims.insert("vct".to_owned(), Value::from(vct(&bench.config)));
            sd_jwt::issue(key, SD_JWT_TYPE, claims, &CONCEALABLE, bench.random.as_ref())
        }
    };
    signed.map_err(|error| Refusal::Fault(error.into()))
}

/// The claims of a signed mandate in either form, as far as they are disclosed, or why it does not hold. Its dates, issuer
/// and audience are the caller's to judge.
///
/// # Errors
/// One sentence for whoever reads a log or a terminal.
pub fn read_mandate(token: &str, keys: &JwkSet) -> Result<Map<String, Value>, String> {
    let rule = |typ| Expected { typ: TypRule::Exactly(typ), algorithms: ALGORITHMS };
    let verified = if sd_jwt::is_sd_jwt(token) {
        sd_jwt::verify(token, keys, &rule(SD_JWT_TYPE)).map_err(|error| error.to_string())
    } else {
        jose::verify(token, keys, &rule(JWT_TYPE)).map_err(|error| error.to_string())
    };
    verified.map(|verified| verified.claims)
}
