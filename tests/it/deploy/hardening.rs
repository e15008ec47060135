//! Units, containers and manifests keep to least privilege: the lines and fields that make it are there.

use std::process::Command;

use serde_json::Value;

use crate::deploy::files;
use crate::deploy::read;
use crate::deploy::root;

#[test]
fn every_unit_is_closed_in() {
    let units = files("deploy/systemd", ".service");
    assert_eq!(units.len(), 3);
    for path in units {
        let unit = std::fs::read_to_string(&path).expect("a unit");
        for line in [
            "DynamicUser=yes",
            "UMask=0077",
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "ProtectHome=yes",
            "PrivateTmp=yes",
            "PrivateDevices=yes",
            "PrivateUsers=yes",
            "ProtectProc=invisible",
            "ProtectKernelTunables=yes",
            "ProtectControlGroups=yes",
            "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX",
            "RestrictNamespaces=yes",
            "MemoryDenyWriteExecute=yes",
            "CapabilityBoundingSet=",
            "SystemCallFilter=@system-service",
            "SystemCallFilter=~@privileged @resources",
            "LimitCORE=0",
        ] {
            assert!(unit.lines().any(|own| own == line), "{line} in {}", path.display());
        }
        // Secrets come as credentials, never on the command line or in a variable.
        assert!(
            !unit.lines().any(|line| line.starts_with("Environment=") && line.contains("_KEY=")),
            "{}",
            path.display()
        );
    }
}

/// The documents of all manifests and of the compose file, read by an independent reader.
fn documents(pattern: &str) -> Vec<Value> {
    let python = root().join("tests/peers/.venv/bin/python");
    assert!(python.exists(), "{} is missing: scripts/need.sh peers installs it", python.display());
    let program = "import glob, json, sys, yaml\n\
        print(json.dumps([one for path in sorted(glob.glob(sys.argv[1])) for one in yaml.safe_load_all(open(path)) if one]))";
    let output = Command::new(python)
        .args(["-c", program, pattern])
        .current_dir(root())
        .output()
        .expect("python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn of_kind<'v>(documents: &'v [Value], kind: &str) -> Vec<&'v Value> {
    documents.iter().filter(|one| one["kind"] == kind).collect()
}

#[test]
fn every_pod_is_an_ordinary_user_on_a_closed_file_system() {
    let documents = documents("deploy/kubernetes/*.yaml");
    let deployments = of_kind(&documents, "Deployment");
    let pods: Vec<&Value> =
        deployments.iter().chain(&of_kind(&documents, "Job")).map(|one| &one["spec"]["template"]).collect();
    assert_eq!(pods.len(), 3, "gateway, worker and migration");
    for pod in &pods {
        let spec = &pod["spec"];
        assert_eq!(spec["automountServiceAccountToken"], false, "{pod}");
        assert_eq!(spec["securityContext"]["runAsNonRoot"], true);
        assert_eq!(spec["securityContext"]["seccompProfile"]["type"], "RuntimeDefault");
        for container in spec["containers"].as_array().expect("containers") {
            let security = &container["securityContext"];
            assert_eq!(security["readOnlyRootFilesystem"], true);
            assert_eq!(security["allowPrivilegeEscalation"], false);
            assert_eq!(security["capabilities"]["drop"], serde_json::json!(["ALL"]));
            assert!(container["resources"]["limits"]["memory"].is_string());
            for variable in container["env"].as_array().expect("variables") {
                let name = variable["name"].as_str().expect("a name");
                let secret = ["URL", "KEY", "PASSWORD", "SECRET"].iter().any(|end| name.ends_with(end));
                assert!(!secret, "{name}: secrets are files");
            }
        }
        assert_ne!(spec["hostNetwork"], true);
    }
    let ours = |kind: &str, part: &str| {
        let found = of_kind(&documents, kind).into_iter();
        found.filter(|one| one["spec"]["selector"].to_string().contains(part)).count()
    };
    assert_eq!((ours("PodDisruptionBudget", "gateway"), ours("Service", "gateway")), (1, 1));
    let gateway =
        deployments.iter().find(|one| one["metadata"]["name"] == "procura-gateway").expect("a gateway");
    assert_eq!(gateway["spec"]["replicas"], 2);
    let container = &gateway["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(container["readinessProbe"]["httpGet"]["path"], "/readyz");
    assert_eq!(container["livenessProbe"]["httpGet"]["path"], "/healthz");
    assert!(container["args"].as_array().expect("words").contains(&Value::from("--no-jobs")));
    let policies = of_kind(&documents, "NetworkPolicy");
    assert!(
        policies.iter().any(
            |one| one["spec"]["podSelector"] == serde_json::json!({}) && one["spec"]["ingress"].is_null()
        )
    );
    assert_eq!(
        of_kind(&documents, "Namespace")[0]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"],
        "restricted"
    );
}

#[test]
fn the_compose_file_has_two_gateways_and_a_worker_that_can_write_nothing_else() {
    let documents = documents("deploy/compose.yaml");
    let services = documents[0]["services"].as_object().expect("services");
    for name in ["gateway-1", "gateway-2", "worker", "migrate"] {
        let service = services.get(name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(service["read_only"], true, "{name}");
        assert_eq!(service["cap_drop"], serde_json::json!(["ALL"]), "{name}");
        assert_eq!(service["security_opt"], serde_json::json!(["no-new-privileges:true"]), "{name}");
        assert!(service["ports"].is_null(), "{name} is reached through the proxy alone");
    }
    let caddy = read("deploy/proxy/Caddyfile");
    for name in ["gateway-1:8080", "gateway-2:8080", "health_uri /readyz"] {
        assert!(caddy.contains(name), "{name}");
    }
}

/// The largest body that the proxies take for a form with a file.
const FILES: usize = 25 * 1024 * 1024;

#[test]
fn the_operators_file_passes_the_proxies_and_nothing_else_of_its_length() {
    const { assert!(procura::web::operator::MOST_UPLOADED <= FILES) };
    let nginx = read("deploy/proxy/nginx.conf");
    let (every, own) = nginx.split_once("location = /operateur/import {").expect("a location of its own");
    assert!(every.contains("client_max_body_size 256k;") && !every.contains("25m"), "{every}");
    assert!(own.trim_start().starts_with("client_max_body_size 25m;"), "{own}");
    let caddy = read("deploy/proxy/Caddyfile");
    for lines in [
        "@file path /operateur/import",
        "@form not path /operateur/import",
        "request_body @file {\n\t\tmax_size 25MiB",
        "request_body @form {\n\t\tmax_size 256KB",
    ] {
        assert!(caddy.contains(lines), "{lines}");
    }
    let documents = documents("deploy/kubernetes/gateway.yaml");
    let mut found: Vec<(&str, &str)> = of_kind(&documents, "Ingress")
        .into_iter()
        .map(|one| {
            let path = &one["spec"]["rules"][0]["http"]["paths"][0]["path"];
            let size = &one["metadata"]["annotations"]["nginx.ingress.kubernetes.io/proxy-body-size"];
            (path.as_str().expect("a path"), size.as_str().expect("a size"))
        })
        .collect();
    found.sort_unstable();
    assert_eq!(found, [("/", "256k"), ("/operateur/import", "25m")]);
}

#[test]
fn the_image_runs_as_an_ordinary_user_without_a_shell() {
    let file = read("deploy/Containerfile");
    let last = file.rsplit("FROM ").next().expect("a stage");
    assert!(last.contains("distroless") && last.contains("USER 10001:10001"), "{last}");
    assert!(!last.contains("RUN "), "nothing to run a shell with");
}
