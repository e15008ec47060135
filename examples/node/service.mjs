// A public service that aidants enter through Procura, in Node with openid-client.
//
//   npm ci && ISSUER=https://procura.example CLIENT_ID=… CLIENT_SECRET=… node service.mjs       and open http://localhost:3000
//
// Registered once, by whoever runs the gateway:
//   procura client add --kind administration --name "Sample service" --theme social --compat \
//     --redirect-uri http://localhost:3000/callback --backchannel-logout-uri http://localhost:3000/backchannel-logout
//
// For production (FAPI 2.0) the registration has no --compat but --auth private_key_jwt --jwks FILE, and this program gets
// CLIENT_KEY=FILE, the private key as JWK with its `kid`, instead of CLIENT_SECRET: requests are then pushed and tokens bound.
// Others: PORT, THEME. docs/connect-your-service.md explains each step.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { inflateSync } from "node:zlib";
import { createRemoteJWKSet, importJWK, jwtVerify } from "jose";
import * as oidc from "openid-client";

const { ISSUER, CLIENT_ID, CLIENT_SECRET, CLIENT_KEY, PORT = "3000", THEME = "social" } = process.env;
const HERE = `http://localhost:${PORT}`;
const MANDATE = "urn:procura:mandate";

// --- The gateway: everything but its address is discovered. ---

const key = CLIENT_KEY && JSON.parse(readFileSync(CLIENT_KEY, "utf8"));
const authentication = key
  ? oidc.PrivateKeyJwt({ key: await importJWK(key, "ES256"), kid: key.kid })
  : oidc.ClientSecretBasic(CLIENT_SECRET);
const gateway = await oidc.discovery(new URL(ISSUER), CLIENT_ID, { id_token_signed_response_alg: "ES256" }, authentication, {
  // Only a demo on this machine is spoken to without TLS.
  execute: new URL(ISSUER).hostname === "localhost" ? [oidc.allowInsecureRequests] : [],
});
oidc.enableNonRepudiationChecks(gateway); // the ID token's signature, besides everything else
const possession = key ? { DPoP: oidc.getDPoPHandle(gateway, await oidc.randomDPoPKeyPair("ES256")) } : {};
const keys = createRemoteJWKSet(new URL(gateway.serverMetadata().jwks_uri));

// --- Login. ---

const logins = new Map(); // cookie → what the answer must match; bounded by nothing here, by a store with expiry in yours
const sessions = new Map(); // cookie → who acts for whom

async function login(request, response) {
  const checks = {
    pkceCodeVerifier: oidc.randomPKCECodeVerifier(),
    expectedState: oidc.randomState(),
    expectedNonce: oidc.randomNonce(),
    idTokenExpected: true,
  };
  const asked = {
    redirect_uri: `${HERE}/callback`,
    scope: "openid profile birth",
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
    authorization_details: JSON.stringify([{ type: MANDATE, privileges: [THEME] }]),
  };
  const there = key
    ? await oidc.buildAuthorizationUrlWithPAR(gateway, asked, possession)
    : oidc.buildAuthorizationUrl(gateway, asked);
  redirect(response, there.href, cookie("service_login", remember(logins, checks)));
}

async function callback(request, response) {
  const checks = take(logins, request, "service_login");
  if (!checks) return page(response, 400, "This login was begun elsewhere or is over.");
  let tokens;
  try {
    tokens = await oidc.authorizationCodeGrant(gateway, new URL(request.url, HERE), checks, undefined, possession);
  } catch (error) {
    if (error.error === "access_denied") return page(response, 403, "The aidant came back without a mandate (access_denied).");
    throw error;
  }
  const claims = tokens.claims(); // signature, iss, aud, exp and nonce were checked by the library
  if (claims.act?.iss !== ISSUER || !claims.act.sub || claims.act.sub === claims.sub) throw new Error("nobody acts for somebody");
  const [today] = claims.authorization_details;
  if (today.type !== MANDATE || today.privileges[0] !== THEME) throw new Error("another theme than ours");
  const mandate = await readMandate(tokens.mandate_token, claims);
  const person = await oidc.fetchUserInfo(gateway, tokens.access_token, claims.sub, possession);
  const session = remember(sessions, { claims, person, mandate, token: tokens.mandate_token });
  redirect(response, "/", cookie("service_session", session));
}

// --- The signed mandate: kept in the file, and checked without asking the gateway. ---

async function readMandate(token, claims) {
  const { payload } = await jwtVerify(token, keys, {
    issuer: ISSUER,
    audience: CLIENT_ID,
    typ: "mandate+jwt",
    algorithms: ["ES256"],
    requiredClaims: ["sub", "jti", "nbf", "exp", "txn", "chain", "status"],
  });
  if (payload.sub !== claims.sub || payload.txn !== claims.txn) throw new Error("the mandate is about something else");
  if (!payload.authorization_details[0].privileges.includes(THEME)) throw new Error("the mandate does not hold our theme");
  return payload;
}

const lists = new Map();

async function listedStatus({ status_list: { idx, uri } }) {
  if (!uri.startsWith(`${ISSUER}/status/`)) throw new Error("a status list of somebody else");
  let list = lists.get(uri);
  if (!list || list.until < Date.now()) {
    const answer = await fetch(uri, { headers: { accept: "application/statuslist+jwt" } });
    if (answer.status === 404) return "not listed yet"; // for the first seconds of a mandate
    const { payload } = await jwtVerify(await answer.text(), keys, { typ: "statuslist+jwt", subject: uri, algorithms: ["ES256"] });
    const bytes = inflateSync(Buffer.from(payload.status_list.lst, "base64url"), { maxOutputLength: 1 << 24 });
    list = { bits: payload.status_list.bits, bytes, until: Date.now() + 1000 * payload.ttl };
    lists.set(uri, list);
  }
  const value = (list.bytes[(idx * list.bits) >> 3] >> ((idx * list.bits) & 7)) & ((1 << list.bits) - 1);
  return ["in force", "ended", "suspended"][value] ?? "unknown";
}

