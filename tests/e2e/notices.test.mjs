// How a person is told, in real Chromium: her addresses, her choices, "this was not me", and the paper code of a space.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scene } from "./scene.mjs";
import * as steps from "./steps.mjs";
import { words } from "./steps.mjs";

const PHONE = "06 12 34 56 78";
const NUMBER = "+33612345678";

let demo, inspector;
const stage = scene(({ demo: its, inspector: eye }) => ([demo, inspector] = [its, eye]));
const { step, somebody } = stage;

/** Fills one field of the page's own form and sends it. */
async function give(page, name, value) {
  await page.locator("main form").last().evaluate((form) => form.setAttribute("novalidate", ""));
  await page.locator(`main form [name="${name}"]`).fill(value);
  await steps.send(page);
}

describe("how she is told", () => {
  let aidant, person, drawn, grant;

  step("a mandate is given, and its notice has a link that says it was not her", async () => {
    aidant = await somebody();
    await steps.logIn(demo, aidant.page, demo.aidants[0], "aidant");
    drawn = await steps.drawUp(demo, aidant.page, { themes: ["social"], duration: "month" });
    const hers = await somebody({ width: 360 });
    const before = (await demo.messages()).length;
    await steps.readText(demo, hers.page, drawn.consent, demo.persons[0], async () => {});
    await steps.decide(hers.page, "approve");
    const notice = await demo.message(demo.persons[0].email, before);
    grant = notice.links.find((link) => link.includes("/pas-moi/"));
    assert.ok(grant, notice.text);
    await hers.context.close();
  });

  step("she opens her space and adds a telephone", async () => {
    person = await somebody();
    const { page } = person;
    await page.goto(`${demo.gateway}/personne`);
    await inspector.look(page, "personne-connexion");
    await steps.enterSpace(demo, page, demo.persons[0]);
    await page.goto(`${demo.gateway}/personne/coordonnees`);
    await inspector.look(page, "coordonnees");
    await page.goto(`${demo.gateway}/personne/coordonnees/ajouter?moyen=telephone`);
    await inspector.look(page, "coordonnees-telephone");
    await give(page, "phone", "01 23 45 67 89");
    assert.match(await page.title(), /^Erreur/);
    assert.ok((await words(page)).includes("ligne fixe"));
    await inspector.look(page, "coordonnees-telephone-erreur");
    const before = (await demo.messages()).length;
    await give(page, "phone", PHONE);
    await inspector.look(page, "coordonnees-code");
    const sms = await demo.message(NUMBER, before);
    assert.equal(sms.channel, "sms");
    await give(page, "code", sms.code === "000000" ? "000001" : "000000");
    await inspector.look(page, "coordonnees-code-erreur");
    await give(page, "code", sms.code);
    assert.ok((await words(page)).includes("C’est confirmé"));
    await inspector.look(page, "coordonnees-confirmees");
    await page.goto(`${demo.gateway}/personne/coordonnees/ajouter?moyen=email`);
    await inspector.look(page, "coordonnees-email");
    await page.goto(`${demo.gateway}/personne/coordonnees`);
    await steps.leaving(page, () => page.locator('a[href$="/retirer"]').first().click());
    await inspector.look(page, "coordonnees-retirer");
  });

  step("she chooses how she is told", async () => {
    const { page } = person;
    await page.goto(`${demo.gateway}/personne/avis`);
    await inspector.look(page, "avis");
    await page.locator('[name="avis-use"]').selectOption("both");
    await steps.send(page);
    assert.ok((await words(page)).includes("Vos choix sont enregistrés"));
    await inspector.look(page, "avis-enregistres");
    await page.goto(`${demo.gateway}/personne/reglages`);
    await inspector.look(page, "reglages");
  });

  step("the link of the notice suspends without a login, once", async () => {
    const stranger = await somebody({ width: 360 });
    const { page } = stranger;
    await page.goto(grant);
    await inspector.look(page, "pas-moi");
    assert.ok(!(await words(page)).includes(demo.persons[0].family_name), "the page says whose it is");
    await give(page, "reason", "Je ne connais pas cette structure.");
    assert.ok((await words(page)).includes("C’est noté"));
    await inspector.look(page, "pas-moi-note");
    const other = await somebody();
    await other.page.goto(grant);
    assert.ok((await words(other.page)).includes("C’est noté"));
    await person.page.goto(`${demo.gateway}/personne`);
    assert.ok((await words(person.page)).includes("Suspendu"));
  });

  step("without FranceConnect, a paper code and an SMS are asked for", async () => {
    const stranger = await somebody({ width: 360 });
    const { page } = stranger;
    await page.goto(`${demo.gateway}/personne/connexion/papier`);
    await inspector.look(page, "papier");
    await give(page, "code", "trop court");
    await inspector.look(page, "papier-erreur");
    await give(page, "code", "7K2PX-0M4QT-7K2PX-0M4QT");
    await inspector.look(page, "papier-sms");
    await give(page, "sms", "123456");
    assert.match(await page.title(), /^Erreur/);
    await inspector.look(page, "papier-sms-erreur");
  });
});

describe("afterwards", () => {
  test("no browser complained: no policy violation, no script error, nothing missing", () => {
    assert.deepEqual(stage.complaints(), []);
  });

  test("the program logged no error", async () => {
    assert.deepEqual(await demo.complaints(), []);
  });
});
