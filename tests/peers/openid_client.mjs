// An administration made with openid-client, which knows nothing of Procura but its issuer. Lines of JSON on stdout, lines of
// text on stdin; whoever starts it plays the browser.
//
//   node openid_client.mjs key            prints {"private_jwk", "public_jwks"} for a client with private_key_jwt
//   node openid_client.mjs login          reads one line, the job:
//     {"issuer", "client_id", "redirect_uri", "post_logout_redirect_uri"?, "scope",
//      "auth": {"method": "client_secret_basic|client_secret_post|private_key_jwt", "secret"?, "private_jwk"?},
//      "fapi"?: bool (PAR and DPoP, no exceptions), "format"?: "dc+sd-jwt", "jarm"?: bool, "jar"?: bool,
//      "signed_introspection"?: bool, "par"?: bool, "themes"?: ["social"], "max_age"?: seconds, "claims"?: {…}, "receipt"?: bool}
//     prints {"step": "authorize", "url"}, reads the address the browser came back to,
//     prints {"step": "login", …what was verified}, then {"step": "leave", "url"}, reads where the browser ended, and at last
//     {"step": "done"}; or {"step": "failed", "error", "code"} with exit status 1.

import { createInterface } from "node:readline";
import * as client from "openid-client";
import { createRemoteJWKSet, exportJWK, generateKeyPair, importJWK, jwtVerify } from "jose";

const MANDATE = "urn:procura:mandate";
// What every request of a client with a key of its own carries: the library's proof of possession.
let dpop = {};
const input = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

function say(step, fields = {}) {
  process.stdout.write(`${JSON.stringify({ step, ...fields })}\n`);
}

async function hear() {
  const { value, done } = await input.next();
  if (done) throw new Error("the other side has nothing more to say");
  return value;
}

function must(holds, words) {
  if (!holds) throw new Error(words);
}

function same(one, other, what) {
  must(JSON.stringify(one) === JSON.stringify(other), `${what}: ${JSON.stringify(one)} is not ${JSON.stringify(other)}`);
}

async function makeKey() {
  const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
  const named = { kid: "peer-1", alg: "ES256", use: "sig" };
  const private_jwk = { ...(await exportJWK(privateKey)), ...named };
  const public_jwks = { keys: [{ ...(await exportJWK(publicKey)), ...named }] };
  process.stdout.write(`${JSON.stringify({ private_jwk, public_jwks })}\n`);
}

async function authentication({ method, secret, private_jwk }) {
  if (method === "client_secret_basic") return client.ClientSecretBasic(secret);
  if (method === "client_secret_post") return client.ClientSecretPost(secret);
  must(method === "private_key_jwt", `unknown method ${method}`);
  return client.PrivateKeyJwt({ key: await importJWK(private_jwk, "ES256"), kid: private_jwk.kid });
}

async function discover(job) {
  const registration = { id_token_signed_response_alg: "ES256" };
  if (job.signed_introspection) registration.introspection_signed_response_alg = "ES256";
  if (job.jarm) registration.authorization_signed_response_alg = "ES256";
  const execute = [client.allowInsecureRequests];
  if (job.jarm) execute.push(client.useJwtResponseMode);
  const config = await client.discovery(new URL(job.issuer), job.client_id, registration, await authentication(job.auth), {
    execute,
  });
  if (job.fapi) dpop = { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256")) };
  // Over TLS the library trusts the connection; here the signature itself is what is tested.
  client.enableNonRepudiationChecks(config);
  const metadata = config.serverMetadata();
  must(metadata.supportsPKCE("S256"), "S256 is not announced");
  must(metadata.authorization_response_iss_parameter_supported === true, "RFC 9207 is not announced");
  must(metadata.token_endpoint_auth_methods_supported.includes(job.auth.method), "the client's method is not announced");
  const other = await fetch(new URL("/.well-known/oauth-authorization-server", job.issuer)).then((answer) => answer.json());
  for (const name of ["issuer", "token_endpoint", "authorization_endpoint", "jwks_uri"]) {
    same(other[name], metadata[name], `both metadata documents, ${name}`);
  }
  return config;
}

async function authorizationUrl(config, job) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  };
  const parameters = {
    redirect_uri: job.redirect_uri,
    scope: job.scope,
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: "S256",
  };
  const detail = { type: MANDATE };
  if (job.themes) detail.privileges = job.themes;
  if (job.format) detail.format = job.format;
  if (job.themes || job.format) parameters.authorization_details = JSON.stringify([detail]);
  if (job.claims) parameters.claims = JSON.stringify(job.claims);
  if (job.max_age !== undefined) {
    checks.maxAge = job.max_age;
    parameters.max_age = String(job.max_age);
  }
  const pushed = job.par || job.fapi;
  let asked = parameters;
  if (job.jar) {
    const key = { key: await importJWK(job.auth.private_jwk, "ES256"), kid: job.auth.private_jwk.kid };
    asked = (await client.buildAuthorizationUrlWithJAR(config, parameters, key)).searchParams;
    must(asked.get("request") && !asked.get("nonce"), "everything is in the request object");
  }
  const url = pushed
    ? await client.buildAuthorizationUrlWithPAR(config, asked, dpop)
    : client.buildAuthorizationUrl(config, asked);
  if (pushed) must(url.searchParams.get("request_uri")?.startsWith("urn:ietf:params:oauth:request_uri:"), "no request_uri");
  return { url, checks };
}

