//! What one kind of provider accepts and gives, as data: the parameters sent, PKCE, encryption, levels, answers.

use serde_json::json;

use crate::config::IdentityProvider;
use crate::config::Profile;

/// How the level (`acr`) is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelRequest {
    /// By `acr_values`.
    AcrValues,
    /// As an essential claim of the ID token (OIDC Core section 5.5.1.1), without `acr_values`, which would win over it.
    EssentialClaim,
}

/// Which returned level will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LevelRule {
    /// The one asked for, exactly.
    Exactly,
    /// The one asked for, or a higher one of eIDAS.
    AtLeast,
    /// One of those asked for.
    OneOf,
}

/// The rules of one profile.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The parameters the authorization endpoint may be sent; nothing outside leaves.
    pub parameters: &'static [&'static str],
    /// Whether PKCE with S256 (RFC 7636) is used.
    pub pkce: bool,
    /// How the level is asked for.
    pub level_request: LevelRequest,
    /// Which answer will do.
    pub level_rule: LevelRule,
    /// Whether ID token and userinfo are encrypted to us.
    pub encrypted: bool,
    /// Whether userinfo may be plain JSON over TLS; signed it may always be.
    pub plain_userinfo: bool,
    /// Whether the redirect always names its issuer (RFC 9207); otherwise the provider's metadata says so.
    pub names_itself: bool,
}

const FRANCECONNECT: Rules = Rules {
    parameters: &["client_id", "response_type", "scope", "acr_values", "nonce", "state", "redirect_uri"],
    pkce: false,
    level_request: LevelRequest::AcrValues,
    level_rule: LevelRule::Exactly,
    encrypted: false,
    plain_userinfo: false,
    names_itself: true,
};

const FRANCECONNECT_PLUS: Rules = Rules { level_rule: LevelRule::AtLeast, encrypted: true, ..FRANCECONNECT };

const PROCONNECT: Rules = Rules {
    parameters: &[
        "client_id",
        "response_type",
        "scope",
        "claims",
        "nonce",
        "state",
        "redirect_uri",
        "code_challenge",
        "code_challenge_method",
    ],
    pkce: true,
    level_request: LevelRequest::EssentialClaim,
    level_rule: LevelRule::OneOf,
    encrypted: false,
    plain_userinfo: false,
    names_itself: true,
};

const OPENID: Rules = Rules {
    parameters: &[
        "client_id",
        "response_type",
        "scope",
        "acr_values",
        "nonce",
        "state",
        "redirect_uri",
        "code_challenge",
        "code_challenge_method",
    ],
    pkce: true,
    level_request: LevelRequest::AcrValues,
    level_rule: LevelRule::AtLeast,
    encrypted: false,
    plain_userinfo: true,
    names_itself: false,
};

impl Rules {
    /// The rules of a profile.
    pub const fn of(profile: Profile) -> &'static Self {
        match profile {
            Profile::FranceConnect => &FRANCECONNECT,
            Profile::FranceConnectPlus => &FRANCECONNECT_PLUS,
            Profile::ProConnect => &PROCONNECT,
            Profile::OpenId => &OPENID,
        }
    }

    /// Whether the returned level will do for what `settings` ask for.
    pub fn accepts(&self, settings: &IdentityProvider, acr: &str) -> bool {
        match self.level_rule {
            LevelRule::Exactly => settings.levels.first().is_some_and(|asked| asked == acr),
            LevelRule::OneOf => settings.levels.iter().any(|asked| asked == acr),
            LevelRule::AtLeast => {
                let asked = settings.levels.first().and_then(|asked| height(asked));
                height(acr).is_some_and(|given| asked.is_some_and(|asked| given >= asked))
            }
        }
    }
}

/// The order of the eIDAS levels (`low`, `substantial`, `high`).
fn height(acr: &str) -> Option<usize> {
    ["eidas1", "eidas2", "eidas3"].iter().position(|level| *level == acr)
}

/// The `claims` parameter that makes these levels essential.
pub fn essential_levels(levels: &[String]) -> String {
    json!({ "id_token": { "acr": { "essential": true, "values": levels } } }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn settings(section: &str, more: &str) -> IdentityProvider {
        let master = "[keys]\nmaster_key = \"AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\"\n";
        let own =
            "enabled = true\nissuer = \"https://p.example\"\nclient_id = \"x\"\nclient_secret = \"y\"\n";
        let config =
            Config::from_toml_str(&format!("{master}[{section}]\n{own}{more}")).expect("a configuration");
        config.franceconnect.or(config.proconnect).expect("a provider")
    }

    fn accepted(settings: &IdentityProvider) -> Vec<&'static str> {
        let all =
            ["", "eidas0", "eidas0-mfa", "eidas1", "eidas1-mfa", "eidas2", "eidas3", "Eidas3", "eidas4"];
        all.into_iter().filter(|acr| Rules::of(settings.profile).accepts(settings, acr)).collect()
    }

    #[test]
    fn a_level_below_what_was_asked_for_never_does() {
        assert_eq!(accepted(&settings("franceconnect", "")), ["eidas1"]);
        let plus = "profile = \"franceconnect_plus\"\n";
        assert_eq!(accepted(&settings("franceconnect", plus)), ["eidas2", "eidas3"]);
        let high = format!("{plus}acr_values = \"eidas3\"\n");
        assert_eq!(accepted(&settings("franceconnect", &high)), ["eidas3"]);
        let open = "profile = \"openid\"\n";
        assert_eq!(accepted(&settings("franceconnect", open)), ["eidas1", "eidas2", "eidas3"]);
        let agents = settings("proconnect", "");
        assert_eq!(accepted(&agents), ["eidas0-mfa", "eidas1-mfa", "eidas2", "eidas3"]);
        let strong = settings("proconnect", "acr_values = [\"eidas2\", \"eidas3\"]\n");
        assert_eq!(accepted(&strong), ["eidas2", "eidas3"]);
    }

    #[test]
    fn the_level_is_asked_for_in_one_way() {
        for profile in
            [Profile::FranceConnect, Profile::FranceConnectPlus, Profile::ProConnect, Profile::OpenId]
        {
            let rules = Rules::of(profile);
            let sent = |name| rules.parameters.contains(&name);
            assert_eq!(sent("acr_values"), rules.level_request == LevelRequest::AcrValues);
            assert_eq!(sent("claims"), rules.level_request == LevelRequest::EssentialClaim);
            assert_eq!(sent("code_challenge"), rules.pkce);
        }
        let asked = essential_levels(&settings("proconnect", "").levels);
        assert_eq!(
            asked,
            r#"{"id_token":{"acr":{"essential":true,"values":["eidas0-mfa","eidas1-mfa","eidas2","eidas3"]}}}"#
        );
    }
}