// --- What the aidant sees; the gateway is asked at each step, so that an ended mandate ends the work at once. ---

async function file(request, response) {
  const id = cookies(request).service_session;
  const session = sessions.get(id);
  if (!session) return page(response, 200, "", `<a href="/login">Log in as an aidant with Procura</a>`);
  const { active } = await oidc.tokenIntrospection(gateway, session.token);
  if (!active) {
    sessions.delete(id);
    return page(response, 403, "The mandate ended: nothing more may be done in this person's name.");
  }
  const { claims, person, mandate } = session;
  const rows = {
    Person: `${person.given_name} ${person.family_name}, born ${person.birthdate}`,
    "Person here (sub)": claims.sub,
    "Aidant here (act.sub)": claims.act.sub,
    Organisation: `${claims.act.org.name} (${claims.act.org.siret})`,
    Theme: claims.authorization_details[0].privileges[0],
    "Mandate until": new Date(mandate.exp * 1000).toISOString(),
    "Mandate token": "signature, issuer, audience and dates hold",
    "Status list": await listedStatus(mandate.status),
    "Gateway asked now": "active",
    Receipts: session.receipts?.join(", ") ?? "none yet",
  };
  const list = Object.entries(rows).map(([name, value]) => `<dt>${name}</dt> <dd>${escape(value)}</dd> `);
  const form = `<form method="post" action="/report"><button>Send the declaration</button></form>`;
  page(response, 200, "You act for somebody.", `<dl>${list.join("")}</dl>${form}`);
}

async function report(request, response) {
  const session = sessions.get(cookies(request).service_session);
  const { active } = session ? await oidc.tokenIntrospection(gateway, session.token) : {};
  if (!active) return page(response, 403, "The mandate ended: nothing was done.");
  const reference = `NODE-${randomBytes(4).toString("hex")}`; // … here the service does its work …
  const own = await oidc.clientCredentialsGrant(gateway, { scope: "receipts" }, possession);
  const answer = await oidc.fetchProtectedResource(
    gateway,
    own.access_token,
    new URL(`/api/v1/acts/${session.claims.txn}/receipts`, ISSUER),
    "POST",
    JSON.stringify({ kind: "submitted", label: "Declaration by the Node service", reference }),
    new Headers({ "content-type": "application/json", "idempotency-key": reference }),
    possession,
  );
  if (!answer.ok) throw new Error(`receipt: ${answer.status}`);
  (session.receipts ??= []).push(`${reference} → ${(await answer.json()).chain}`);
  redirect(response, "/");
}

// --- The gateway says that an act ended (OIDC Back-Channel Logout). ---

async function ended(request, response) {
  let body = "";
  for await (const part of request) if ((body += part).length > 16_384) return page(response, 400, "Too long.");
  try {
    const { payload } = await jwtVerify(new URLSearchParams(body).get("logout_token") ?? "", keys, {
      issuer: ISSUER,
      audience: CLIENT_ID,
      typ: "logout+jwt",
      algorithms: ["ES256"],
      requiredClaims: ["jti", "exp", "sid"],
    });
    if (!payload.events?.["http://schemas.openid.net/event/backchannel-logout"] || payload.nonce) throw new Error("no logout");
    for (const [id, session] of sessions) if (session.claims.sid === payload.sid) sessions.delete(id);
    console.log(`the gateway ended act ${payload.sid}`);
    response.writeHead(200, { "cache-control": "no-store" }).end();
  } catch {
    response.writeHead(400, { "cache-control": "no-store" }).end();
  }
}

// --- A web server, as small as it can be. ---

const cookie = (name, value) => `${name}=${value}; Path=/; HttpOnly; SameSite=Lax`; // with TLS also Secure
const cookies = (request) => Object.fromEntries((request.headers.cookie ?? "").split("; ").map((pair) => pair.split("=")));
const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

function remember(store, value) {
  const id = randomBytes(32).toString("base64url");
  store.set(id, value);
  return id;
}

function take(store, request, name) {
  const id = cookies(request)[name];
  const value = store.get(id);
  store.delete(id);
  return value;
}

function redirect(response, where, cookie) {
  response.writeHead(303, { location: where, ...(cookie && { "set-cookie": cookie }) }).end();
}

function page(response, status, words, html = `<a href="/">Back</a>`) {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(`<!doctype html><html lang="en"><title>Sample service</title><main><h1>Sample service</h1><p>${escape(words)}</p>${html}</main>`);
}

const routes = { "GET /": file, "GET /login": login, "GET /callback": callback, "POST /report": report, "POST /backchannel-logout": ended };

createServer(async (request, response) => {
  const handler = routes[`${request.method} ${request.url.split("?")[0]}`];
  if (!handler) return page(response, 404, "Nothing here.");
  const site = request.headers["sec-fetch-site"] ?? "same-origin";
  if (handler === report && site !== "same-origin") return page(response, 403, "Sent by another site.");
  try {
    await handler(request, response);
  } catch (error) {
    console.error(error);
    page(response, 502, "The login could not be checked, so nothing was opened.");
  }
}).listen(Number(PORT), "localhost", () => console.log(`listening on ${HERE}`));
