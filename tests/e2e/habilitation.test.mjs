// A referent invites, the aidant activates her account, an operator decides, she signs the charter and works.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { french, scene } from "./scene.mjs";
import * as steps from "./steps.mjs";
import { words } from "./steps.mjs";

const NEW = { email: "zoe.martin@nouvelle.example", totp_secret: "" };

let demo, inspector, referent, operator, aidant;
const stage = scene(({ demo: its, inspector: eye }) => ([demo, inspector] = [its, eye]));
const { step, somebody } = stage;

const own = (page) => page.locator("main form").last();

async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) await own(page).locator(`[name="${name}"]`).fill(value);
}

async function pick(page, name, value) {
  await own(page).locator(`[name="${name}"][value="${value}"]`).check({ force: true });
}

describe("an aidant from invitation to work", () => {
  step("the referent invites her", async () => {
    referent = await somebody();
    const { page } = referent;
    await steps.logIn(demo, page, demo.referents[0], "referent");
    await inspector.look(page, "referent-equipe");
    await page.goto(`${demo.gateway}/referent/aidants/nouveau`);
    await inspector.look(page, "referent-inviter");
    await steps.send(page);
    await inspector.look(page, "referent-inviter-erreurs");
    if (await own(page).locator('[name="organisation"][type="radio"]').count()) {
      await own(page).locator('[name="organisation"]').first().check({ force: true });
    }
    await fill(page, { given_name: "Zoé", family_name: "Martin", email: NEW.email, profession: "Conseillère numérique" });
    await steps.send(page);
    assert.ok((await words(page)).includes("L’invitation est partie"), await words(page));
    await inspector.look(page, "referent-invitee");
    await page.goto(await page.locator("main tbody a", { hasText: "Zoé Martin" }).evaluate((link) => link.href));
    await inspector.look(page, "referent-aidant-demande");
  });

  step("she chooses her own second factor by the mailed link", async () => {
    aidant = await somebody({ width: 360 });
    const { page } = aidant;
    const { links } = await demo.message(NEW.email);
    await page.goto(links[0]);
    await steps.send(page);
    await page.goto(await steps.linkTo(page, /\/application$/));
    NEW.totp_secret = (await page.locator("#secret").innerText()).replaceAll(/\s/g, "");
    await fill(page, { label: "Mon téléphone", otp: await demo.code(NEW) });
    await steps.send(page);
    await steps.logIn(demo, page, NEW, "aidant");
    assert.equal(new URL(page.url()).pathname, "/aidant/habilitations", "nothing else is open to her yet");
    await inspector.look(page, "aidant-habilitations-demandee");
  });

  step("an operator accepts, notes the training and gives the habilitation", async () => {
    operator = await somebody();
    const { page } = operator;
    await steps.logIn(demo, page, demo.operators[0], "operateur");
    await page.goto(`${demo.gateway}/operateur/habilitations`);
    await inspector.look(page, "operateur-habilitations");
    const row = page.locator("main .rows > li", { hasText: "Zoé Martin" });
    await page.goto(await row.locator("a").evaluate((link) => link.href));
    await inspector.look(page, "operateur-habilitation-demande");
    await pick(page, "change", "accept");
    await fill(page, { day: french(new Date()) });
    await steps.send(page);
    await inspector.look(page, "operateur-habilitation-formation");
    await pick(page, "change", "trained");
    await steps.send(page);
    await pick(page, "change", "habilitate");
    await inspector.look(page, "operateur-habilitation-suivie");
    await steps.send(page);
    assert.ok((await words(page)).includes("L’habilitation est accordée"), await words(page));
    await inspector.look(page, "operateur-habilitation-accordee");
  });

  step("she signs the charter, and works", async () => {
    const { page } = aidant;
    await page.goto(`${demo.gateway}/aidant`);
    assert.equal(new URL(page.url()).pathname, "/aidant/charte");
    await inspector.look(page, "aidant-charte");
    await steps.send(page);
    await inspector.look(page, "aidant-habilitations-signee");
    assert.ok((await words(page)).includes("La charte est signée"), await words(page));
    await page.goto(`${demo.gateway}/aidant`);
    assert.equal(new URL(page.url()).pathname, "/aidant");
    const { consent } = await steps.drawUp(demo, page, { themes: ["logement"], duration: "short" });
    assert.ok(consent, "she draws up a mandate");
  });

  step("the referent's other pages", async () => {
    const { page } = referent;
    await page.goto(`${demo.gateway}/referent`);
    for (const [pattern, name] of [[/\/demarches$/, "demarches"], [/\/referents$/, "referents"], [/\/chiffres\//, "chiffres"]]) {
      await page.goto(`${demo.gateway}/referent`);
      await page.goto(await steps.linkTo(page, pattern));
      await inspector.look(page, `referent-${name}`);
    }
    await page.goto(`${demo.gateway}/referent`);
    await page.goto(await steps.linkTo(page, /\/referents$/));
    await page.goto(await steps.linkTo(page, /\/quitter$/));
    await inspector.look(page, "referent-quitter-dernier");
    await page.goBack();
    await fill(page, { given_name: "Paul", family_name: "Petit", email: "paul.petit@nouvelle.example" });
    await pick(page, "kind", "deputy");
    await steps.send(page);
    await inspector.look(page, "referent-suppleant");
    await page.goto(await page.locator("main .rows a").first().evaluate((link) => link.href));
    await inspector.look(page, "referent-suppleant-page");
  });

  step("suspended by the referent, she reads why and sees no person", async () => {
    const { page } = referent;
    await page.goto(`${demo.gateway}/referent`);
    await page.goto(await page.locator("main tbody a", { hasText: "Zoé Martin" }).evaluate((link) => link.href));
    await pick(page, "change", "suspend");
    await fill(page, { reason: "Congé" });
    await steps.send(page);
    await inspector.look(page, "referent-aidant-suspendu");
    await aidant.page.goto(`${demo.gateway}/aidant/personnes`);
    assert.equal(new URL(aidant.page.url()).pathname, "/aidant/habilitations");
    await inspector.look(aidant.page, "aidant-habilitations-suspendue");
  });

  step("the operator's pages of aidants and referents", async () => {
    const { page } = operator;
    await page.goto(`${demo.gateway}/operateur/aidants`);
    await inspector.look(page, "operateur-aidants");
    await page.goto(await page.locator("main tbody a", { hasText: "Zoé Martin" }).evaluate((link) => link.href));
    await inspector.look(page, "operateur-compte");
    await page.goto(`${demo.gateway}/operateur/structures`);
    await page.goto(await steps.linkTo(page, /\/structures\/[0-9a-f-]{36}$/));
    await page.goto(`${page.url()}/referents`);
    await inspector.look(page, "operateur-referents");
  });

  test("nothing complained, and the ledger holds", async () => {
    assert.deepEqual(stage.complaints(), []);
    assert.deepEqual(await demo.complaints(), []);
    const audit = await stage.audit();
    assert.equal(audit.code, 0, audit.stdout + audit.stderr);
  });
});
