//! Complete delegated logins as one aidant after another does them: authorization request, choice of person, choice of theme,
//! code, tokens with client authentication, userinfo.

use std::net::SocketAddr;
use std::sync::Arc;

use procura::crypto::hash::b64;
use procura::crypto::hash::sha256;
use procura::crypto::jose;
use procura::crypto::jose::Expected;
use procura::crypto::jose::TypRule;
use procura::crypto::jwk::JwkSet;
use procura::crypto::keys::Algorithm;
use procura::demo::browser::cookies::CookieJar;
use procura::demo::file::Account;
use procura::demo::file::PersonLine;
use procura::domain::theme::Theme;
use serde_json::Map;
use serde_json::Value;
use url::Url;

use crate::drive::forms::Form;
use crate::drive::visitor::Place;
use crate::drive::visitor::Visitor;
use crate::drive::wire::Answer;
use crate::drive::wire::Trouble;
use crate::drive::wire::Wire;

/// The theme of every act.
pub const THEME: Theme = Theme::Social;
/// One login in so many has its signatures verified; of the others only the form is looked at.
const SAMPLED: u64 = 32;

/// A client with a secret.
#[derive(Clone)]
pub struct Client {
    /// Its id.
    pub id: String,
    /// `Authorization` with id and secret.
    pub basic: String,
    /// Where it is answered.
    pub redirect_uri: String,
}

/// What all logins share.
#[derive(Clone)]
pub struct Track {
    /// The gateway's public address.
    pub base: Url,
    /// Where it is reached.
    pub address: SocketAddr,
    /// The administration.
    pub client: Client,
    /// Its persons, each with a mandate for [`THEME`].
    pub persons: Vec<PersonLine>,
    /// The cookies of aidants who are logged in.
    pub aidants: Vec<CookieJar>,
    /// Their accounts.
    pub accounts: Vec<Account>,
    /// The gateway's published keys.
    pub keys: JwkSet,
    /// The path of the authorization endpoint, as the metadata say.
    pub authorize: String,
    /// The path of the token endpoint.
    pub token: String,
    /// The path of userinfo.
    pub userinfo: String,
}

impl Track {
    /// A new connection.
    pub fn wire(&self) -> Wire {
        Wire::new(self.address, &host(&self.base))
    }

    /// A browser with these cookies.
    pub fn visitor(&self, jar: CookieJar) -> Visitor {
        Visitor::new(self.wire(), &self.base, jar)
    }

    /// The claims of a token of this type, its signature verified with the published keys.
    ///
    /// # Errors
    /// [`Trouble::Wrong`] when it does not hold.
    pub fn verified(&self, token: &str, typ: &str) -> Result<Map<String, Value>, Trouble> {
        let typ = if typ == "JWT" { TypRule::JwtOrAbsent } else { TypRule::Exactly(typ) };
        let expected = Expected { typ, algorithms: &[Algorithm::Es256] };
        let verified = jose::verify(token, &self.keys, &expected);
        verified.map(|token| token.claims).map_err(|error| Trouble::Wrong(format!("{error}: {token}")))
    }
}

/// The `Host` of an address.
pub fn host(base: &Url) -> String {
    let name = base.host_str().unwrap_or_default();
    base.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// The value of a query parameter.
///
/// # Errors
/// [`Trouble::Wrong`] where it is missing.
pub fn parameter(url: &Url, name: &str) -> Result<String, Trouble> {
    let value = url.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned());
    value.ok_or_else(|| Trouble::Wrong(format!("no {name} in {url}")))
}

/// A text member of an answer.
///
/// # Errors
/// [`Trouble::Wrong`] where it is missing.
pub fn member(answer: &Value, name: &str) -> Result<String, Trouble> {
    let text = answer[name].as_str().map(str::to_owned);
    text.ok_or_else(|| Trouble::Wrong(format!("no {name} in {answer}")))
}

/// What a login gave.
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The ID token.
    pub id: String,
}

/// An aidant at her browser, and the administration's own connection.
pub struct User {
    visitor: Visitor,
    back: Wire,
    track: Arc<Track>,
    number: usize,
    turn: u64,
}

