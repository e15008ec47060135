//! `/oauth/authorize`: from a client's request to the page where the aidant chooses (OIDC Core section 3.1.2).

use axum::extract::RawQuery;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::Response;

use crate::domain::client::Client;
use crate::domain::client::ClientKind;
use crate::domain::client::ClientStatus;
use crate::domain::decision::Reason;
use crate::domain::ids::ActId;
use crate::domain::ids::ClientId;
use crate::http::actor::PerhapsAidant;
use crate::http::error_page::ErrorPage;
use crate::http::error_page::Trouble;
use crate::http::form::FormFields;
use crate::http::page::Space;
use crate::http::reader::Reader;
use crate::http::respond;
use crate::http::session::AidantSession;
use crate::http::state::App;
use crate::oidc::provider::faults;
use crate::oidc::provider::fields::Fields;
use crate::oidc::provider::fields::LONGEST_QUERY;
use crate::oidc::provider::request;
use crate::oidc::provider::request::Came;
use crate::oidc::provider::request::Fault;
use crate::oidc::provider::request_object;
use crate::operations::actors::AidantActor;
use crate::operations::answer;
use crate::operations::answer::Back;
use crate::operations::begin_act::begin_act;
use crate::operations::begin_act::refuse_request;
use crate::operations::begin_software_login::begin_software_login;
use crate::operations::push_request::Asked;
use crate::operations::push_request::Pushed;
use crate::operations::push_request::REQUEST_URI_PREFIX;
use crate::operations::push_request::find_pushed;
use crate::operations::push_request::use_up;
use crate::operations::refusal::Refusal;
use crate::operations::register_client::show_client;
use crate::telemetry::metrics;
use crate::telemetry::metrics::Counter;

/// POST is answered by a redirect to GET: a form of another site comes without our cookies, a link with them.
pub(super) async fn by_post(
    reader: Reader,
    fields: Result<axum::body::Bytes, axum::extract::rejection::BytesRejection>,
) -> Response {
    let query = fields
        .ok()
        .filter(|body| body.len() <= LONGEST_QUERY)
        .and_then(|body| String::from_utf8(body.to_vec()).ok());
    match query {
        Some(query) if FormFields::parse(query.as_bytes()).is_ok() => {
            let clean: String = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(url::form_urlencoded::parse(query.as_bytes()))
                .finish();
            respond::see_other(&format!("/oauth/authorize?{clean}"))
        }
        _ => untrusted(&reader),
    }
}

pub(super) async fn by_get(
    State(app): State<App>,
    reader: Reader,
    RawQuery(query): RawQuery,
    session: AidantSession,
    aidant: PerhapsAidant,
) -> Response {
    let query = query.unwrap_or_default();
    let fields = match Fields::parse(query.as_bytes(), &request::NAMES) {
        Ok(fields) if query.len() <= LONGEST_QUERY => fields,
        _ => return untrusted(&reader),
    };
    let asker = Asker { app: &app, reader: &reader, session: &session, aidant };
    match asker.answer(&fields).await {
        Ok(response) => response,
        Err(Refusal::NotFound) => untrusted(&reader),
        Err(refusal) => reader.refuse(Space::Public, refusal),
    }
}

struct Asker<'a> {
    app: &'a App,
    reader: &'a Reader,
    session: &'a AidantSession,
    aidant: PerhapsAidant,
}

