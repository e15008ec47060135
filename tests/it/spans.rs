//! Spans at a collector: named, with their places in each other, and without anybody's data; nothing is sent unless asked for.

use std::sync::Arc;
use std::sync::Mutex;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;

use crate::world::Engine;
use crate::world::program::Program;

const EMAIL: &str = "solene.kervella@ccas.example";

/// What a collector was sent.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<(HeaderMap, Bytes)>>>);

impl Collector {
    /// One on a free port; its address.
    async fn open() -> (Self, String) {
        let collector = Self::default();
        let kept = collector.clone();
        let take = move |headers: HeaderMap, body: Bytes| {
            let kept = kept.clone();
            async move {
                kept.0.lock().expect("no panic").push((headers, body));
                StatusCode::OK
            }
        };
        let router = Router::new().route("/v1/traces", post(take));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}/v1/traces", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        (collector, address)
    }

    fn received(&self) -> Vec<(HeaderMap, Bytes)> {
        self.0.lock().expect("no panic").clone()
    }

    fn requests(&self) -> Vec<ExportTraceServiceRequest> {
        let decode = |(_, body): (HeaderMap, Bytes)| ExportTraceServiceRequest::decode(body).expect("OTLP");
        self.received().into_iter().map(decode).collect()
    }

    fn spans(&self) -> Vec<Span> {
        let requests = self.requests().into_iter().flat_map(|request| request.resource_spans);
        requests.flat_map(|one| one.scope_spans).flat_map(|scope| scope.spans).collect()
    }
}

fn attribute(span: &Span, name: &str) -> Option<String> {
    use opentelemetry_proto::tonic::common::v1::any_value::Value;
    let found = span.attributes.iter().find(|attribute| attribute.key == name)?;
    Some(match found.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        other => format!("{other:?}"),
    })
}

fn an_aidant(program: &Program) {
    let organisation = program.json(&[
        "organisation",
        "add",
        "--siret",
        "26210099300019",
        "--name",
        "CCAS de Kerbihan",
        "--address",
        "1 rue du Port, 29000 Kerbihan",
    ]);
    let id = organisation["organisation"].as_str().expect("an id");
    program.json(&[
        "aidant",
        "add",
        "--given-name",
        "Solène",
        "--family-name",
        "Kervella",
        "--email",
        EMAIL,
        "--organisation",
        id,
        "--until",
        "2027-06-30",
    ]);
}

async fn spans_arrive(engine: Engine) {
    let (collector, address) = Collector::open().await;
    let secret = "Bearer s3cret-of-the-collector";
    let more = format!(
        "[telemetry]\notlp_endpoint = \"{address}\"\notlp_authorization = \"{secret}\"\n[log]\nfilter = \"warn\"\n"
    );
    let program = Program::on(engine, &more).await;
    an_aidant(&program);
    assert!(collector.received().is_empty(), "a command sends nothing");
    let gateway = program.serve().await;
    let page = format!("{}/aidant/connexion", program.base);
    program.http.get(&page).send().await.expect("an answer");
    let form = [("email", EMAIL), ("otp", "000000")];
    program.http.post(&page).header("origin", &program.base).form(&form).send().await.expect("an answer");
    program
        .http
        .get(format!("{}/consentement/Secret-0f-4-Link", program.base))
        .send()
        .await
        .expect("an answer");
    assert!(gateway.stop(), "{}", program.logged());
    let spans = collector.spans();
    let named = |name: &str| spans.iter().find(|span| span.name == name);
    let shown = || spans.iter().map(|span| span.name.clone()).collect::<Vec<_>>();
    let login = named("POST /aidant/connexion").unwrap_or_else(|| panic!("{:?}", shown()));
    assert_eq!(attribute(login, "http.route").as_deref(), Some("/aidant/connexion"));
    assert_eq!(attribute(login, "http.request.method").as_deref(), Some("POST"));
    assert!(attribute(login, "http.response.status_code").is_some());
    assert_eq!(attribute(login, "request").map(|reference| reference.len()), Some(11));
    assert!(login.parent_span_id.is_empty() && login.end_time_unix_nano >= login.start_time_unix_nano);
    let commit = spans.iter().find(|span| span.name == "commit" && span.parent_span_id == login.span_id);
    assert_eq!(commit.map(|span| &span.trace_id), Some(&login.trace_id), "{:?}", shown());
    assert!(named("integrate").is_some(), "{:?}", shown());
    for request in collector.requests() {
        for one in &request.resource_spans {
            let about = one.resource.as_ref().expect("a resource");
            assert!(about.attributes.iter().any(|attribute| attribute.key == "service.name"), "{about:?}");
        }
    }
    for (headers, body) in collector.received() {
        assert_eq!(headers["authorization"], secret);
        assert_eq!(headers["content-type"], "application/x-protobuf");
        let text = String::from_utf8_lossy(&body).to_lowercase();
        for hidden in
            [EMAIL, "solène", "kervella", "kerbihan", "000000", "secret-0f-4-link", "s3cret", "master_key"]
        {
            assert!(!text.contains(hidden), "{hidden} at the collector");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_arrive_named_and_without_anybodys_data_on_sqlite() {
    spans_arrive(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_arrive_named_and_without_anybodys_data_on_postgres() {
    spans_arrive(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_away_is_said_once_and_holds_nobody_up() {
    let more = "[telemetry]\notlp_endpoint = \"http://127.0.0.1:9/v1/traces\"\n[log]\nfilter = \"info\"\n";
    let program = Program::on(Engine::Sqlite, more).await;
    let gateway = program.serve().await;
    for _ in 0..6 {
        let answer = program.http.get(format!("{}/aide", program.base)).send().await.expect("an answer");
        assert!(answer.status().is_success());
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    assert!(gateway.stop());
    let said = program.logged().matches("the collector of spans does not take them").count();
    assert_eq!(said, 1, "{}", program.logged());
}
