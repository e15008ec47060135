//! One file per verb: each is one transaction of decision, change, entry and messages to send.

pub mod act_choices;
pub mod actors;
pub mod answer;
pub mod authenticate_client;
pub mod begin_act;
pub mod bench;
pub mod current;
pub mod data_keys;
pub mod end_act;
pub mod identity_claims;
pub mod introspect;
pub mod issue_client_token;
pub mod live_token;
pub mod open_act;
pub mod push_request;
pub mod read_userinfo;
pub mod redeem_code;
pub mod refusal;
pub mod register_client;
pub mod revoke_token;
pub mod token_claims;
pub mod weigh;
pub mod work;