function checkDelegation(claims, job) {
  same(claims.act?.iss, job.issuer, "act.iss");
  must(claims.act.sub && claims.act.sub !== claims.sub, "act.sub is the aidant, not the person");
  must(/^\d{14}$/.test(claims.act.org?.siret) && claims.act.org.name, "act.org");
  must(claims.act.habilitation, "act.habilitation");
  must(claims.acr?.startsWith("urn:procura:acr:delegated:"), `acr ${claims.acr}`);
  same(claims.amr, ["otp", "mfa"], "amr");
  must(claims.txn && claims.sid, "txn and sid");
  const [detail] = claims.authorization_details ?? [];
  must(detail?.type === MANDATE && detail.identifier, "the mandate object");
  same(detail.privileges.length, 1, "themes of one act");
  if (job.themes) must(job.themes.includes(detail.privileges[0]), "a theme that was asked for");
  const now = Date.now() / 1000;
  must(detail.validity.nbf <= now && now < detail.validity.exp, "validity");
  return detail;
}

async function checkMandateToken(token, metadata, claims, detail, job) {
  if (job.format === "dc+sd-jwt") return; // sd_jwt.mjs and second_opinion.py do it
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer: job.issuer,
    audience: job.client_id,
    typ: "mandate+jwt",
    algorithms: ["ES256"],
    requiredClaims: ["sub", "jti", "iat", "nbf", "exp", "txn", "chain", "may_act"],
  });
  must(protectedHeader.kid, "the mandate token names its key");
  same(payload.sub, claims.sub, "sub of the mandate token");
  same(payload.txn, claims.txn, "txn of the mandate token");
  same(payload.may_act.org, claims.act.org, "who may act");
  const [mandate] = payload.authorization_details;
  same(mandate.identifier, detail.identifier, "the mandate");
  same(payload.exp, mandate.validity.exp, "the end of the mandate");
  must(mandate.privileges.includes(detail.privileges[0]), "the theme of this act");
  must(mandate.consent?.grade && mandate.consent.text_digest && mandate.consent.text_salt, "the consent");
}

async function checkAccessToken(token, metadata, claims, job) {
  const keys = createRemoteJWKSet(new URL(metadata.jwks_uri));
  const { payload } = await jwtVerify(token, keys, {
    issuer: job.issuer,
    audience: job.issuer,
    typ: "at+jwt",
    algorithms: ["ES256"],
    requiredClaims: ["sub", "client_id", "jti", "scope", "txn"],
  });
  same(payload.client_id, job.client_id, "client_id of the access token");
  same(payload.sub, claims.sub, "sub of the access token");
  must(payload.exp - payload.iat <= 300, "an access token lives at most 300 s");
  must(payload.nonce === undefined, "the nonce stays in the ID token");
  if (dpop.DPoP) same(payload.cnf?.jkt, await dpop.DPoP.calculateThumbprint(), "the key of the access token");
}

async function refused(promise, codes, what) {
  try {
    await promise;
  } catch (error) {
    const code = error.error ?? error.cause?.error ?? error.cause?.[0]?.parameters?.error ?? error.code;
    must(codes.includes(code), `${what}: refused with ${code}`);
    return;
  }
  throw new Error(`${what}: accepted`);
}

async function sendReceipt(config, job, txn) {
  const tokens = await client.clientCredentialsGrant(config, { scope: "receipts" }, dpop);
  const receipt = { kind: "submitted", label: "Déclaration de ressources", reference: "PEER-1", at: new Date().toISOString() };
  const send = (body) =>
    client.fetchProtectedResource(
      config,
      tokens.access_token,
      new URL(`/api/v1/acts/${encodeURIComponent(txn)}/receipts`, job.issuer),
      "POST",
      JSON.stringify(body),
      new Headers({ "content-type": "application/json", "idempotency-key": `peer-${txn}` }),
      dpop,
    );
  const first = await send(receipt);
  must(first.ok, `receipt: status ${first.status}`);
  const again = await send(receipt);
  must(again.ok, `the same receipt again: status ${again.status}`);
  same(await again.json(), await first.json(), "the same receipt twice");
  const other = await send({ ...receipt, label: "Autre chose" });
  same(other.status, 409, "another receipt under the same key");
}

