// The browser's check of proofs without a browser: a ledger of this file's own, its tiles, and everything that may be bent.

import assert from "node:assert/strict";
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

// Node takes a file for a module by its ending.
const folder = await mkdtemp(join(tmpdir(), "procura-verify-"));
after(() => rm(folder, { recursive: true }));
await copyFile(new URL("../../src/http/assets/verify.js", import.meta.url), join(folder, "verify.mjs"));
const { canonical, checkFile, checkPublic, readKey, tileName } = await import(pathToFileURL(join(folder, "verify.mjs")));

const ORIGIN = "log.example/ledger";
const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();

/** RFC 9162, word for word: the hash of a list of leaf hashes, and the way from one of them. */
function mth(hashes) {
  if (hashes.length === 1) return hashes[0];
  const k = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return sha256([1], mth(hashes.slice(0, k)), mth(hashes.slice(k)));
}
function path(m, hashes) {
  if (hashes.length === 1) return [];
  const k = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return m < k ? [...path(m, hashes.slice(0, k)), mth(hashes.slice(k))] : [...path(m - k, hashes.slice(k)), mth(hashes.slice(0, k))];
}

class Log {
  constructor(count, keys = generateKeyPairSync("ed25519")) {
    this.keys = keys;
    const publicKey = keys.publicKey.export({ format: "der", type: "spki" }).subarray(-32);
    const typed = Buffer.concat([Buffer.from([1]), publicKey]);
    this.id = sha256(`${ORIGIN}\n`, typed).subarray(0, 4);
    this.key = `${ORIGIN}+${this.id.toString("hex")}+${typed.toString("base64")}`;
    this.lines = [];
    for (let n = 1; n <= count; n += 1) {
      const id = `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
      const prev = n === 1 ? undefined : this.lines.at(-1).hash.toString("base64url");
      const entry = { id, at: new Date(1_795_000_000_000 + n).toISOString(), kind: "act.opened", mandate: "m", chain: { n, prev }, words: "Œuvre «é» \u2028 €" };
      this.add(entry);
    }
  }

  add(entry) {
    const payload = Buffer.from(canonical(JSON.parse(JSON.stringify(entry))));
    const k = randomBytes(32);
    const c = createHmac("sha256", k).update(payload).digest("base64url");
    const leaf = Buffer.from(canonical({ at: Date.parse(entry.at), c, id: entry.id, v: 1 }));
    this.lines.push({ payload, k, leaf, hash: sha256([0], leaf) });
  }

  get hashes() {
    return this.lines.map((line) => line.hash);
  }

  checkpoint(size, root = mth(this.hashes.slice(0, size))) {
    const text = `${ORIGIN}\n${size}\n${root.toString("base64")}\n`;
    const signature = Buffer.concat([this.id, sign(null, Buffer.from(text), this.keys.privateKey)]);
    return `${text}\n— witness.example ${randomBytes(68).toString("base64")}\n— ${ORIGIN} ${signature.toString("base64")}\n`;
  }

  bundle(index, size = this.lines.length, checkpoint = this.checkpoint(size)) {
    const { payload, k, leaf } = this.lines[index];
    const proof = path(index, this.hashes.slice(0, size));
    return {
      format: "procura-bundle/1",
      payload: payload.toString("base64url"),
      entry: JSON.parse(payload),
      k: k.toString("base64url"),
      leaf: leaf.toString("base64url"),
      index,
      proof: proof.map((hash) => hash.toString("base64url")),
      checkpoint,
      tlog_proof: `c2sp.org/tlog-proof@v1\nindex ${index}\n${proof.map((hash) => `${hash.toString("base64")}\n`).join("")}\n${checkpoint}`,
    };
  }

  /** What the public paths give for the tree of `size` leaves. */
  reader(size, note = this.checkpoint(size)) {
    const rows = [this.hashes.slice(0, size)];
    while (rows.at(-1).length >= 256) {
      const below = rows.at(-1);
      rows.push(Array.from({ length: Math.floor(below.length / 256) }, (_, at) => mth(below.slice(at * 256, at * 256 + 256))));
    }
    const asked = [];
    const read = async (name) => {
      asked.push(name);
      if (name === "checkpoint") return Buffer.from(note);
      const [, level, index, width] = /^tile\/(\d+)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/.exec(name);
      const at = Number(index.replaceAll(/[x/]/g, ""));
      return new Uint8Array(Buffer.concat(rows[level].slice(at * 256, at * 256 + Number(width ?? 256))));
    };
    return Object.assign(read, { asked });
  }
}

const log = new Log(600);
const keys = [await readKey(log.key)];
const check = (file, using = keys) => checkFile(JSON.stringify(file), using);
const failing = ({ lines }) => lines.flatMap(({ checks }) => checks).find((one) => !one.holds);

describe("one bundle", () => {
  test("holds at every kind of place", async () => {
    for (const [index, size] of [[0, 1], [0, 600], [255, 256], [256, 257], [511, 600], [599, 600]]) {
      const { lines, holds } = await check(log.bundle(index, size));
      assert.ok(holds, `${index} of ${size}: ${JSON.stringify(lines)}`);
    }
  });

  const good = log.bundle(300);
  const other = log.bundle(301);
  const bent = (text, at) => text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);
  const reordered = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(good.entry).reverse()))).toString("base64url");
  const twice = Buffer.from(Buffer.from(good.payload, "base64url").toString().replace("{", '{"at":"x",')).toString("base64url");
  const cases = {
    "another payload": [{ payload: other.payload, entry: other.entry }, "commitment", "commitment"],
    "a letter of the payload": [{ payload: bent(good.payload, 40) }, "payload"],
    "members in another order": [{ payload: reordered }, "payload", "payload"],
    "a member twice": [{ payload: twice }, "payload", "payload"],
    "another readable entry": [{ entry: other.entry }, "payload", "readable"],
    "another key": [{ k: other.k }, "commitment", "commitment"],
    "another leaf": [{ leaf: other.leaf }, "commitment", "commitment"],
    "another line's whole words": [{ payload: other.payload, entry: other.entry, k: other.k, leaf: other.leaf }, "inclusion", "inclusion"],
    "another place": [{ index: 301 }, "inclusion", "inclusion"],
    "a place outside": [{ index: 600 }, "inclusion", "inclusion"],
    "another proof": [{ proof: other.proof }, "inclusion", "inclusion"],
    "a proof cut short": [{ proof: good.proof.slice(1) }, "inclusion", "inclusion"],
    "a proof too long": [{ proof: [...good.proof, good.proof[0]] }, "inclusion", "inclusion"],
    "a hash that is none": [{ proof: ["AA"] }, "form", "form"],
    "another proof as text": [{ tlog_proof: other.tlog_proof }, "inclusion", "text"],
    "an altered size": [{ checkpoint: good.checkpoint.replace("\n600\n", "\n601\n") }, "signature", "signature"],
    "an altered root": [{ checkpoint: good.checkpoint.replace(/\n600\n./, (head) => `${head.slice(0, -1)}${head.at(-1) === "A" ? "B" : "A"}`) }, "signature", "signature"],
    "no signature": [{ checkpoint: good.checkpoint.split("\n").filter((line) => !line.startsWith(`— ${ORIGIN}`)).join("\n") }, "signature", "signature"],
    "blanks in base64": [{ k: `${good.k} ` }, "form", "form"],
    "another format": [{ format: "procura-bundle/2" }, undefined, "file"],
  };
  for (const [name, [change, step, why]] of Object.entries(cases)) {
    test(`${name} is found by name`, async () => {
      const asked = check({ ...good, ...change });
      if (!step) return assert.rejects(asked, { name: why });
      const result = await asked;
      assert.equal(result.holds, false);
      const found = failing(result);
      assert.equal(found.name, step, JSON.stringify(found));
      if (why) assert.equal(found.why, why);
    });
  }

  test("a stranger's key, and a key of another form", async () => {
    const stranger = [await readKey(new Log(1).key)];
    assert.equal(failing(await check(good, stranger)).why, "signature");
    for (const text of ["", "x", log.key.replace(/\+[0-9a-f]{8}\+/, "+00000000+"), `${log.key}AAAA`]) await assert.rejects(readKey(text), { name: "key" });
  });

  test("a leaf with the words of another time or identity", async () => {
    const late = new Log(2, log.keys);
    const { at, ...rest } = JSON.parse(late.lines[1].payload);
    const wrong = { ...rest, at: "2027-01-01T00:00:00.000Z" };
    const payload = Buffer.from(canonical(wrong));
    const c = createHmac("sha256", late.lines[1].k).update(payload).digest("base64url");
    const leaf = Buffer.from(canonical({ at: Date.parse(at), c, id: rest.id, v: 1 }));
    const bundle = { ...late.bundle(1), payload: payload.toString("base64url"), entry: wrong, leaf: leaf.toString("base64url") };
    assert.equal(failing(await check(bundle)).why, "time");
  });

  test("as one C2SP text", async () => {
    const extra = Buffer.from(canonical({ k: good.k, leaf: good.leaf, payload: good.payload })).toString("base64");
    const text = good.tlog_proof.replace("\n", `\nextra ${extra}\n`);
    const { holds, lines } = await checkFile(text, keys);
    assert.ok(holds, JSON.stringify(lines));
    assert.equal(failing(await checkFile(text.replace("index 300", "index 299"), keys)).why, "inclusion");
    await assert.rejects(checkFile(good.tlog_proof, keys), { name: "file" });
  });
});

describe("a mandate", () => {
  const small = new Log(6, log.keys);
  const file = (indexes) => ({ format: "procura-bundles/1", bundles: indexes.map((index) => small.bundle(index)) });

  test("whole, in any order, and from the middle on", async () => {
    for (const [indexes, first, last] of [[[0, 1, 2, 3, 4, 5], 1, 6], [[5, 0, 3, 1, 4, 2], 1, 6], [[2, 3], 3, 4]]) {
      const { mandates, holds } = await check(file(indexes));
      assert.ok(holds);
      assert.deepEqual([mandates[0].first, mandates[0].last], [first, last]);
    }
  });

  test("with a hole, a line twice, or a line that follows from another", async () => {
    const hole = await check(file([0, 1, 4, 5]));
    assert.deepEqual([hole.holds, hole.mandates[0].why, hole.mandates[0].facts], [false, "gap", { from: 3, to: 4 }]);
    assert.deepEqual((({ holds, twice }) => [holds, twice])(await check(file([0, 0, 1]))), [false, true]);
    const forged = new Log(2, log.keys);
    forged.add({ id: "00000000-0000-7000-8000-000000000009", at: new Date(0).toISOString(), kind: "x", mandate: "m", chain: { n: 3, prev: forged.lines[0].hash.toString("base64url") } });
    const bundles = [0, 1, 2].map((index) => forged.bundle(index));
    const broken = await check({ format: "procura-bundles/1", bundles });
    assert.deepEqual([broken.holds, broken.mandates[0].why, broken.mandates[0].facts], [false, "broken", { n: 3 }]);
  });
});

describe("the public ledger", () => {
  const line = async (index, size) => (await check(log.bundle(index, size))).lines[0];

  test("names of tiles are those of the specification", () => {
    assert.deepEqual([0, 67, 1000, 1_234_067].map(tileName), ["000", "067", "x001/000", "x001/x234/067"]);
  });

  test("holds lines of older and of equal checkpoints", async () => {
    for (const [index, size, now] of [[0, 1, 1], [0, 1, 600], [255, 256, 256], [3, 300, 512], [299, 300, 600], [513, 600, 600]]) {
      const read = log.reader(now);
      assert.equal((await checkPublic([await line(index, size)], keys, read)).size, now, `${index} ${size} ${now}`);
      assert.ok(read.asked.length < 12, `${read.asked}`);
    }
    const many = await Promise.all([1, 2, 300, 599].map((index) => line(index, 600)));
    assert.equal((await checkPublic(many, keys, log.reader(600))).size, 600);
  });

  test("another history, a shorter one, another ledger, false tiles", async () => {
    const one = await line(3, 300);
    await assert.rejects(checkPublic([one], keys, log.reader(200)), { name: "shrunk" });
    const fork = new Log(600, log.keys);
    fork.lines.splice(0, 256, ...log.lines.slice(0, 256));
    await assert.rejects(checkPublic([one], keys, fork.reader(600)), { name: "fork" });
    await assert.rejects(checkPublic([one], keys, new Log(600, log.keys).reader(600)), { name: "tiles" });
    await assert.rejects(checkPublic([one], keys, log.reader(600, new Log(3).checkpoint(3))), { name: "signature" });
    const honest = log.reader(600);
    for (const [name, at] of [["tile/0/000", 3 * 32], ["tile/0/000", 900], ["tile/1/000.p/2", 40], ["tile/0/002.p/88", 5]]) {
      const bent = async (asked) => {
        const bytes = await honest(asked);
        if (asked !== name) return bytes;
        const copy = Uint8Array.from(bytes);
        copy[at] ^= 1;
        return copy;
      };
      await assert.rejects(checkPublic([one], keys, bent), { name: "tiles" }, `${name} ${at}`);
    }
    const short = async (asked) => (asked.startsWith("tile/0/000") ? new Uint8Array(32) : honest(asked));
    await assert.rejects(checkPublic([one], keys, short), { name: "tiles" });
  });
});
