// Checks lines of a Procura ledger, by itself: no other file, no library, nothing but WebCrypto (SHA-256, HMAC, Ed25519).
//
// A *bundle* is one line with its proof. `payload` are the exact bytes of what the line says, canonical JSON (RFC 8785).
// Only a commitment to them is public: leaf = {"at","c","id","v":1} with c = HMAC-SHA-256(k, payload), where k is told to those
// who may read the line. Leaves are hashed into a Merkle tree (RFC 9162); its size and root, signed, are a *checkpoint*
// (C2SP tlog-checkpoint, a signed note). The tree's hashes are public as tiles of 256 (C2SP tlog-tiles). The lines of one
// mandate are numbered, and each names the leaf hash of the one before: a line left out leaves a hole.
//
// Read from the top: helpers, then one function per thing that is proved, then `checkFile`, which asks for all of them.

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const subtle = globalThis.crypto.subtle;

/** What does not hold; `name` says which check, `facts` what was found. */
export class Wrong extends Error {
  constructor(name, facts = {}) {
    super(name);
    this.name = name;
    this.facts = facts;
  }
}

/** Goes on only when it holds. */
function must(holds, name, facts) {
  if (!holds) throw new Wrong(name, facts);
}

// --- bytes ---------------------------------------------------------------------------------------------------------------

export const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const base64url = (bytes) => base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const equal = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

function concat(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The bytes of a field in base64 (`print` = base64) or base64url: the one way to write them, nothing else. */
function bytesOf(text, field, print = base64url, length = undefined, name = "form") {
  must(typeof text === "string" && /^[A-Za-z0-9+/_=-]*$/.test(text), name, { field });
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
    if (print(bytes) === text && (length === undefined || bytes.length === length)) return bytes;
  } catch { /* said below */ }
  throw new Wrong(name, { field });
}

const sha256 = async (...parts) => new Uint8Array(await subtle.digest("SHA-256", concat(...parts)));
export const leafHash = (leaf) => sha256([0], leaf);
const nodeHash = (left, right) => sha256([1], left, right);

/** JSON in its one canonical form (RFC 8785): members in order, no blanks, numbers and strings as JavaScript writes them. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const member = (name) => `${JSON.stringify(name)}:${canonical(value[name])}`;
  return `{${Object.keys(value).sort().map(member).join(",")}}`;
}

/** Reads bytes that must be canonical JSON of an object. */
function readCanonical(bytes, name) {
  try {
    const text = decoder.decode(bytes);
    const value = JSON.parse(text);
    if (canonical(value) === text && value !== null && typeof value === "object") return value;
  } catch { /* said below */ }
  throw new Wrong(name);
}

// --- who signed: C2SP signed notes -----------------------------------------------------------------------------------------

