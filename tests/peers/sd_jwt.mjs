// A verifier of signed mandates made with the @sd-jwt packages and jose, which knows nothing of Procura but its issuer.
//
//   node sd_jwt.mjs    reads one line, {"issuer", "audience", "token"}, and prints
//     {"step": "checked", "status", "claims", "least", "concealed"}: the status of the mandate in its list (0 valid, 1 ended, 2
//     suspended), its claims whole and with nothing disclosed that can be withheld, and what the type's description says can be;
//     or {"step": "failed", "error"} with exit status 1.

import { createInterface } from "node:readline";
import { digest, ES256 } from "@sd-jwt/crypto-nodejs";
import { StatusList, getListFromStatusListJWT, getStatusListFromJWT } from "@sd-jwt/jwt-status-list";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";

function say(step, fields = {}) {
  process.stdout.write(`${JSON.stringify({ step, ...fields })}\n`);
}

function must(holds, words) {
  if (!holds) throw new Error(words);
}

async function refused(promise, what) {
  const accepted = await promise.then(() => true, () => false);
  must(!accepted, `${what}: accepted`);
}

async function json(url) {
  const answer = await fetch(url);
  must(answer.ok, `${url}: status ${answer.status}`);
  return answer.json();
}

// The list may be a few seconds behind the first token that points into it.
async function statusList(uri) {
  for (let left = 60; ; left -= 1) {
    const answer = await fetch(uri, { headers: { accept: "application/statuslist+jwt" } });
    if (answer.ok) {
      must(answer.headers.get("content-type")?.startsWith("application/statuslist+jwt"), "media type of the status list");
      return answer.text();
    }
    must(left > 0 && answer.status === 404, `${uri}: status ${answer.status}`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function checkStatus(token, keys, issuer) {
  const { idx, uri } = getStatusListFromJWT(token.split("~")[0]);
  must(uri.startsWith(`${issuer}/status/`), `the list is the issuer's: ${uri}`);
  const list = await statusList(uri);
  const { payload } = await jwtVerify(list, keys, {
    typ: "statuslist+jwt",
    subject: uri,
    requiredClaims: ["iat", "exp", "ttl", "status_list"],
  });
  must(payload.status_list.bits === 2, "two bits of status");
  const opened = getListFromStatusListJWT(list);
  must(idx < opened.statusList.length, "the index is in the list");
  const again = new StatusList([...opened.statusList], 2);
  must(StatusList.decompressStatusList(again.compressStatusList(), 2).getStatus(idx) === opened.getStatus(idx), "the list opens");
  return { list, status: opened.getStatus(idx) };
}

async function check({ issuer, audience, token }) {
  const about = await json(new URL("/.well-known/jwt-vc-issuer", issuer));
  must(about.issuer === issuer, "the issuer of the keys");
  const header = decodeProtectedHeader(token.split("~")[0]);
  must(header.typ === "dc+sd-jwt" && header.alg === "ES256", "type and algorithm");
  const { keys } = await json(about.jwks_uri);
  const verifiers = new Map();
  for (const key of keys.filter((key) => key.alg === "ES256" && key.use !== "enc")) verifiers.set(key.kid, await ES256.getVerifier(key));
  must(verifiers.has(header.kid), "the key is published");
  const { list, status } = await checkStatus(token, createRemoteJWKSet(new URL(about.jwks_uri)), issuer);
  const seen = [];
  const library = new SDJwtVcInstance({
    verifier: verifiers.get(header.kid),
    hasher: digest,
    hashAlg: "sha-256",
    loadTypeMetadataFormat: true,
    statusListFetcher: async () => list,
    statusVerifier: verifiers.get(decodeProtectedHeader(list).kid),
    statusValidator: async (status) => void seen.push(status),
  });
  const required = { requiredClaimKeys: ["sub", "aud", "jti", "nbf", "exp", "vct", "txn", "chain", "authorization_details"] };
  const whole = await library.verify(token, required);
  must(whole.payload.aud === audience && whole.payload.iss === issuer, "whose mandate");
  must(seen.length === 1 && seen[0] === status, "both readings of the status agree");
  const described = whole.typeMetadata.mergedTypeMetadata;
  must(described.vct === whole.payload.vct, "the type describes itself");
  const least = await library.verify(await library.present(token, {}), required);
  const changed = `${token.split("~")[0]}~${Buffer.from(JSON.stringify(["salt", "exp", 4102444800])).toString("base64url")}~`;
  // This library passes over a disclosure that no digest names, where RFC 9901 section 7.1 refuses the token.
  const added = await library.verify(changed, required).catch(() => least);
  must(added.payload.exp === whole.payload.exp, "a disclosure nobody signed changes nothing");
  const [head, , signature] = token.split("~")[0].split(".");
  const forged = Buffer.from(JSON.stringify({ ...whole.payload, aud: "another" })).toString("base64url");
  await refused(library.verify(`${head}.${forged}.${signature}~`, required), "claims nobody signed");
  const concealed = described.claims.filter((claim) => claim.sd === "always").map((claim) => claim.path.at(-1));
  say("checked", { status, claims: whole.payload, least: least.payload, concealed });
}

try {
  const { value } = await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next();
  await check(JSON.parse(value));
  process.exit(0);
} catch (error) {
  say("failed", { error: `${error.message} ${JSON.stringify(error.details ?? null)}` });
  process.exit(1);
}
