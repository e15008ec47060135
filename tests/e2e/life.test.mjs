// The life of a mandate and what protects both, in real Chromium: renewed, contested, answered, closed, an error declared,
// a call recorded; every page state looked at.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scene } from "./scene.mjs";
import * as steps from "./steps.mjs";
import { words } from "./steps.mjs";

const THEME = "social";
const OTHER_THEME = "famille";

let demo, inspector;
const stage = scene(({ demo: its, inspector: eye }) => ([demo, inspector] = [its, eye]));
const { step, somebody } = stage;

/** The last form of the page, filled in and sent. */
async function fill(page, fields) {
  const form = page.locator("main form").last();
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name="${name}"]`);
    const type = await field.first().getAttribute("type");
    if (type === "radio") await form.locator(`[name="${name}"][value="${value}"]`).check({ force: true });
    else await field.fill(value);
  }
  await steps.send(page);
}

describe("the life of a mandate", () => {
  let aidant, person, authority, referent, operator, mandate, number;

  step("a mandate and an act", async () => {
    aidant = await somebody();
    await steps.logIn(demo, aidant.page, demo.aidants[0], "aidant");
    const drawn = await steps.drawUp(demo, aidant.page, { themes: [THEME, OTHER_THEME], duration: "month" });
    mandate = new URL(drawn.mandate).pathname;
    person = await somebody();
    await steps.readText(demo, person.page, drawn.consent, demo.persons[0]);
    await steps.decide(person.page, "approve");
    await steps.beginAct(demo, aidant.page, THEME);
    await steps.choosePerson(aidant.page, demo.persons[0]);
    await steps.chooseTheme(aidant.page, THEME);
  });

  step("the aidant declares an error", async () => {
    const { page } = aidant;
    await page.goto(`${demo.gateway}/aidant/journal`);
    await inspector.look(page, "vie-aidant-journal");
    await page.goto(await steps.linkTo(page, /\/erreur$/));
    await inspector.look(page, "vie-erreur");
    await steps.send(page);
    assert.match(await page.title(), /^Erreur/);
    await inspector.look(page, "vie-erreur-manque");
    await fill(page, { happened: "J’ai coché la mauvaise case.", mended: "J’ai appelé la caisse.", told: "yes" });
    assert.match(await words(page), /Déjà déclaré/);
    await inspector.look(page, "vie-erreur-faite");
  });

  step("the person reads it, and contests the act", async () => {
    const { page } = person;
    await steps.enterSpace(demo, page, demo.persons[0]);
    await page.goto(`${demo.gateway}/personne/journal`);
    assert.match(await words(page), /J’ai coché la mauvaise case/);
    await page.goto(await steps.linkTo(page, /\/contester$/));
    await fill(page, { reason: "Je n’avais rien demandé." });
    await inspector.look(page, "vie-contestation-faite");
    const link = await steps.linkTo(page, /\/personne\/dossiers\//);
    number = link.split("/").at(-1);
    await page.goto(link);
    await inspector.look(page, "vie-dossier-personne");
    await fill(page, { words: "Je voudrais comprendre." });
    assert.match(await words(page), /Je voudrais comprendre/);
    await page.goto(`${demo.gateway}/personne`);
    await inspector.look(page, "vie-personne-suspendu");
  });

  step("the aidant concerned sees the case, without her words", async () => {
    const { page } = aidant;
    await page.goto(`${demo.gateway}/aidant`);
    await inspector.look(page, "vie-aidant-accueil");
    await page.goto(`${demo.gateway}/aidant/dossiers/${number}`);
    assert.doesNotMatch(await words(page), /rien demandé/);
    await inspector.look(page, "vie-dossier-aidant");
    await page.goto(demo.gateway + mandate);
    await inspector.look(page, "vie-mandat-suspendu");
  });

  step("the referent answers", async () => {
    referent = await somebody();
    const own = demo.referents.find((one) => one.organisation === demo.aidants[0].organisation) ?? demo.referents[0];
    await steps.logIn(demo, referent.page, own, "referent");
    const { page } = referent;
    await page.goto(`${demo.gateway}/referent/dossiers`);
    await inspector.look(page, "vie-dossiers-referent");
    await page.goto(await steps.linkTo(page, /\/referent\/dossiers\/\d/));
    await inspector.look(page, "vie-dossier-referent");
    await fill(page, { words: "Le rendez-vous avait été avancé." });
    await page.goto(`${demo.gateway}/referent/dossiers`);
    await page.goto(await steps.linkTo(page, /\/arreter$/));
    await inspector.look(page, "vie-arreter-plusieurs");
    await steps.send(page);
    await inspector.look(page, "vie-arreter-plusieurs-manque");
  });

  step("the authority answers, and closes the case", async () => {
    authority = await somebody();
    const { page } = authority;
    await steps.logIn(demo, page, demo.authorities[0], "autorite");
    await inspector.look(page, "vie-dossiers-autorite");
    await page.goto(`${demo.gateway}/autorite/erreurs`);
    await inspector.look(page, "vie-erreurs-autorite");
    await page.goto(`${demo.gateway}/autorite/dossiers/${number}`);
    await inspector.look(page, "vie-dossier-autorite");
    await steps.send(page);
    await inspector.look(page, "vie-dossier-autorite-manque");
    await fill(page, { outcome: "restored", reason: "L’acte était prévu dans le mandat." });
    assert.match(await words(page), /Clos/);
    await inspector.look(page, "vie-dossier-clos");
    await person.page.goto(`${demo.gateway}/personne/dossiers/${number}`);
    assert.match(await words(person.page), /L’acte était prévu/);
    await inspector.look(person.page, "vie-dossier-clos-personne");
  });

  step("the mandate is renewed", async () => {
    const { page } = aidant;
    await page.goto(demo.gateway + mandate);
    await page.goto((await steps.linkTo(page, /\/nouveau$/)));
    await inspector.look(page, "vie-renouveler");
    await steps.send(page);
    const consent = new URL((await page.content()).match(/\/consentement\/[A-Za-z0-9_-]{22,}/)[0], demo.gateway).href;
    const wrong = await somebody();
    await steps.readText(demo, wrong.page, consent, demo.persons[1]);
    await inspector.look(wrong.page, "vie-renouveler-autre-personne");
    assert.match(await words(wrong.page), /une autre personne/);
    await page.goto(demo.gateway + mandate);
    await page.goto((await steps.linkTo(page, /\/nouveau$/)));
    await steps.send(page);
    const again = new URL((await page.content()).match(/\/consentement\/[A-Za-z0-9_-]{22,}/)[0], demo.gateway).href;
    const right = await somebody();
    await steps.readText(demo, right.page, again, demo.persons[0]);
    await steps.decide(right.page, "approve");
    await page.goto(demo.gateway + mandate);
    assert.match(await words(page), /est renouvelé/);
    await inspector.look(page, "vie-mandat-renouvele");
    await person.page.goto(demo.gateway + mandate.replace("/aidant", "/personne"));
    await inspector.look(person.page, "vie-mandat-renouvele-personne");
    await person.page.goto(await steps.linkTo(person.page, /\/arreter$/));
    await inspector.look(person.page, "vie-tout-arreter");
  });

  step("an operator records a call", async () => {
    operator = await somebody();
    const { page } = operator;
    await steps.logIn(demo, page, demo.operators[0], "operateur");
    await page.goto(`${demo.gateway}/operateur/personnes`);
    await inspector.look(page, "vie-chercher");
    await fill(page, { family_name: "Personne", birthdate: "01/01/1900" });
    await inspector.look(page, "vie-chercher-rien");
    await fill(page, { family_name: demo.persons[0].family_name, birthdate: demo.persons[0].birthdate });
    await inspector.look(page, "vie-appel");
    await steps.send(page);
    await inspector.look(page, "vie-appel-manque");
    const today = new Date().toISOString().slice(0, 10);
    await fill(page, { channel: "telephone", asked_on: today, asked: "all", check: "Rappelée au numéro connu." });
    await inspector.look(page, "vie-confirmation");
    assert.match(await words(page), /par téléphone/);
    await person.page.goto(`${demo.gateway}/personne`);
    assert.doesNotMatch(await words(person.page), /Actif/);
  });
});

test("nothing was complained about, and the ledger holds", async () => {
  assert.deepEqual(stage.complaints(), []);
  assert.deepEqual(await demo.complaints(), []);
  const audit = await stage.audit();
  assert.equal(audit.code, 0, audit.stdout + audit.stderr);
});
