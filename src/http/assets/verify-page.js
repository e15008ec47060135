// Shows on pages what `verify.js` finds: beside a line of the journal, and for a file somebody was given.
// The words and the pieces stand in the page's <template id="verification">; without this script its links lead to pages and files.

import { Wrong, base64, checkFile, checkPublic, readKey } from "./verify.js";

const kit = document.getElementById("verification").content;
const pinned = document.getElementById("verification").dataset.keys;
const LEDGER = "/ledger/";
const SHOWN = 20;

// --- pieces ------------------------------------------------------------------------------------------------------------------

const piece = (name) => kit.querySelector(`[data-part="${name}"]`).cloneNode(true);
const slot = (element, name) => element.querySelector(`[data-slot="${name}"]`);

function said(key, facts = {}) {
  const sentence = kit.querySelector(`[data-words="check-${key}"]`)?.textContent;
  return sentence?.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

function item(state, words) {
  const line = piece(state);
  slot(line, "words").textContent = words;
  return line;
}

function fact(term, value) {
  const line = piece("fact");
  line.querySelector("dt").textContent = said(`term-${term}`);
  line.querySelector("dd").textContent = value;
  return line;
}

const moment = (at) => new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "medium", timeZone: "Europe/Paris" }).format(at);

// --- what is asked -----------------------------------------------------------------------------------------------------------

async function get(path) {
  const answer = await fetch(path, { credentials: "same-origin" });
  if (answer.redirected || !answer.ok) throw new Wrong(answer.status === 409 ? "waits" : "fetch");
  return answer;
}

const readTile = async (name) => new Uint8Array(await (await get(LEDGER + name)).arrayBuffer());

/** The public ledger beside these lines: holds, fails, or did not answer. */
async function publicCheck(lines, keys) {
  try {
    return { name: "public", holds: true, facts: await checkPublic(lines, keys, readTile) };
  } catch (error) {
    if (error instanceof Wrong && error.name !== "fetch") return { name: "public", holds: false, why: error.name, facts: error.facts };
    return { name: "public" };
  }
}

/** The whole mandate of a line: the line is in it, and no line is missing. */
async function chainCheck(line, keys) {
  const { mandate, chain } = line.entry;
  if (!mandate || !chain) return undefined;
  let text;
  try {
    text = await (await get(`/personne/mandats/${mandate}/preuve`)).text();
  } catch {
    return { name: "chain" };
  }
  const file = await checkFile(text, keys);
  const failed = file.lines.flatMap((one) => one.checks).find((check) => !check.holds);
  if (failed) return { ...failed, name: "chain" };
  const stretch = file.mandates.find((one) => one.mandate === mandate);
  if (!stretch || !file.lines.some((one) => one.id === line.id)) return { name: "chain", holds: false, why: "chain" };
  if (!stretch.holds) return { name: "chain", holds: false, why: stretch.why, facts: stretch.facts };
  if (stretch.first > 1) return { name: "chain", holds: false, why: "gap", facts: { from: 1, to: stretch.first - 1 } };
  return { name: "chain", holds: true, facts: { n: chain.n, last: stretch.last } };
}

/** One line as it stands on this page. */
async function checkShown({ id, kind, at }) {
  const keys = await Promise.all(pinned.split(" ").map(readKey));
  const file = await checkFile(await (await get(`/personne/journal/${id}/preuve`)).text(), keys);
  const [line] = file.lines;
  if (!file.holds) return { lines: file.lines, checks: line.checks };
  const same = line.id === id && line.entry.kind === kind && line.at === Number(at);
  const shown = { name: "shown", holds: same, why: same ? undefined : "shown" };
  const more = await Promise.all([publicCheck([line], keys), chainCheck(line, keys)]);
  return { lines: [line], checks: [...line.checks, shown, ...more.filter(Boolean)] };
}

/** A file with one line or many. */
async function checkGiven(text, keyText) {
  const keys = await Promise.all(keyText.trim().split(/\s+/).map(readKey));
  const file = await checkFile(text, keys);
  const many = file.lines.length > 1;
  const failed = file.lines.flatMap(({ checks }, at) => checks.filter((check) => !check.holds).map((check) => ({ ...check, number: many ? at + 1 : undefined })));
  const checks = failed.length > 0 ? failed.slice(0, SHOWN) : file.lines[0].checks.filter((check) => !many || check.name !== "inclusion");
  if (file.twice) checks.push({ name: "twice", holds: false, why: "twice" });
  for (const one of file.mandates) {
    if (!one.holds) checks.push({ name: "chain", holds: false, why: one.why, facts: one.facts });
    else if (one.last > one.first) checks.push({ name: "chain-many", holds: true, facts: one });
  }
  if (file.holds) checks.push(await publicCheck(file.lines, keys));
  return { lines: file.lines, checks };
}