/** A verifier key, `name+hash+base64`, as the page or the reader gives it. */
export async function readKey(text) {
  const [, name, hash, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) ?? [];
  must(name, "key");
  const typed = bytesOf(encoded, "key", base64, 33, "key");
  const digest = await sha256(encoder.encode(`${name}\n`), typed);
  must(typed[0] === 1 && hash === Array.from(digest.slice(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(""), "key");
  return { name, id: digest.slice(0, 4), key: await subtle.importKey("raw", typed.slice(1), "Ed25519", false, ["verify"]) };
}

/** Origin, size and root of a checkpoint that one of `keys` signed for the ledger of its own name. */
export async function readCheckpoint(note, keys) {
  const end = note.lastIndexOf("\n\n");
  must(end > 0 && note.endsWith("\n"), "signature");
  const text = note.slice(0, end + 1);
  let signed = false;
  for (const line of note.slice(end + 2, -1).split("\n")) {
    const [, name, encoded] = /^— (\S+) (\S+)$/.exec(line) ?? [];
    must(name, "signature");
    const bytes = bytesOf(encoded, "checkpoint", base64);
    const key = keys.find((one) => one.name === name && equal(one.id, bytes.slice(0, 4)));
    if (!key) continue; // a witness, or a key we do not know
    must(await subtle.verify("Ed25519", key.key, bytes.slice(4), encoder.encode(text)), "signature", { origin: name });
    signed ||= text.startsWith(`${name}\n`);
  }
  const [origin, size, root] = text.split("\n");
  must(signed, "signature", { origin });
  must(/^(0|[1-9][0-9]{0,14})$/.test(size), "signature", { origin });
  return { origin, size: Number(size), root: bytesOf(root, "checkpoint", base64, 32) };
}

// --- where a leaf stands: RFC 9162 -----------------------------------------------------------------------------------------

/** The largest power of two below `size`: where a tree of more than one leaf is split. */
function split(size) {
  let left = 1;
  while (left * 2 < size) left *= 2;
  return left;
}

/** The root to which a proof (lowest hash first) leads from a leaf's hash at `index` in a tree of `size` leaves. */
async function rootFrom(hash, index, size, proof) {
  must(index < size && (size > 1 || proof.length === 0), "inclusion");
  if (size === 1) return hash;
  must(proof.length > 0, "inclusion");
  const [left, below, beside] = [split(size), proof.slice(0, -1), proof.at(-1)];
  return index < left
    ? nodeHash(await rootFrom(hash, index, left, below), beside)
    : nodeHash(beside, await rootFrom(hash, index - left, size - left, below));
}

/** A tree of `size` leaves as its public tiles show it; `read(name)` fetches one tile's bytes. */
export class PublicTree {
  constructor(size, read) {
    Object.assign(this, { size, read, tiles: new Map() });
  }

  /** The hashes of one tile: those of tree level 8 * level, from 256 * index on, as many as this tree has. */
  tile(level, index) {
    const width = Math.min(256, Math.floor(this.size / 256 ** level) - 256 * index);
    const path = `tile/${level}/${tileName(index)}${width < 256 ? `.p/${width}` : ""}`;
    if (!this.tiles.has(path)) {
      this.tiles.set(path, this.read(path).then((bytes) => {
        must(bytes.length === width * 32, "tiles", { path });
        return Array.from({ length: width }, (_, at) => bytes.slice(at * 32, at * 32 + 32));
      }));
    }
    return this.tiles.get(path);
  }

  /** The hash over the leaves from `low` to before `high`, a range that splitting the tree leads to. */
  async over(low, high) {
    const width = high - low;
    if (width > 1 && split(width) * 2 !== width) {
      const middle = low + split(width);
      return nodeHash(await this.over(low, middle), await this.over(middle, high));
    }
    const level = Math.floor(Math.log2(width) / 8);
    const [many, first] = [width / 256 ** level, low / 256 ** level];
    let row = (await this.tile(level, Math.floor(first / 256))).slice(first % 256, (first % 256) + many);
    must(row.length === many, "tiles");
    while (row.length > 1) row = await Promise.all(row.filter((_, at) => at % 2 === 0).map((left, at) => nodeHash(left, row[2 * at + 1])));
    return row[0];
  }

  /** The inclusion proof of a leaf, lowest hash first. */
  async proof(index) {
    const hashes = [];
    for (let [low, high] = [0, this.size]; high - low > 1; ) {
      const middle = low + split(high - low);
      hashes.unshift(await (index < middle ? this.over(middle, high) : this.over(low, middle)));
      if (index < middle) high = middle;
      else low = middle;
    }
    return hashes;
  }
}

/** `1234067` is `x001/x234/067`. */
export function tileName(index) {
  const groups = String(index).padStart(Math.ceil(String(index).length / 3) * 3, "0").match(/\d{3}/g);
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
}

// --- what is proved ----------------------------------------------------------------------------------------------------------

/** One bundle, with nothing but the keys. Each step is named in `checks`; the first that does not hold ends it. */
export async function checkBundle(bundle, keys) {
  const line = { checks: [] };
  let asked, payload, k, leafBytes, leaf, proof, checkpoint;
  const step = async (name, act) => {
    asked = name;
    await act();
    line.checks.push({ name, holds: true });
  };
  try {
    await step("form", () => {
      must(bundle?.format === "procura-bundle/1" && Number.isSafeInteger(bundle.index) && bundle.index >= 0, "form", { field: "format" });
      [payload, k, leafBytes] = [bytesOf(bundle.payload, "payload"), bytesOf(bundle.k, "k", base64url, 32), bytesOf(bundle.leaf, "leaf")];
      must(Array.isArray(bundle.proof) && typeof bundle.checkpoint === "string", "form", { field: "proof" });
      proof = bundle.proof.map((hash) => bytesOf(hash, "proof", base64url, 32));
      leaf = readCanonical(leafBytes, "leaf");
    });
    await step("payload", () => {
      line.entry = readCanonical(payload, "payload");
      must(bundle.entry && canonical(bundle.entry) === canonical(line.entry), "readable");
    });
    await step("commitment", async () => {
      const key = await subtle.importKey("raw", k, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      must(leaf.c === base64url(new Uint8Array(await subtle.sign("HMAC", key, payload))), "commitment");
    });
    await step("leaf", async () => {
      must(leaf.v === 1 && typeof leaf.id === "string" && Object.keys(leaf).length === 4, "leaf");
      must(leaf.id === line.entry.id, "identity");
      must(leaf.at === Date.parse(line.entry.at), "time");
      Object.assign(line, { id: leaf.id, at: leaf.at, index: bundle.index, hash: await leafHash(leafBytes) });
    });
    await step("signature", async () => {
      checkpoint = await readCheckpoint(bundle.checkpoint, keys);
    });
    await step("inclusion", async () => {
      must(equal(await rootFrom(line.hash, bundle.index, checkpoint.size, proof), checkpoint.root), "inclusion");
      const text = `c2sp.org/tlog-proof@v1\nindex ${bundle.index}\n${proof.map((hash) => `${base64(hash)}\n`).join("")}\n${bundle.checkpoint}`;
      must(bundle.tlog_proof === undefined || bundle.tlog_proof === text, "text");
      line.checkpoint = checkpoint;
    });
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    line.checks.push({ name: asked, holds: false, why: error.name, facts: error.facts });
  }
  return line;
}

/** The ledger as everybody sees it now: it holds these lines at their places, and the tree of their bundles is its beginning. */
export async function checkPublic(lines, keys, read) {
  const now = await readCheckpoint(decoder.decode(await read("checkpoint")), keys);
  const tree = new PublicTree(now.size, read);
  const [proved, begun] = [new Set(), new Set()];
  for (const { hash, index, checkpoint } of lines) {
    must(now.origin === checkpoint.origin, "elsewhere", { origin: now.origin });
    must(now.size >= checkpoint.size, "shrunk", { now: now.size, then: checkpoint.size });
    const tile = Math.floor(index / 256);
    must(equal((await tree.tile(0, tile))[index % 256], hash), "tiles");
    // The way from one leaf to the root goes through all hashes of its tile: one is enough for each tile.
    must(proved.has(tile) || equal(await rootFrom(hash, index, now.size, await tree.proof(index)), now.root), "tiles");
    proved.add(tile);
    const then = new PublicTree(checkpoint.size, read);
    must(begun.has(checkpoint.size) || equal(await then.over(0, then.size), checkpoint.root), "fork", { then: then.size });
    begun.add(checkpoint.size);
  }
  return now;
}

/** The numbered lines of each mandate: none missing between the first and the last, each naming the one before. */
export function checkChains(lines) {
  const numbered = lines.filter((line) => line.entry.mandate && line.entry.chain);
  return [...new Set(numbered.map((line) => line.entry.mandate))].map((mandate) => {
    const held = numbered.filter((line) => line.entry.mandate === mandate).sort((a, b) => a.entry.chain.n - b.entry.chain.n);
    const stretch = { mandate, first: held[0].entry.chain.n, last: held.at(-1).entry.chain.n, holds: true };
    const wrong = (why, facts) => Object.assign(stretch, { holds: false, why, facts });
    for (const [at, { entry: { chain } }] of held.entries()) {
      const before = held[at - 1];
      const next = before ? before.entry.chain.n + 1 : chain.n;
      if (chain.n > next) return wrong("gap", { from: next, to: chain.n - 1 });
      if (chain.n < next || !Number.isSafeInteger(chain.n) || chain.n < 1) return wrong("broken", { n: chain.n });
      if ((chain.n === 1) !== (chain.prev === undefined)) return wrong("broken", { n: chain.n });
      if (before && chain.prev !== base64url(before.hash)) return wrong("broken", { n: chain.n });
    }
    return stretch;
  });
}

/** The bundles of a file: one, several, or a C2SP tlog-proof whose `extra` line holds the rest of a bundle. */
export function readFile(text) {
  try {
    if (text.startsWith("c2sp.org/tlog-proof@v1\n")) {
      const [head, ...rest] = text.split("\n\n");
      const [, extra, index, ...hashes] = head.split("\n");
      const held = JSON.parse(decoder.decode(bytesOf(extra.replace(/^extra /, ""), "extra", base64)));
      const entry = JSON.parse(decoder.decode(bytesOf(held.payload, "payload")));
      const proof = hashes.map((hash) => base64url(bytesOf(hash, "proof", base64, 32)));
      return [{ ...held, format: "procura-bundle/1", entry, index: Number(/^index (\d+)$/.exec(index)[1]), proof, checkpoint: rest.join("\n\n") }];
    }
    const file = JSON.parse(text);
    if (file.format === "procura-bundle/1") return [file];
    if (file.format === "procura-bundles/1" && Array.isArray(file.bundles) && file.bundles.length > 0) return file.bundles;
  } catch { /* said below */ }
  throw new Wrong("file");
}

/** A whole file: its lines, its mandates, and whether everything in it holds. */
export async function checkFile(text, keys) {
  const lines = [];
  for (const bundle of readFile(text)) lines.push(await checkBundle(bundle, keys));
  const sound = lines.every((line) => line.checks.every((check) => check.holds));
  const twice = sound && new Set(lines.map((line) => line.index)).size < lines.length;
  const mandates = sound && !twice ? checkChains(lines) : [];
  return { lines, mandates, twice, holds: sound && !twice && mandates.every((mandate) => mandate.holds) };
}
