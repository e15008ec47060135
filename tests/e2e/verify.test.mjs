// The check of proofs in real Chromium: beside a line, on its page, for a file; with good bundles and with bent ones.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { launch, sit } from "./browser.mjs";
import { Demo } from "./demo.mjs";
import { Inspector } from "./inspect.mjs";
import * as steps from "./steps.mjs";
import { words } from "./steps.mjs";

let demo, chromium, inspector;
const people = [];

async function somebody(options) {
  const one = await sit(chromium.browser, options);
  people.push(one);
  return one;
}

function step(name, act) {
  test(name, { timeout: 120_000 }, async () => {
    try {
      await act();
    } catch (error) {
      for (const [index, { page }] of people.entries()) {
        if (page.isClosed()) continue;
        const file = join(import.meta.dirname, "shots", `failed-${name.replaceAll(/\W+/g, "-")}-${index}.png`);
        await page.screenshot({ path: file, fullPage: true }).catch(() => undefined);
      }
      throw error;
    }
  });
}

before(async () => {
  inspector = await Inspector.open();
  [demo, chromium] = await Promise.all([Demo.start(), launch()]);
});

after(async () => {
  await chromium?.close();
  await demo?.stop();
});

const encode = (value) => Buffer.from(value).toString("base64url");
const decode = (value) => Buffer.from(value, "base64url");
/** Another byte at one place. */
function bend(value, at = 5) {
  const bytes = decode(value);
  bytes[at] ^= 1;
  return encode(bytes);
}

/** What may be bent in one bundle, and what the page then says. */
const bent = {
  "a letter of the payload": [(bundle) => (bundle.payload = encode(decode(bundle.payload).toString().replace("Z\"", "Y\""))), /texte à lire n’est pas celui/],
  "payload and readable entry": [
    (bundle) => {
      bundle.entry.context = { request: "FAUX-1" };
      const sorted = (value) => (value && typeof value === "object" && !Array.isArray(value) ? Object.fromEntries(Object.keys(value).sort().map((key) => [key, sorted(value[key])])) : value);
      bundle.payload = encode(JSON.stringify(sorted(bundle.entry)));
    },
    /ne sont pas ceux qui ont été scellés/,
  ],
  "members of the payload in another order": [
    (bundle) => (bundle.payload = encode(JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(decode(bundle.payload))).reverse())))),
    /changés ou réécrits/,
  ],
  "the commitment key": [(bundle) => (bundle.k = bend(bundle.k)), /ne sont pas ceux qui ont été scellés/],
  "the leaf's time": [(bundle) => (bundle.leaf = encode(decode(bundle.leaf).toString().replace(/"at":(\d+)/, (_, at) => `"at":${Number(at) + 1}`))), /date de la ligne n’est pas celle du sceau/],
  "a hash of the proof": [(bundle) => (bundle.proof[0] = bend(bundle.proof[0])), /n’a pas sa place/],
  "the place": [(bundle) => (bundle.index += 1), /n’a pas sa place/],
  "the size in the checkpoint": [(bundle) => (bundle.checkpoint = bundle.checkpoint.replace(/\n(\d+)\n/, (_, size) => `\n${Number(size) + 1}\n`)), /n’est pas signé par la clé attendue/],
  "the signature of the checkpoint": [(bundle) => (bundle.checkpoint = bundle.checkpoint.replace(/(— \S+ .{20})(.)/, (_, before, sign) => before + (sign === "A" ? "B" : "A"))), /n’est pas signé par la clé attendue/],
  "a field that is no base64": [(bundle) => (bundle.k = "?"), /abîmé/],
};