// The token alone, or with another key, opens nothing.
async function keyIsNeeded(config, token) {
  const skip = client.skipSubjectCheck;
  await refused(client.fetchUserInfo(config, token, skip), ["invalid_token", "invalid_dpop_proof"], "userinfo without a proof");
  const stranger = { DPoP: client.getDPoPHandle(config, await client.randomDPoPKeyPair("ES256")) };
  await refused(client.fetchUserInfo(config, token, skip, stranger), ["invalid_token", "invalid_dpop_proof"], "userinfo with another key");
}

async function verifyLogin(config, job, checks, callback) {
  const tokens = await client.authorizationCodeGrant(config, callback, checks, undefined, dpop);
  const claims = tokens.claims();
  same(tokens.token_type, dpop.DPoP ? "dpop" : "bearer", "token_type");
  const metadata = config.serverMetadata();
  must(tokens.refresh_token === undefined, "no refresh token for a delegated login");
  const detail = checkDelegation(claims, job);
  same(tokens.authorization_details?.[0]?.identifier, detail.identifier, "authorization_details of the answer");
  await checkMandateToken(tokens.mandate_token, metadata, claims, detail, job);
  await checkAccessToken(tokens.access_token, metadata, claims, job);
  const person = await client.fetchUserInfo(config, tokens.access_token, claims.sub, dpop);
  if (dpop.DPoP) await keyIsNeeded(config, tokens.access_token);
  const state = await client.tokenIntrospection(config, tokens.access_token);
  must(state.active === true, "introspection: not active");
  same(state.sub, claims.sub, "sub of the introspection");
  same(state.txn, claims.txn, "txn of the introspection");
  must((await client.tokenIntrospection(config, tokens.mandate_token)).active === true, "the mandate token is not active");
  if (job.receipt) await sendReceipt(config, job, claims.txn);
  return { tokens, claims, person, detail };
}

async function verifyEnd(config, job, tokens, checks, callback) {
  await client.tokenRevocation(config, tokens.access_token);
  must((await client.tokenIntrospection(config, tokens.access_token)).active === false, "active after its revocation");
  await refused(
    client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck, dpop),
    ["invalid_token"],
    "userinfo after revocation",
  );
  await refused(client.tokenRevocation(config, tokens.mandate_token), ["unsupported_token_type"], "revoking a mandate token");
  await refused(client.authorizationCodeGrant(config, callback, checks, undefined, dpop), ["invalid_grant"], "the code a second time");
  must((await client.tokenIntrospection(config, tokens.mandate_token)).active === false, "the mandate token outlived the replay");
}

async function login() {
  const job = JSON.parse(await hear());
  const config = await discover(job);
  const { url, checks } = await authorizationUrl(config, job);
  say("authorize", { url: url.href });
  const callback = new URL(await hear());
  const { tokens, claims, person, detail } = await verifyLogin(config, job, checks, callback);
  const { id_token, access_token, mandate_token } = tokens;
  const answer = job.jarm ? callback.searchParams.get("response") : undefined;
  if (job.jarm) must(answer && !callback.searchParams.get("code"), "the answer is a signed response");
  say("login", { claims, person, theme: detail.privileges[0], tokens: { id_token, access_token, mandate_token, answer } });
  const state = client.randomState();
  const leave = { id_token_hint: tokens.id_token, state };
  if (job.post_logout_redirect_uri) leave.post_logout_redirect_uri = job.post_logout_redirect_uri;
  say("leave", { url: client.buildEndSessionUrl(config, leave).href });
  const ended = new URL(await hear());
  if (job.post_logout_redirect_uri) {
    same(ended.origin + ended.pathname, job.post_logout_redirect_uri, "where the browser ended");
    same(ended.searchParams.get("state"), state, "state of the logout");
  }
  await verifyEnd(config, job, tokens, checks, callback);
  say("done");
}

try {
  if (process.argv[2] === "key") await makeKey();
  else if (process.argv[2] === "login") await login();
  else throw new Error("usage: openid_client.mjs key|login");
  process.exit(0);
} catch (error) {
  const code = error.error ?? error.code;
  say("failed", { error: `${error.message}${error.cause ? `: ${JSON.stringify(error.cause, Object.getOwnPropertyNames(error.cause))}` : ""}`, code });
  process.exit(1);
}