// --- what is shown -----------------------------------------------------------------------------------------------------------

function sentence(check, line) {
  const place = line.checkpoint ? { index: line.index + 1, size: line.checkpoint.size, origin: line.checkpoint.origin } : {};
  const facts = { ...place, ...check.facts };
  const before = check.number ? `${said("of-line", { number: check.number })} ` : "";
  if (check.holds) return said(check.name, facts);
  if (check.holds === false) return before + (said(`${check.why}-wrong`, facts) ?? said(`${check.name}-wrong`, facts));
  return said(`${check.name}-open`);
}

function details(line, checks) {
  const fold = piece("details");
  const now = checks.find((check) => check.name === "public" && check.holds)?.facts;
  const place = line.checkpoint && `${line.index + 1} / ${line.checkpoint.size}`;
  const known = [
    ["id", line.id],
    ["kind", line.entry?.kind],
    ["at", line.entry?.at],
    ["place", place],
    ["chain", line.entry?.chain?.n],
    ["leaf", line.hash && base64(line.hash)],
    ["root", line.checkpoint && base64(line.checkpoint.root)],
    ["public", now && `${now.origin} ${now.size} ${base64(now.root)}`],
    ["payload", line.entry && JSON.stringify(line.entry)],
  ];
  slot(fold, "facts").append(...known.filter(([, value]) => value !== undefined && value !== null).map(([term, value]) => fact(term, value)));
  return fold;
}

function draw({ lines, checks }) {
  const state = checks.some((check) => check.holds === false) ? "bad" : checks.some((check) => check.holds === undefined) ? "part" : "good";
  const verdict = piece(state);
  const [line] = lines;
  const good = lines.length > 1 ? said("good-many", { count: lines.length }) : said("good-words", { at: moment(line.at) });
  slot(verdict, "words").textContent = state === "bad" ? sentence(checks.find((check) => check.holds === false), line) : good;
  const list = piece("checks");
  list.append(...checks.map((check) => item({ true: "holds", false: "fails" }[check.holds] ?? "open", sentence(check, line))));
  return lines.length > 1 ? [verdict, list] : [verdict, list, details(line, checks)];
}

const turns = new WeakMap();

/** Runs a check and shows how it goes in `place`, which screen readers follow. */
async function show(place, run, page) {
  const turn = {};
  turns.set(place, turn);
  place.replaceChildren(piece("busy"));
  let result;
  try {
    if (!globalThis.crypto?.subtle) throw new Wrong("browser");
    result = draw(await run());
  } catch (error) {
    const unable = piece("unable");
    const key = error instanceof Wrong ? error.name : error.name === "NotSupportedError" ? "browser" : "failed";
    slot(unable, "words").textContent = said(`${key}-wrong`) ?? said("failed-wrong");
    result = [unable];
  }
  if (turns.get(place) !== turn) return; // asked again meanwhile
  place.replaceChildren(...result);
  if (page) {
    const more = piece("more");
    more.querySelector("a").href = page;
    place.append(more);
  }
}

// --- where -------------------------------------------------------------------------------------------------------------------

for (const link of document.querySelectorAll("[data-verify]")) {
  link.hidden = false;
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    const around = link.closest(".actions");
    let place = around.nextElementSibling;
    if (!place?.matches("[data-verified]")) {
      place = document.createElement("div");
      place.dataset.verified = link.dataset.verify;
      place.setAttribute("role", "status");
      around.after(place);
    }
    const { verify: id, kind, at } = link.dataset;
    show(place, () => checkShown({ id, kind, at }), link.href);
  });
}

const form = document.querySelector("[data-verify-file]");
if (form) {
  const { file, key } = form.elements;
  const run = (given) => given && show(document.querySelector("[data-verify-result]"), async () => checkGiven(await given.text(), key.value));
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  file.addEventListener("change", () => run(file.files[0]));
  key.addEventListener("change", () => run(file.files[0]));
  form.addEventListener("dragover", (event) => event.preventDefault());
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length > 0) file.files = event.dataTransfer.files;
    run(file.files[0]);
  });
}