describe("in the person's journal", () => {
  let person, line, mandate;

  /** Answers requests for `glob` with what `change` makes of the real answer. */
  async function meddle(page, glob, change) {
    await page.route(glob, async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: await change(await answer.body()) });
    });
  }

  async function verdict(page) {
    await page.locator("[data-verified] .notice:not([data-part=busy])").waitFor();
    return words(page);
  }

  step("a mandate is drawn up and approved", async () => {
    const aidant = await somebody();
    await steps.logIn(demo, aidant.page, demo.aidants[0], "aidant");
    const drawn = await steps.drawUp(demo, aidant.page, { themes: ["social", "famille"], duration: "month" });
    person = await somebody();
    await steps.readText(demo, person.page, drawn.consent, demo.persons[0]);
    await steps.decide(person.page, "approve");
    await steps.enterSpace(demo, person.page, demo.persons[0]);
  });

  step("each line is verified beside itself", async () => {
    const { page } = person;
    await page.goto(`${demo.gateway}/personne/journal`);
    const links = page.locator("main a[data-verify]");
    assert.ok((await links.count()) >= 4, "lines with a check");
    for (const at of [0, 1, 2, 3]) {
      const link = links.nth(at);
      await link.click();
      const result = page.locator(`[data-verified="${await link.getAttribute("data-verify")}"]`);
      await result.locator(".notice--good").waitFor();
      assert.equal(await result.locator(".checks > li").count(), await result.locator('.checks > [data-part="holds"]').count());
    }
    assert.equal(new URL(page.url()).pathname, "/personne/journal", "the page stays");
    const said = await words(page);
    for (const wanted of [/Authentique/, /seule lettre différente/, /signé par localhost/, /bien la ligne que vous lisez/, /journal public, relu à l’instant/, /manque aucune ligne de ce mandat/]) {
      assert.match(said, wanted);
    }
    await page.locator("[data-verified] summary").first().click();
    await inspector.look(page, "journal-verifie");
    mandate = await page.locator('main select[name="mandate"] option').nth(1).getAttribute("value");
    await page.goto(`${demo.gateway}/personne/journal?mandate=${mandate}`);
    line = await page.locator("main a[data-verify]").first().getAttribute("data-verify");
  });

  step("the line's own page verifies too, and gives both forms of the proof", async () => {
    const { page, context } = person;
    await page.goto(`${demo.gateway}/personne/journal/${line}`);
    await page.locator("button[data-verify]").click();
    assert.match(await verdict(page), /Authentique : votre appareil/);
    await inspector.look(page, "ligne-verifiee");
    const text = await context.request.get(`${demo.gateway}/personne/journal/${line}/preuve?format=tlog-proof`);
    assert.match(text.headers()["content-type"], /^text\/plain/);
    assert.match(await text.text(), /^c2sp\.org\/tlog-proof@v1\nextra /);
    const file = join(demo.data, "preuve.txt");
    await writeFile(file, await text.body());
    assert.equal((await demo.command("ledger", "verify", file, "--key", demo.ledger_key)).code, 0);
  });

  for (const [name, [change, said]] of Object.entries(bent)) {
    step(`bent: ${name}`, async () => {
      const { page } = person;
      await meddle(page, "**/personne/journal/*/preuve", (body) => {
        const bundle = JSON.parse(body);
        change(bundle);
        return JSON.stringify(bundle);
      });
      await page.goto(`${demo.gateway}/personne/journal/${line}`);
      await page.locator("button[data-verify]").click();
      const words = await verdict(page);
      assert.match(words, /Cette preuve n’est pas bonne/);
      assert.match(words, said);
      assert.match(words, /Gardez ce fichier/);
      if (name === "the commitment key") await inspector.look(page, "ligne-fausse");
      await page.unroute("**/personne/journal/*/preuve");
    });
  }

  step("another line's proof, a line left out of the mandate, a bent public tile, a shorter public ledger", async () => {
    const { page, context } = person;
    const other = await (await context.request.get(`${demo.gateway}/personne/mandats/${mandate}/preuve`)).json();
    const wrong = [
      ["**/personne/journal/*/preuve", () => JSON.stringify(other.bundles.find((one) => one.entry.id !== line)), /parle d’une autre ligne/],
      ["**/personne/mandats/*/preuve", (body) => JSON.stringify({ ...JSON.parse(body), bundles: JSON.parse(body).bundles.toSpliced(1, 1) }), /Il manque des lignes de ce mandat\s?: 2 à 2/],
      ["**/personne/mandats/*/preuve", (body) => JSON.stringify({ ...JSON.parse(body), bundles: JSON.parse(body).bundles.toSpliced(0, 1) }), /Il manque des lignes de ce mandat\s?: 1 à 1/],
      ["**/ledger/tile/0/**", (body) => Buffer.from(body.map((byte) => byte ^ 1)), /ne contient pas cette ligne/],
      ["**/ledger/checkpoint", (body) => body.toString().replace(/\n\d+\n/, "\n1\n"), /n’est pas signé par la clé attendue/],
    ];
    for (const [glob, change, said] of wrong) {
      await meddle(page, glob, change);
      await page.goto(`${demo.gateway}/personne/journal/${line}`);
      await page.locator("button[data-verify]").click();
      const told = await verdict(page);
      assert.match(told, /Cette preuve n’est pas bonne/);
      assert.match(told, said, glob);
      await page.unroute(glob);
    }
  });

  step("when the public ledger does not answer, that is said and nothing more", async () => {
    const { page } = person;
    await page.goto(`${demo.gateway}/personne/journal/${line}`);
    await page.route("**/ledger/checkpoint", (route) => route.abort());
    await page.locator("button[data-verify]").click();
    const told = await verdict(page);
    assert.match(told, /Ce qui a pu être vérifié est juste/);
    assert.match(told, /Pas contrôlé\. Le journal public n’a pas répondu/);
    await page.unroute("**/ledger/checkpoint");
  });

  step("without JavaScript the links lead to the page and to the files", async () => {
    const plain = await somebody({ javaScript: false });
    const { page } = plain;
    await steps.enterSpace(demo, page, demo.persons[0]);
    await page.goto(`${demo.gateway}/personne/journal`);
    await steps.leaving(page, () => page.locator("main a[data-verify]").first().click());
    assert.match(new URL(page.url()).pathname, /^\/personne\/journal\/[0-9a-f-]{36}$/);
    assert.equal(await page.locator("button[data-verify]").isVisible(), false);
    await steps.linkTo(page, /\/preuve$/);
  });
});

