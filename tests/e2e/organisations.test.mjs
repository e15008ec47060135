// Organisations in real Chromium: the request with and without JavaScript, its follow-up, the operators' queue, files, mergers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { scene, siret } from "./scene.mjs";
import * as steps from "./steps.mjs";

let demo, inspector;
const stage = scene(({ demo: its, inspector: eye }) => ([demo, inspector] = [its, eye]));
const { somebody } = stage;

const look = (page, name) => inspector.look(page, `structures-${name}`);
const own = (page) => page.locator("main form").last();

async function fill(page, values) {
  for (const [name, value] of Object.entries(values)) await own(page).locator(`[name="${name}"]`).fill(value);
}

const typed = (number, name) => ({
  siret: number,
  name,
  street: "1 rue du Pont",
  postcode: "39100",
  commune: "Dole",
  contact_given_name: "Claire",
  contact_family_name: "Fontaine",
  contact_email: "claire.fontaine@dole.example",
  referent_given_name: "Rémi",
  referent_family_name: "Blanc",
  referent_email: "remi.blanc@dole.example",
  referent_phone: "03 84 00 00 00",
  aidant_1_given_name: "Zoé",
  aidant_1_family_name: "O’Neill",
  aidant_1_email: "zoe.oneill@dole.example",
  aidant_1_function: "Travailleuse sociale",
});

/** The form's own buttons: the one that adds a line, and the last one, which sends. */
const add = (page) => steps.leaving(page, () => own(page).locator('button[value="add"]').click());
const sendForm = (page) => steps.leaving(page, () => own(page).locator("button.button").last().click());

let link;

test("the form keeps what was typed, without JavaScript", { timeout: 60_000 }, async () => {
  const { page } = await somebody({ javaScript: false });
  await page.goto(`${demo.gateway}/structures/demande`);
  await fill(page, typed("732 829 320 00075", "CCAS de Dole"));
  await add(page);
  assert.equal(await own(page).locator('[name="aidant_1_family_name"]').inputValue(), "O’Neill");
  assert.equal(await own(page).locator('[name="aidant_2_family_name"]').inputValue(), "");
  await own(page).locator('[name="name"]').press("Enter");
  await page.locator(".error-summary").waitFor();
  assert.equal(await own(page).locator('[name="name"]').inputValue(), "CCAS de Dole");
});

test("an organisation asks", { timeout: 120_000 }, async () => {
  const { page } = await somebody({});
  await page.goto(`${demo.gateway}/structures/demande`);
  await look(page, "demande");
  await sendForm(page);
  await look(page, "demande-erreurs");
  await fill(page, typed("732 829 320 00075", "CCAS de Dole"));
  await own(page).locator("#kind-ccas").check({ force: true });
  await own(page).locator("#charter").check({ force: true });
  await add(page);
  await look(page, "demande-aidants");
  assert.equal(await own(page).locator('[name="aidant_1_family_name"]').inputValue(), "O’Neill");
  await own(page).locator('[name="siret"]').fill(siret("2139100010000"));
  const before = (await demo.messages()).length;
  await sendForm(page);
  await look(page, "demande-envoyee");
  const { links } = await demo.message("claire.fontaine@dole.example", before);
  link = links[0];
  await page.goto(link);
  await look(page, "suivi-a-confirmer");
  await steps.leaving(page, () => page.locator("form[action$='/confirmer'] button").click());
  await look(page, "suivi-en-examen");
});

test("operators ask for changes, accept, import and merge", { timeout: 300_000 }, async () => {
  const { page } = await somebody({});
  await steps.logIn(demo, page, demo.operators[0], "operateur");
  await page.goto(`${demo.gateway}/operateur`);
  await look(page, "exploitant-accueil");
  await page.goto(`${demo.gateway}/operateur/demandes`);
  await look(page, "file");
  await steps.leaving(page, () => page.locator("main .rows a.button").first().click());
  await look(page, "demande-examen");
  await page.locator("#changes").fill("Le nom n’est pas celui de l’Insee.");
  await steps.leaving(page, () => page.locator("form[action$='/changements'] button").click());
  await look(page, "demande-changements");
  const request = page.url();

  const { page: claire } = await somebody({});
  await claire.goto(link);
  await look(claire, "suivi-a-corriger");
  await steps.leaving(claire, () => claire.locator("a[href$='/corriger']").click());
  await look(claire, "correction");
  await own(claire).locator('[name="name"]').fill("CCAS de la ville de Dole");
  await sendForm(claire);

  await page.goto(request);
  const before = (await demo.messages()).length;
  await steps.leaving(page, () => page.locator("form[action$='/accepter'] button").click());
  await look(page, "demande-acceptee");
  await demo.message("remi.blanc@dole.example", before);
  await demo.message("zoe.oneill@dole.example", before);
  await claire.goto(link);
  await look(claire, "suivi-acceptee");
  await steps.leaving(page, () => page.locator("main a[href^='/operateur/structures/']").first().click());
  await look(page, "structure");
  const dole = page.url();

  await page.goto(`${demo.gateway}/operateur/structures?q=dole`);
  await look(page, "liste-cherchee");
  await page.goto(`${demo.gateway}/operateur/import`);
  await look(page, "import");
  const bring = async (text) => {
    await page.goto(`${demo.gateway}/operateur/import`);
    await page.locator("#kind-organisations").check({ force: true });
    await page.locator("#file").setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await steps.leaving(page, () => page.locator("form[enctype] button").click());
    await page.locator(".waiting").waitFor({ state: "detached", timeout: 30_000 });
  };
  await bring("siret;nom;type;adresse\n73282932000075;CCAS A;secte;sans code\n");
  await look(page, "import-erreurs");
  await bring(`siret;nom;type;adresse\n${siret("2139100020000")};CCAS d’Arbois;ccas;1 rue du Pont, 39600 Arbois\n`);
  await look(page, "import-sans-erreur");
  await steps.leaving(page, () => page.locator("form[action$='/appliquer'] button").click());
  await page.locator(".waiting").waitFor({ state: "detached", timeout: 30_000 });
  await look(page, "import-applique");

  await page.goto(`${dole}/fusionner?q=arbois`);
  await look(page, "fusion-choix");
  await steps.leaving(page, () => page.locator("main .rows a.button").first().click());
  await look(page, "fusion-apercu");
  await page.locator("#reason").fill("Commune nouvelle");
  await sendForm(page);
  await look(page, "fusion-faite");
});

test("nothing was complained about", async () => {
  assert.deepEqual(await demo.complaints(), []);
  assert.deepEqual(stage.complaints(), []);
});
