// The authority's work in Chromium: searches, a second agent's word, orders of courts, a case taken along.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { launch, sit } from "./browser.mjs";
import { Demo } from "./demo.mjs";
import { Inspector } from "./inspect.mjs";
import * as steps from "./steps.mjs";

const PURPOSE = "Contrôle de l’essai E2E-12";

let demo, chromium, inspector;
const people = [];

async function somebody(options) {
  const one = await sit(chromium.browser, options);
  people.push(one);
  return one;
}

const look = (page, name) => inspector.look(page, `controle-${name}`);
const own = (page) => page.locator("main form").last();
const person = () => demo.persons[0];
const sought = () => `${person().family_name} ${person().birthdate.split("-").reverse().join("/")}`;

async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = own(page).locator(`[name="${name}"]`);
    if (await field.evaluate((element) => element.tagName === "SELECT")) await field.selectOption(value);
    else await field.fill(value);
  }
  await steps.send(page);
}

async function purpose(page) {
  await page.goto(`${demo.gateway}/autorite/journal/but`);
  await fill(page, { purpose: PURPOSE });
}

/** A file as this page's session gets it. */
async function file(page, path) {
  const answer = await page.request.get(demo.gateway + path);
  assert.equal(answer.status(), 200, path);
  return answer;
}

before(async () => {
  inspector = await Inspector.open();
  [demo, chromium] = await Promise.all([Demo.start(), launch()]);
});

after(async () => {
  await chromium?.close();
  await demo?.stop();
});

const step = (name, run) =>
  test(name, async () => {
    await run();
    for (const { complaints } of people) assert.deepEqual(complaints ?? [], []);
  });

describe("the authority's work", () => {
  let aidant, agent, hery, ines;

  step("an act to be read", async () => {
    aidant = await somebody();
    await steps.logIn(demo, aidant.page, demo.aidants[0], "aidant");
    const drawn = await steps.drawUp(demo, aidant.page, { themes: ["social"], duration: "month" });
    const { page } = await somebody({ width: 360 });
    await steps.readText(demo, page, drawn.consent, person());
    await steps.decide(page, "approve");
    await steps.beginAct(demo, aidant.page, "social");
    await steps.choosePerson(aidant.page, person());
    await steps.chooseTheme(aidant.page, "social");
    assert.equal(new URL(aidant.page.url()).origin, demo.administration, aidant.page.url());
  });

  step("an administration's agent searches by aidant, organisation and service", async () => {
    agent = await somebody();
    const { page } = agent;
    await steps.logIn(demo, page, demo.authorities[0], "autorite");
    await purpose(page);
    await look(page, "recherche");
    await steps.send(page);
    await fill(page, { aidant: "Personne Ici" });
    assert.match(await page.title(), /^Erreur/);
    await look(page, "recherche-erreur");
    await fill(page, { aidant: demo.aidants[0].email });
    await look(page, "lignes");
    assert.ok((await steps.words(page)).includes(person().family_name.split(" ")[0]) || (await page.locator("tbody tr").count()) > 0, "lines");
    await fill(page, { aidant: "", organisation: demo.aidants[0].organisation, kind: "act.opened" });
    assert.equal(await page.locator("tbody tr").count(), 1);
    for (const [format, type] of [["pdf", /pdf/], ["ocsf", /ndjson/], ["fhir", /fhir/]]) {
      assert.match((await file(page, `/autorite/journal/export?format=${format}`)).headers()["content-type"], type);
    }
  });

  step("an order of a court is recorded and listed", async () => {
    const { page } = agent;
    await page.goto(`${demo.gateway}/autorite/lectures`);
    await look(page, "lectures");
    await page.goto(new URL(await steps.linkTo(page, /^\/autorite\/lectures\/ordonnances$/), demo.gateway).href);
    await look(page, "ordonnances");
    await own(page).evaluate((form) => form.setAttribute("novalidate", ""));
    await steps.send(page);
    assert.match(await page.title(), /^Erreur/);
    await look(page, "ordonnances-erreur");
    const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
    const order = { court: "Tribunal judiciaire de Dijon", number: "26/00123", decided_on: day(-2), shown_on: day(60), person: sought(), document: "ab".repeat(32) };
    await fill(page, order);
    await look(page, "ordonnances-liste");
    assert.ok((await steps.words(page)).includes("26/00123"));
  });

  step("national oversight asks, another agent approves, both are named", async () => {
    hery = await somebody();
    await steps.logIn(demo, hery.page, demo.authorities[1], "autorite");
    await purpose(hery.page);
    await look(hery.page, "national-recherche");
    const order = await own(hery.page).locator('[name="order"] option').nth(1).getAttribute("value");
    assert.ok(order, "the order another agent recorded can be used");
    await fill(hery.page, { person: sought() });
    assert.equal(new URL(hery.page.url()).pathname, "/autorite/lectures/demandes");
    await look(hery.page, "national-demande");
    ines = await somebody({ width: 360 });
    await steps.logIn(demo, ines.page, demo.authorities[2], "autorite");
    await ines.page.goto(`${demo.gateway}/autorite/lectures/demandes`);
    await look(ines.page, "national-approuver");
    await steps.leaving(ines.page, () => ines.page.locator('[name="decision"][value="approuver"]').click());
    await hery.page.goto(`${demo.gateway}/autorite/lectures/demandes`);
    await look(hery.page, "national-approuvee");
    await steps.leaving(hery.page, () => hery.page.locator('form[action$="/ouvrir"] button').click());
    await look(hery.page, "national-lignes");
    const { page } = await somebody({ width: 360 });
    await steps.enterSpace(demo, page, person());
    await page.goto(`${demo.gateway}/personne/journal`);
    const said = await steps.words(page);
    assert.ok(said.includes(PURPOSE) && said.includes("Lecture approuvée par Inès Castellane"), said);
    await inspector.look(page, "controle-personne-journal");
  });

  step("without JavaScript all the same", async () => {
    const { page } = await somebody({ javaScript: false });
    await steps.logIn(demo, page, demo.authorities[0], "autorite");
    await purpose(page);
    await fill(page, { person: sought() });
    assert.ok((await page.locator("tbody tr").count()) > 0);
  });
});