describe("a file that somebody was given", () => {
  let stranger, files;

  async function judge(page, name, content) {
    const file = join(demo.data, name);
    await writeFile(file, content);
    await page.locator('[data-verify-file] input[name="file"]').setInputFiles([]);
    await page.locator('[data-verify-file] input[name="file"]').setInputFiles(file);
    await page.locator("[data-verify-result] .notice:not([data-part=busy])").waitFor();
    await page.waitForFunction(() => !document.querySelector("[data-verify-result] [data-part=busy]"));
    const offline = await demo.command("ledger", "verify", file, "--key", demo.ledger_key);
    return { told: await words(page), program: offline.code };
  }

  step("the page opens without an account", async () => {
    const { context } = people[1];
    const path = await people[1].page.goto(`${demo.gateway}/personne`).then(() => steps.linkTo(people[1].page, /^\/personne\/mandats\/[^/]+$/));
    const mandate = await (await context.request.get(`${path}/preuve`)).json();
    files = { mandate, one: mandate.bundles[0], all: await (await context.request.get(`${demo.gateway}/personne/journal/preuves`)).text() };
    stranger = await somebody();
    await stranger.page.goto(`${demo.gateway}/verifier`);
    await stranger.page.goto(await steps.linkTo(stranger.page, /^\/verifier\/preuve$/));
    await inspector.look(stranger.page, "verifier-preuve");
  });

  step("good files are good here and for the program", async () => {
    const { page } = stranger;
    for (const [name, content, said] of [
      ["une.json", JSON.stringify(files.one), /Authentique.*Cette ligne a été écrite le/],
      ["mandat.json", JSON.stringify(files.mandate), /Les \d+ lignes de ce fichier.*manque aucune ligne de ce mandat\s?: elles y sont toutes, de 1 à/],
      ["tout.json", files.all, /Les \d+ lignes de ce fichier/],
    ]) {
      const { told, program } = await judge(page, name, content);
      assert.match(told, said, name);
      assert.match(told, /journal public, relu à l’instant/);
      assert.equal(program, 0, name);
      await inspector.look(page, `verifier-preuve-${name.replace(".json", "")}`);
    }
  });

  step("bent files are bent here and for the program", async () => {
    const { page } = stranger;
    for (const [name, [change, said]] of Object.entries(bent)) {
      const bundle = structuredClone(files.one);
      change(bundle);
      const { told, program } = await judge(page, "fausse.json", JSON.stringify(bundle));
      assert.match(told, said, name);
      assert.equal(program, 1, name);
    }
    const hole = { ...files.mandate, bundles: files.mandate.bundles.toSpliced(1, 1) };
    const { told, program } = await judge(page, "trou.json", JSON.stringify(hole));
    assert.match(told, /Il manque des lignes de ce mandat\s?: 2 à 2/);
    assert.equal(program, 1);
    await inspector.look(page, "verifier-preuve-trou");
    const many = structuredClone(files.mandate);
    many.bundles[2].k = bend(many.bundles[2].k);
    const found = await judge(page, "troisieme.json", JSON.stringify(many));
    assert.match(found.told, /Ligne 3 du fichier/);
    const none = await judge(page, "autre.json", '{"format":"x"}');
    assert.match(none.told, /n’est pas une preuve de ce journal/);
    assert.equal(none.program, 1);
  });

  step("it works without a network, all but the public ledger; and another key is another ledger", async () => {
    const { page, context } = stranger;
    await context.setOffline(true);
    const { told } = await judge(page, "hors-ligne.json", JSON.stringify(files.mandate));
    assert.match(told, /Ce qui a pu être vérifié est juste/);
    assert.match(told, /Le journal public n’a pas répondu/);
    await context.setOffline(false);
    await page.locator("[data-verify-file] summary").click();
    await page.locator('[name="key"]').fill("pas une clé");
    const wrong = await judge(page, "cle.json", JSON.stringify(files.one));
    assert.match(wrong.told, /n’est pas une clé de journal/);
  });
});

test("nothing was complained about by a browser", () => {
  // The network that was cut on purpose is not the page's affair.
  const complaints = people.flatMap((one) => one.complaints).filter(({ text }) => !/net::ERR_(FAILED|INTERNET_DISCONNECTED)/.test(text));
  assert.deepEqual(complaints, []);
});
