//! The part of `procura doctor` that looks at the configuration alone: what is allowed and unwise.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use crate::cli::doctor::Point;
use crate::cli::doctor::State;
use crate::config::Config;

/// Adds what it finds.
pub(super) fn look(config: &Config, points: &mut Vec<Point>) {
    points.push(two_persons(config));
    points.push(four_eyes(config));
    points.push(public_address(config));
    points.push(proxies(config));
    points.push(figures(config));
    points.push(outbound(config));
    points.push(log(config));
    points.push(legal_pages(config));
    if config.keys.previous_master.is_some() {
        points.push(Point::new(
            "former master key",
            State::Warning,
            "keys.previous_master_key is still there: run `procura keys rewrap`, then remove it",
        ));
    }
}

fn two_persons(config: &Config) -> Point {
    if config.operators.two_persons {
        return Point::new("operators", State::Ok, "what could be abused needs two operators");
    }
    Point::new(
        "operators",
        State::Warning,
        "operators.two_persons is off: one operator alone can register a client",
    )
}

fn four_eyes(config: &Config) -> Point {
    let finding = if config.authority.four_eyes {
        "national oversight reads what a second agent approved"
    } else {
        "authority.four_eyes is off: each agent of national oversight reads alone"
    };
    Point::new("authority", State::Ok, finding)
}

fn public_address(config: &Config) -> Point {
    if config.server.public_url.is_https() {
        return Point::new("public address", State::Ok, "https");
    }
    Point::new("public address", State::Warning, "http: for this machine only")
}

fn proxies(config: &Config) -> Point {
    let server = &config.server;
    let everybody = [
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        IpAddr::V4(Ipv4Addr::new(198, 51, 100, 1)),
        IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1)),
    ];
    if everybody.into_iter().any(|stranger| server.trusts(stranger)) {
        return Point::new(
            "proxies",
            State::Failure,
            "server.trusted_proxies holds everybody: any visitor can choose the address that throttles see",
        );
    }
    if server.public_url.is_https() && server.trusted_proxies.is_empty() {
        return Point::new(
            "proxies",
            State::Warning,
            "server.trusted_proxies is empty: all visitors share the proxy's address, and are throttled together",
        );
    }
    Point::new("proxies", State::Ok, "X-Forwarded-For is believed from the named proxies alone")
}

fn figures(config: &Config) -> Point {
    match config.server.internal_listen {
        None => Point::new(
            "metrics",
            State::Warning,
            "server.internal_listen is empty: nobody watches this gateway",
        ),
        Some(address) if address.ip().is_unspecified() => Point::new(
            "metrics",
            State::Warning,
            format!("{address} is every network of this machine: keep the port closed from outside"),
        ),
        Some(address) => Point::new("metrics", State::Ok, format!("at {address}")),
    }
}

fn outbound(config: &Config) -> Point {
    match (config.outbound.allow_private, config.server.public_url.is_https()) {
        (false, _) => Point::new("outbound", State::Ok, "clients' addresses are public ones only"),
        (true, false) => {
            Point::new("outbound", State::Warning, "outbound.allow_private is on: for this machine only")
        }
        (true, true) => Point::new(
            "outbound",
            State::Failure,
            "outbound.allow_private is on: a client's address may lead into this network",
        ),
    }
}

fn log(config: &Config) -> Point {
    let filter = config.log.filter.to_ascii_lowercase();
    if filter.contains("debug") || filter.contains("trace") {
        return Point::new("log", State::Warning, "log.filter is talkative: it costs time and room");
    }
    if filter.split(',').any(|part| part.trim() == "off" || part.trim() == "error") {
        return Point::new("log", State::Warning, "log.filter hides warnings: nobody reads what went wrong");
    }
    Point::new("log", State::Ok, config.log.filter.clone())
}

fn legal_pages(config: &Config) -> Point {
    let texts = &config.operator;
    let missing: Vec<&str> = [
        ("name", &texts.name),
        ("contact_email", &texts.contact_email),
        ("address", &texts.address),
        ("publisher", &texts.publisher),
    ]
    .into_iter()
    .filter_map(|(key, value)| value.is_none().then_some(key))
    .collect();
    if missing.is_empty() {
        return Point::new("legal pages", State::Ok, "they say who runs this gateway");
    }
    Point::new("legal pages", State::Warning, format!("the section operator lacks {}", missing.join(", ")))
}
