// What is kept, counted and erased, in real Chromium: figures, orientation, a person's own data, signs, retention.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { scene } from "./scene.mjs";
import * as steps from "./steps.mjs";
import { words } from "./steps.mjs";

const EXAMPLE = join(import.meta.dirname, "..", "..", "config", "lieux.example.csv");

let demo, inspector;
const stage = scene(({ demo: its, inspector: eye }) => ([demo, inspector] = [its, eye]));
const { step, somebody } = stage;

/** Puts rows into the demo's database: what only time could bring about. */
async function put(statements) {
  const program = "import json,sqlite3,sys; d=sqlite3.connect(sys.argv[1],timeout=10); [d.execute(q,p) for q,p in json.loads(sys.argv[2])]; d.commit()";
  await promisify(execFile)("python3", ["-c", program, join(demo.data, "procura.db"), JSON.stringify(statements)], { maxBuffer: 1 << 24 });
}

function monthsBefore(count) {
  const today = new Date();
  return Array.from({ length: count }, (_, n) => {
    const day = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - n - 1, 1));
    return day.toISOString().slice(0, 7);
  });
}

describe("figures", () => {
  step("nothing to show yet", async () => {
    const { page, context } = await somebody();
    await page.goto(`${demo.gateway}/statistiques`);
    assert.match(await words(page), /Il n’y a pas encore de nombre à montrer/);
    await inspector.look(page, "statistiques-vides");
    await context.close();
  });

  step("a year of them, with what is small hidden", async () => {
    const rows = [];
    const insert = "INSERT OR REPLACE INTO statistics_months (month, measure, departement, theme, count) VALUES (?, ?, ?, ?, ?)";
    const add = (...values) => rows.push([insert, values]);
    for (const [n, month] of monthsBefore(12).entries()) {
      for (const [departement, share] of [["21", 40], ["75", 90], ["59", 61], ["2A", 7], ["974", 3]]) {
        for (const [theme, part] of [["social", 5], ["argent", 2], ["logement", 1]]) {
          add(month, "acts", departement, theme, Math.round((share * part) / 4) + ((n * 7) % 5));
        }
        add(month, "mandates", departement, "", share);
        add(month, "orientations", departement, "", Math.round(share / 8));
      }
    }
    await put(rows);
    for (const language of ["fr-FR", "en-GB"]) {
      const { page, context } = await somebody({ language });
      await page.goto(`${demo.gateway}/statistiques`);
      await page.locator("details").evaluateAll((all) => all.forEach((one) => (one.open = true)));
      await inspector.look(page, `statistiques-${language.slice(0, 2)}`);
      for (const cell of await page.locator("td.number").allInnerTexts()) assert.doesNotMatch(cell.trim(), /^[1-4]$/);
      await page.selectOption("#departement", "21");
      await steps.leaving(page, () => page.locator("form.filters button").click());
      assert.match(await words(page), /Côte-d’Or/);
      await inspector.look(page, `statistiques-departement-${language.slice(0, 2)}`);
      await context.close();
    }
  });
});

