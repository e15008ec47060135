// A demo of its own for the run: started on free ports, its mailbox and one-time codes, stopped at the end.

import { spawn, execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const STEP = 30;
const run = promisify(execFile);

function free(port) {
  return new Promise((answer) => {
    const server = createServer();
    server.once("error", () => answer(false));
    server.listen(port, "127.0.0.1", () => server.close(() => answer(true)));
  });
}

async function freePorts(count) {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const first = 20000 + Math.floor(Math.random() * 30000);
    const ports = Array.from({ length: count }, (_, offset) => first + offset);
    if ((await Promise.all(ports.map(free))).every(Boolean)) return first;
  }
  throw new Error("no consecutive free ports");
}

/** The code of RFC 6238 (SHA-1, six digits, 30 s) at one step. */
export function totp(secret, step) {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret.replace(/=+$/, "").toUpperCase()].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", key).update(counter).digest();
  const offset = digest.at(-1) & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

export class Demo {
  #child;
  #log;
  #dir;
  #usedSteps = new Map();
  #exited = false;

  /** Starts the program named by PROCURA_BIN and waits for its demo.json. */
  static async start() {
    const program = process.env.PROCURA_BIN;
    if (!program) throw new Error("PROCURA_BIN names no program; scripts/e2e.sh builds it and runs these tests");
    const demo = new Demo();
    demo.program = program;
    demo.#dir = await mkdtemp(join(tmpdir(), "procura-e2e-"));
    demo.data = join(demo.#dir, "data");
    demo.#log = join(demo.#dir, "log");
    const log = await open(demo.#log, "w");
    const port = await freePorts(6);
    demo.#child = spawn(program, ["demo", "--port", String(port), "--data", demo.data], {
      cwd: demo.#dir,
      stdio: ["ignore", log.fd, log.fd],
    });
    demo.#child.once("exit", () => (demo.#exited = true));
    demo.#child.once("error", () => (demo.#exited = true));
    await log.close();
    await demo.#ready();
    return demo;
  }

  async #ready() {
    for (const end = Date.now() + 60_000; Date.now() < end; await pause(100)) {
      if (this.#exited) break;
      const text = await readFile(join(this.data, "demo.json"), "utf8").catch(() => undefined);
      if (text) {
        Object.assign(this, JSON.parse(text));
        return;
      }
    }
    throw new Error(`the demo did not start:\n${await this.logTail()}`);
  }

  async logTail(lines = 40) {
    return (await readFile(this.#log, "utf8").catch(() => "")).split("\n").slice(-lines).join("\n");
  }

  /** What the program complained about: lines of level ERROR, panics. */
  async complaints() {
    const text = await readFile(this.#log, "utf8");
    return text.split("\n").filter((line) => /\bERROR\b|"level":"ERROR"|panicked/.test(line));
  }

  /** Runs another command of the program on this demo: `{ code, stdout, stderr }`. */
  async command(...words) {
    try {
      return { code: 0, ...(await run(this.program, words, { cwd: this.#dir, timeout: 30_000, maxBuffer: 1 << 26 })) };
    } catch (error) {
      return { code: error.code ?? 1, stdout: error.stdout ?? "", stderr: error.stderr ?? error.message };
    }
  }

  /** A code this account has not used yet: the gateway takes each one once, so this may wait for the next half-minute. */
  async code(account) {
    const step = () => Math.floor(Date.now() / 1000 / STEP);
    const used = this.#usedSteps.get(account.email) ?? -1;
    // A code typed in the last second of its half-minute may arrive in the next.
    while (step() <= used || (Date.now() / 1000) % STEP > STEP - 2) await pause(200);
    this.#usedSteps.set(account.email, step());
    return totp(account.totp_secret, step());
  }

  async messages() {
    return (await fetch(`${this.portal}/messages.json`)).json();
  }

  /** The newest message to an address, sent after `count` others were there, whose action holds these words. */
  async message(to, count = 0, action = "") {
    for (const end = Date.now() + 10_000; Date.now() < end; await pause(100)) {
      const found = (await this.messages()).slice(count).findLast((message) => message.to === to && (message.links[0] ?? "").includes(action));
      if (found) return found;
    }
    throw new Error(`no message to ${to}`);
  }

  async stop() {
    if (!this.#exited) {
      const gone = new Promise((done) => this.#child.once("exit", done));
      this.#child.kill("SIGTERM");
      const late = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
      await gone;
      clearTimeout(late);
    }
    await rm(this.#dir, { recursive: true, force: true });
  }
}