impl Asker<'_> {
    async fn answer(&self, fields: &Fields) -> Result<Response, Refusal> {
        let client = self.client(fields).await?;
        let browser = self.session.browser_hash().await?;
        if let Some(uri) = fields.get("request_uri").filter(|uri| uri.starts_with(REQUEST_URI_PREFIX)) {
            return match find_pushed(&self.app.bench, &client, uri, &browser).await? {
                Pushed::Begun(begun) => Ok(to_page(&client, begun)),
                Pushed::Fresh(asked) => self.begin(&client, *asked, &browser, Some(uri)).await,
            };
        }
        let trusted = |fields: &Fields| {
            let uri = fields.get("redirect_uri").filter(|uri| client.redirects_to(uri)).map(str::to_owned);
            uri.ok_or(Refusal::NotFound)
        };
        let (fields, signed) = match request_object::resolve(self.app, &client, fields).await? {
            Ok(resolved) => resolved,
            Err(fault) => return self.refuse(&back(&client, &trusted(fields)?, fields), &fault).await,
        };
        let redirect_uri = trusted(&fields)?;
        match request::check(&client, &redirect_uri, &fields, Came { pushed: false, signed }) {
            Ok(asked) => self.begin(&client, asked, &browser, None).await,
            Err(fault) => {
                if let Some(reason) = fault.denied
                    && let Some(aidant) = self.aidant.read(self.app).await
                {
                    self.write_down(&client, &aidant, reason).await?;
                }
                self.refuse(&back(&client, &redirect_uri, &fields), &fault).await
            }
        }
    }

    async fn client(&self, fields: &Fields) -> Result<Client, Refusal> {
        let id = fields.get("client_id").and_then(ClientId::parse).ok_or(Refusal::NotFound)?;
        let client = show_client(&self.app.bench, &id).await?;
        if client.status == ClientStatus::Active { Ok(client) } else { Err(Refusal::NotFound) }
    }

    async fn begin(
        &self,
        client: &Client,
        asked: Asked,
        browser: &[u8; 32],
        pushed_uri: Option<&str>,
    ) -> Result<Response, Refusal> {
        if asked.silent {
            if let Some(uri) = pushed_uri {
                use_up(&self.app.bench, uri).await?;
            }
            let error = if self.aidant.read(self.app).await.is_some() {
                "interaction_required"
            } else {
                "login_required"
            };
            let words = "the aidant is always asked";
            let fault = Fault { error, words, denied: None };
            let request = &asked.request;
            let back = Back {
                client: &client.id,
                redirect_uri: &request.redirect_uri,
                state: request.state.as_deref(),
                alg: request.answer_alg.as_deref(),
            };
            return self.refuse(&back, &fault).await;
        }
        let reference = Some(self.reader.reference.as_str());
        let (bench, request) = (&self.app.bench, asked.request);
        let begun = if client.registration.kind == ClientKind::Software {
            let login = begin_software_login(bench, client, request, browser, pushed_uri, reference).await?;
            ActId::from_uuid(login.uuid())
        } else {
            begin_act(bench, client, request, browser, pushed_uri, reference).await?
        };
        metrics::count(Counter::AuthorizeAccepted);
        Ok(to_page(client, begun))
    }

    async fn refuse(&self, back: &Back<'_>, fault: &Fault) -> Result<Response, Refusal> {
        metrics::count(Counter::AuthorizeRefused);
        faults::sent_back(self.app, back.client, fault.error, fault.words, &self.reader.reference).await;
        let to = answer::with_error(&self.app.bench, back, fault.error, Some(fault.words)).await?;
        Ok(respond::see_other(&to))
    }

    async fn write_down(&self, client: &Client, aidant: &AidantActor, reason: Reason) -> Result<(), Refusal> {
        refuse_request(&self.app.bench, client, Some(aidant), reason, Some(&self.reader.reference)).await
    }
}

/// The way back of a request that is refused: a mode that cannot be is answered plainly.
fn back<'a>(client: &'a Client, redirect_uri: &'a str, fields: &'a Fields) -> Back<'a> {
    let alg = request::answer_alg(client, fields).ok().flatten();
    Back { client: &client.id, redirect_uri, state: request::state(fields), alg }
}

/// The page that asks the aidant: for whom and for what, or whether she logs in at her software.
fn to_page(client: &Client, begun: ActId) -> Response {
    let page = match client.registration.kind {
        ClientKind::Software => "logiciel",
        ClientKind::Administration | ClientKind::IdentityBroker | ClientKind::ResourceServer => "acte",
    };
    respond::see_other(&format!("/{page}/{begun}"))
}

/// The page for a request whose origin cannot be trusted: nobody is redirected, nobody is asked to log in.
pub(super) fn untrusted(reader: &Reader) -> Response {
    metrics::count(Counter::UnknownClients);
    let view = ErrorPage::of(Trouble::BadRequest, reader.page(Space::Public), None);
    let t = reader.t;
    let view = ErrorPage {
        page: view.page.titled(t.get("act-untrusted-title")),
        why: t.get("act-untrusted-why"),
        advice: vec![t.get("act-untrusted-advice")],
        ..view
    };
    respond::html(Trouble::BadRequest.status(), &view, &view.page.csp()).into_response()
}