describe("orientation and a person's own data", () => {
  let aidant, person, mandate;

  step("places are read in, an aidant shows the way to one", async () => {
    const done = await demo.command("place", "import", EXAMPLE, "--config", join(demo.data, "procura.toml"));
    assert.equal(done.code, 0, done.stderr);
    assert.equal(JSON.parse(done.stdout).changes.added, 6);
    aidant = await somebody();
    const { page } = aidant;
    await steps.logIn(demo, page, demo.aidants[0], "aidant");
    const drawn = await steps.drawUp(demo, page, { themes: ["social"], duration: "month" });
    mandate = drawn.mandate;
    person = await somebody();
    await steps.readText(demo, person.page, drawn.consent, demo.persons[0]);
    await steps.decide(person.page, "approve");
    await page.goto(mandate);
    await inspector.look(page, "aidant-mandat-orientable");
    await page.goto(`${mandate}/orientation`);
    await inspector.look(page, "orientation-recherche");
    await page.goto(`${mandate}/orientation?commune=Quet`);
    await inspector.look(page, "orientation-communes");
    await page.goto(`${mandate}/orientation?commune=dijon`);
    await inspector.look(page, "orientation-lieux");
    await steps.send(page);
    assert.match(await page.title(), /^Erreur/);
    await inspector.look(page, "orientation-erreur");
    await page.locator('label[for="place-1"]').click();
    await page.fill("#reason", "Apprendre à écrire un courriel");
    await page.fill("#pass", "PN-2026-000123");
    await steps.send(page);
    assert.match(await words(page), /Médiathèque|Tilleuls/);
    await inspector.look(page, "orientation-fiche");
    const paper = await aidant.context.request.get(`${page.url()}/fiche.pdf`);
    assert.equal((await paper.body()).subarray(0, 5).toString(), "%PDF-");
  });

  step("the person finds it again, keeps a copy, and has herself erased", async () => {
    const { page, context } = person;
    await steps.enterSpace(demo, page, demo.persons[0]);
    await page.goto(`${demo.gateway}/personne/donnees`);
    await inspector.look(page, "personne-donnees");
    await page.goto(`${demo.gateway}/personne/orientations`);
    await inspector.look(page, "personne-orientations");
    const copy = await (await context.request.get(`${demo.gateway}/personne/donnees.json`)).json();
    assert.equal(copy.orientations[0].pass, "PN-2026-000123");
    const paper = await context.request.get(`${demo.gateway}/personne/donnees.pdf`);
    assert.equal((await paper.body()).subarray(0, 5).toString(), "%PDF-");
    await page.goto(`${demo.gateway}/personne/donnees/effacer`);
    await inspector.look(page, "personne-effacer");
    await steps.send(page);
    assert.match(await words(page), /Vous avez demandé l’effacement/);
    await inspector.look(page, "personne-effacement-demande");
    await page.goto(`${demo.gateway}/personne/donnees/effacer`);
    await page.locator('label[for="stop-oui"]').click();
    await steps.send(page);
    assert.equal(new URL(page.url()).pathname, "/personne/donnees/effacees");
    await inspector.look(page, "personne-effacee");
    const audit = await stage.audit();
    assert.equal(audit.code, 0, audit.stdout + audit.stderr);
  });
});

describe("what an operator watches", () => {
  step("figures of this month, retention, signs", async () => {
    const { page } = await somebody();
    await steps.logIn(demo, page, demo.operators[0], "operateur");
    for (const name of ["statistiques", "retention", "signes"]) {
      await page.goto(`${demo.gateway}/operateur/${name}`);
      await inspector.look(page, `operateur-${name}`);
    }
    const at = new Date().toISOString().replace("Z", "000Z");
    const sign = `INSERT INTO signs (id, kind, subject, noticed_at, first_at, last_at, count, threshold, account, organisation, status)
      SELECT randomblob(16), 'burst', 'e2e', ?1, ?1, ?1, 9, 8, a.id, o.id, 'open' FROM accounts a, organisations o WHERE a.role = 'aidant' LIMIT 1`;
    await put([[sign, [at]]]);
    await page.goto(`${demo.gateway}/operateur/signes`);
    await inspector.look(page, "operateur-signes-un");
    await page.goto(await steps.linkTo(page, /signes\/.+/));
    await inspector.look(page, "operateur-signe");
    await steps.send(page);
    assert.match(await page.title(), /^Erreur/);
    await inspector.look(page, "operateur-signe-erreur");
    await page.locator('label[for="status-closed"]').click();
    await page.fill("#note", "Permanence du marché : expliqué.");
    await steps.send(page);
    await inspector.look(page, "operateur-signe-classe");
    const authority = await somebody();
    await steps.logIn(demo, authority.page, demo.authorities[0], "autorite");
    await authority.page.goto(`${demo.gateway}/autorite/signes?etat=closed`);
    if ((await authority.page.title()).includes("Signes")) await inspector.look(authority.page, "autorite-signes");
  });

  step("the program complained about nothing", async () => {
    assert.deepEqual(stage.complaints(), []);
    assert.deepEqual(await demo.complaints(), []);
  });
});