impl User {
    /// The user of this number; two of one number are the same aidant.
    pub fn new(track: &Arc<Track>, number: usize) -> Self {
        let jar = track.aidants.get(number % track.aidants.len().max(1)).cloned().unwrap_or_default();
        Self { visitor: track.visitor(jar), back: track.wire(), track: Arc::clone(track), number, turn: 0 }
    }

    /// One complete delegated login; it is complete when userinfo has answered.
    ///
    /// # Errors
    /// When an answer does not come or is not what it must be.
    pub async fn login(&mut self) -> Result<Tokens, Trouble> {
        self.turn += 1;
        let track = Arc::clone(&self.track);
        let turn = usize::try_from(self.turn).unwrap_or(0);
        let person = track.persons.get((self.number + turn) % track.persons.len().max(1));
        let person = person.ok_or_else(|| Trouble::Wrong("nobody to act for".to_owned()))?;
        let verifier = b64(&sha256(format!("{}-{}", self.number, self.turn).as_bytes()));
        let state = format!("state-{}-{}", self.number, self.turn);
        let mut url = track.base.clone();
        url.set_path(&track.authorize);
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &track.client.id),
            ("redirect_uri", &track.client.redirect_uri),
            ("scope", "openid profile birth email"),
            ("state", &state),
            ("nonce", &verifier),
            ("code_challenge", &b64(&sha256(verifier.as_bytes()))),
            ("code_challenge_method", "S256"),
        ]);
        let code = decide(&mut self.visitor, &url, person, &state).await?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", track.client.redirect_uri.as_str()),
            ("code_verifier", verifier.as_str()),
        ];
        let basic = [("authorization", track.client.basic.as_str())];
        let answer = self.back.post(&track.token, &basic, &fields).await?.must(200, "token")?.json()?;
        let bearer = format!("Bearer {}", member(&answer, "access_token")?);
        let person_now = self.back.get(&track.userinfo, &[("authorization", &bearer)]).await?;
        self.check(&answer, &person_now.must(200, "userinfo")?, person, &verifier)?;
        Ok(Tokens { access: member(&answer, "access_token")?, id: member(&answer, "id_token")? })
    }

    /// Opens a page in the aidant's browser.
    ///
    /// # Errors
    /// As the connection and the server say.
    pub async fn open(&mut self, path: &str) -> Result<Place, Trouble> {
        self.visitor.open(path).await
    }

    fn check(
        &self,
        tokens: &Value,
        userinfo: &Answer,
        person: &PersonLine,
        nonce: &str,
    ) -> Result<(), Trouble> {
        let userinfo = userinfo.json()?;
        if userinfo["family_name"] != person.family_name.as_str() {
            return Err(Trouble::Wrong(format!("another person: {userinfo}")));
        }
        let (id_token, mandate) = (member(tokens, "id_token")?, member(tokens, "mandate_token")?);
        if self.turn % SAMPLED == 1 {
            let id = self.track.verified(&id_token, "JWT")?;
            if id.get("nonce") != Some(&Value::from(nonce)) || id.get("sub") != Some(&userinfo["sub"]) {
                return Err(Trouble::Wrong(format!("another login's ID token: {id:?}")));
            }
            self.track.verified(&mandate, "mandate+jwt")?;
        }
        Ok(())
    }
}

/// The browser's way from a client's address through both choices to the code.
///
/// # Errors
/// When an answer does not come or is not what it must be.
pub async fn decide(
    visitor: &mut Visitor,
    url: &Url,
    person: &PersonLine,
    state: &str,
) -> Result<String, Trouble> {
    let page = visitor.come(url).await?.page()?;
    if !page.url.path().starts_with("/acte/") {
        return Err(Trouble::Wrong(format!("not at the choice but at {}", page.url)));
    }
    let form = Form::last_in_main(&page.answer.text())?;
    let form = form.choose(&[person.given_name.as_str(), person.family_name.as_str()])?;
    let page = visitor.submit(&page, &form).await?.page()?;
    let form = Form::last_in_main(&page.answer.text())?.choose_value("theme", THEME.key())?;
    let back = visitor.submit(&page, &form).await?.away()?;
    if parameter(&back, "state")? != state {
        return Err(Trouble::Wrong(format!("another state: {back}")));
    }
    parameter(&back, "code")
}
