// The whole act in real Chromium: every page state looked at, nothing complained about, once more without JavaScript.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { scene } from "./scene.mjs";
import * as steps from "./steps.mjs";
import { words } from "./steps.mjs";

const THEME = "social";
const OTHER_THEME = "famille";

let demo, inspector;
const stage = scene(({ demo: its, inspector: eye }) => ([demo, inspector] = [its, eye]));
const { step, somebody } = stage;

const looker = (page, prefix = "") => (name) => inspector.look(page, `${prefix}${name}`);

/** Every page of the navigation, each looked at. */
async function lookAround(page, space) {
  const links = await page.locator("nav.nav a").evaluateAll((anchors) => anchors.map((anchor) => anchor.href));
  assert.ok(links.length > 0, `${space} has a navigation`);
  for (const link of links) {
    const answer = await page.goto(link);
    assert.equal(answer.status(), 200, link);
    await inspector.look(page, `menu${new URL(link).pathname.replaceAll("/", "-")}`);
  }
}

describe("pages for everybody", () => {
  const paths = { accueil: "/", aide: "/aide", "mentions-legales": "/mentions-legales", "donnees-personnelles": "/donnees-personnelles", accessibilite: "/accessibilite", verifier: "/verifier" };
  for (const [name, path] of Object.entries(paths)) {
    step(`${path} in French and in English`, async () => {
      for (const language of ["fr-FR", "en-GB"]) {
        const { page, context } = await somebody({ language });
        const answer = await page.goto(demo.gateway + path);
        assert.equal(answer.status(), 200);
        assert.equal(await page.locator("html").getAttribute("lang"), language.slice(0, 2));
        await inspector.look(page, `${name}-${language.slice(0, 2)}`);
        await context.close();
      }
    });
  }

  step("an address that is not there", async () => {
    const { page, context } = await somebody();
    const answer = await page.goto(`${demo.gateway}/nulle-part`);
    assert.equal(answer.status(), 404);
    await inspector.look(page, "introuvable");
    await context.close();
  });

  step("the portal shows everybody", async () => {
    const { page, context } = await somebody();
    await page.goto(demo.portal);
    assert.ok((await words(page)).includes(demo.aidants[0].email));
    await inspector.picture(page, "portail");
    await context.close();
  });
});

describe("the whole act", () => {
  let aidant, person, authority, drawn, mandateAtPerson, paperCode;

  step("the aidant logs in with a code and a mailed link", async () => {
    aidant = await somebody();
    const { page } = aidant;
    await page.goto(`${demo.gateway}/aidant/connexion`);
    await page.locator("main form").last().evaluate((form) => form.setAttribute("novalidate", ""));
    await page.locator('[name="email"]').fill("pas une adresse");
    await steps.send(page);
    assert.match(await page.title(), /^Erreur/);
    assert.equal(await page.locator('[name="email"]').inputValue(), "pas une adresse");
    await inspector.look(page, "connexion-erreur");
    await steps.logIn(demo, page, demo.aidants[0], "aidant", looker(page, "aidant-"));
    await inspector.look(page, "aidant-accueil-vide");
  });

  step("draws up a mandate and hands over", async () => {
    const { page } = aidant;
    await page.goto(`${demo.gateway}/aidant/mandats/nouveau`);
    await inspector.look(page, "aidant-mandat-nouveau");
    await page.locator("main form").last().evaluate((form) => form.setAttribute("novalidate", ""));
    await steps.send(page);
    assert.match(await page.title(), /^Erreur/);
    await inspector.look(page, "aidant-mandat-nouveau-erreur");
    drawn = await steps.drawUp(demo, page, { themes: [THEME, OTHER_THEME], duration: "month" });
    await inspector.look(page, "aidant-remise");
  });

  step("the person reads the text on her own phone and approves", async () => {
    person = await somebody({ width: 360 });
    const { page } = person;
    await steps.readText(demo, page, drawn.consent, demo.persons[0], looker(page));
    const text = await words(page);
    assert.ok(text.includes(demo.persons[0].family_name) && text.includes(demo.aidants[0].organisation), "who agrees with whom");
    await steps.decide(page, "approve");
    await inspector.look(page, "consentement-approuve");
    const cookies = (await person.context.cookies(demo.gateway)).map((cookie) => cookie.name);
    assert.ok(!cookies.some((name) => name.includes("aidant") || name.includes("personne")), `cookies: ${cookies}`);
  });

  step("a consent link opened again leads nowhere", async () => {
    const stranger = await somebody();
    await stranger.page.goto(drawn.consent);
    assert.equal(await stranger.page.locator('[name="decision"]').count(), 0);
    await inspector.look(stranger.page, "consentement-autre-navigateur");
    await stranger.context.close();
  });

  step("the aidant's waiting page has noticed by itself", async () => {
    const { page } = aidant;
    await page.locator(".waiting").waitFor({ state: "detached", timeout: 15_000 });
    await page.goto(drawn.mandate);
    assert.ok((await words(page)).includes(demo.persons[0].family_name));
    await inspector.look(page, "aidant-mandat-actif");
    await page.goto(`${demo.gateway}/aidant`);
    await inspector.look(page, "aidant-accueil");
    await page.goto(`${demo.gateway}/aidant/personnes`);
    assert.ok((await words(page)).includes(demo.persons[0].family_name));
    await inspector.look(page, "aidant-personnes");
  });

  step("an act: administration, person, theme, and back logged in for her", async () => {
    const { page } = aidant;
    await steps.beginAct(demo, page, THEME);
    await inspector.look(page, "acte-personne");
    await steps.choosePerson(page, demo.persons[0]);
    await inspector.look(page, "acte-demarche");
    await steps.chooseTheme(page, THEME);
    assert.equal(new URL(page.url()).origin, demo.administration, page.url());
    const text = await words(page);
    assert.ok(text.includes(demo.persons[0].family_name) && text.includes(demo.aidants[0].organisation));
    assert.match(text, /il est actif/);
    await inspector.picture(page, "administration-dossier");
  });

  step("the administration reports what was done", async () => {
    const { page } = aidant;
    await page.locator('main form:last-of-type [name="label"]').fill("Demande de prime d’activité");
    await steps.send(page);
    assert.ok((await words(page)).includes("Demande de prime d’activité"));
  });

  step("a form of another site is refused", async () => {
    const hostile = await aidant.context.newPage();
    await hostile.goto(demo.administration);
    const status = hostile.waitForResponse((response) => response.url().startsWith(`${demo.gateway}/aidant/`));
    await hostile.evaluate((action) => {
      const form = Object.assign(document.createElement("form"), { method: "post", action });
      document.body.append(form);
      form.submit();
    }, `${demo.gateway}/aidant/mandats/nouveau`);
    assert.ok([400, 403].includes((await status).status()), `status ${(await status).status()}`);
    await hostile.close();
  });

  step("the aidant's journal and the paper", async () => {
    const { page } = aidant;
    await page.goto(`${demo.gateway}/aidant/journal`);
    assert.ok((await words(page)).includes(demo.persons[0].family_name));
    await inspector.look(page, "aidant-journal");
    await page.goto(`${drawn.mandate}/attestation`);
    await inspector.look(page, "aidant-attestation");
    paperCode = (await page.locator(".attestation__code").innerText()).trim();
    await page.goto(`${drawn.mandate}/revoquer`);
    await inspector.look(page, "aidant-revoquer");
    await page.goto(`${demo.gateway}/aidant/second-facteur`);
    await inspector.look(page, "aidant-second-facteur");
  });

  /** What a stranger learns from a code on paper. */
  async function verify(code, name) {
    const stranger = await somebody();
    await stranger.page.goto(`${demo.gateway}/verifier`);
    await stranger.page.locator('main [name="code"]').fill(code);
    await steps.send(stranger.page);
    await inspector.look(stranger.page, name);
    const said = await words(stranger.page);
    await stranger.context.close();
    return said;
  }

  step("a stranger checks the code on the paper", async () => {
    const good = await verify(paperCode, "verifier-bon");
    assert.ok(good.includes(demo.aidants[0].organisation));
    assert.ok(!good.includes(demo.persons[0].family_name), "the person is not named");
    const unknown = await verify("AAAA-BBBB-CCCC-DDDD-E", "verifier-inconnu");
    assert.ok(!unknown.includes(demo.aidants[0].organisation));
  });

  step("the person reads her timeline and checks a proof offline", async () => {
    const { page } = person;
    await steps.enterSpace(demo, page, demo.persons[0], looker(page));
    await inspector.look(page, "personne-accueil");
    mandateAtPerson = await steps.linkTo(page, /^\/personne\/mandats\/[^/]+$/);
    await page.goto(mandateAtPerson);
    await inspector.look(page, "personne-mandat");
    await page.goto(`${demo.gateway}/personne/journal`);
    const text = await words(page);
    assert.ok(text.includes(demo.aidants[0].name), "who acted");
    assert.ok(text.includes("Demande de prime d’activité"), "what was reported");
    await inspector.look(page, "personne-journal");
    await checkProof(page);
    await page.goto(`${demo.gateway}/personne/journal`);
    await page.goto(await steps.linkTo(page, /\/contester$/));
    await inspector.look(page, "personne-contester");
    await page.goto(`${demo.gateway}/personne/reglages`);
    await inspector.look(page, "personne-reglages");
  });

  async function checkProof(page) {
    await page.goto(await steps.linkTo(page, /^\/personne\/journal\/[0-9a-f-]{36}$/));
    await inspector.look(page, "personne-preuve");
    const address = await steps.linkTo(page, /\/preuve$/);
    const answer = await person.context.request.get(address);
    assert.equal(answer.status(), 200);
    const file = join(demo.data, "preuve.json");
    await writeFile(file, await answer.body());
    const good = await demo.command("ledger", "verify", file, "--key", demo.ledger_key);
    assert.equal(good.code, 0, good.stderr);
    const bundle = JSON.parse(await answer.text());
    const bent = JSON.stringify(bundle).replace(/"index":(\d+)/, (_, index) => `"index":${Number(index) + 1}`);
    assert.notEqual(bent, JSON.stringify(bundle));
    await writeFile(file, bent);
    assert.notEqual((await demo.command("ledger", "verify", file, "--key", demo.ledger_key)).code, 0, "a bent proof");
  }

  step("an authority states a purpose, reads, and the person sees that", async () => {
    authority = await somebody();
    const { page } = authority;
    await steps.logIn(demo, page, demo.authorities[0], "autorite", looker(page, "autorite-"));
    await page.goto(`${demo.gateway}/autorite/journal`);
    await inspector.look(page, "autorite-but");
    await page.locator('main form [name="purpose"]').fill("Contrôle de l’essai E2E-7");
    await steps.send(page);
    await inspector.look(page, "autorite-qui");
    const [year, month, day] = demo.persons[0].birthdate.split("-");
    await page.locator('main form [name="person"]').fill(`${demo.persons[0].family_name} ${day}/${month}/${year}`);
    await steps.send(page);
    await inspector.look(page, "autorite-journal");
    assert.ok((await words(page)).includes(demo.aidants[0].name.split(" ").at(-1)), "the act");
    await lookAround(page, "autorite");
    await person.page.goto(`${demo.gateway}/personne/journal`);
    assert.ok((await words(person.page)).includes("Contrôle de l’essai E2E-7"), "her timeline shows the purpose");
    await inspector.look(person.page, "personne-journal-lu");
  });

  step("a choice page is open while the person revokes: it is refused, and tokens are inactive", async () => {
    // The administration keeps one file per browser: a copy of this one keeps the open file.
    const keeper = await stage.chromium.browser.newContext({ storageState: await aidant.context.storageState() });
    await steps.beginAct(demo, aidant.page, THEME);
    await steps.choosePerson(aidant.page, demo.persons[0]);
    const { page } = person;
    await page.goto(`${mandateAtPerson}/revoquer`);
    await inspector.look(page, "personne-revoquer");
    await steps.send(page);
    await inspector.look(page, "personne-revoque");
    await steps.chooseTheme(aidant.page, THEME);
    assert.equal(new URL(aidant.page.url()).origin, demo.gateway, "refused here, not at the administration");
    await inspector.look(aidant.page, "acte-refuse");
    await steps.send(aidant.page);
    assert.equal(new URL(aidant.page.url()).origin, demo.administration);
    assert.ok((await words(aidant.page)).includes("access_denied"));
    const kept = await keeper.newPage();
    await kept.goto(`${demo.administration}/dossier`);
    assert.match(await words(kept), /il est inactif/);
    await keeper.close();
    assert.match(await verify(paperCode, "verifier-fini"), /a été arrêté/, "the paper is worth nothing now");
    await page.goto(`${demo.gateway}/personne/journal`);
    await inspector.look(page, "personne-journal-fin");
    await aidant.page.goto(drawn.mandate);
    await inspector.look(aidant.page, "aidant-mandat-fini");
  });

  step("everybody leaves", async () => {
    for (const [one, home] of [[aidant, "/aidant"], [person, "/personne"], [authority, "/autorite"]]) {
      await one.page.goto(demo.gateway + home);
      await steps.leaving(one.page, () => one.page.locator("header form button").click());
      await inspector.look(one.page, `parti${home.replace("/", "-")}`);
      await one.page.goto(demo.gateway + home);
      assert.notEqual(new URL(one.page.url()).pathname, home, "the session is over");
    }
  });
});

describe("those who manage", () => {
  step("the operator", async () => {
    const operator = await somebody();
    await steps.logIn(demo, operator.page, demo.operators[0], "operateur", looker(operator.page, "operateur-"));
    await lookAround(operator.page, "operateur");
    await operator.page.locator(".nav__group summary").first().click();
    assert.ok(await operator.page.locator('.nav__group[open] a[href="/operateur/structures"]').isVisible(), "the group unfolds");
    await inspector.look(operator.page, "operateur-menu-ouvert");
  });

  step("the referent", async () => {
    const referent = await somebody();
    await steps.logIn(demo, referent.page, demo.referents[0], "referent", looker(referent.page, "referent-"));
    await lookAround(referent.page, "referent");
  });
});

describe("the whole act without JavaScript", () => {
  let aidant, person, drawn;
  const plain = { javaScript: false };

  step("login, mandate, approval", async () => {
    aidant = await somebody(plain);
    person = await somebody({ ...plain, width: 360 });
    await steps.logIn(demo, aidant.page, demo.aidants[1], "aidant");
    drawn = await steps.drawUp(demo, aidant.page, { themes: [THEME], duration: "short" });
    await steps.readText(demo, person.page, drawn.consent, demo.persons[1]);
    await steps.decide(person.page, "approve");
    const refresh = aidant.page.locator(".waiting a");
    await steps.leaving(aidant.page, () => refresh.click());
    assert.equal(await aidant.page.locator(".waiting").count(), 0, "the button brings the news");
  });

  step("act, receipt, timeline", async () => {
    await steps.beginAct(demo, aidant.page, THEME);
    await steps.choosePerson(aidant.page, demo.persons[1]);
    await steps.chooseTheme(aidant.page, THEME);
    assert.equal(new URL(aidant.page.url()).origin, demo.administration);
    await steps.send(aidant.page);
    await steps.enterSpace(demo, person.page, demo.persons[1]);
    await person.page.goto(`${demo.gateway}/personne/journal`);
    const text = await words(person.page);
    assert.ok(text.includes(demo.aidants[1].name) && text.includes("Déclaration de ressources"));
  });

  step("revocation by the aidant, then a refused act", async () => {
    await aidant.page.goto(`${drawn.mandate}/revoquer`);
    const reason = aidant.page.locator('main form [name="reason"]');
    assert.ok(await reason.count(), "a reason is asked");
    await reason.fill("La personne le demande.");
    await steps.send(aidant.page);
    await aidant.page.goto(`${demo.administration}/dossier`);
    assert.match(await words(aidant.page), /il est inactif/);
    await steps.beginAct(demo, aidant.page, THEME);
    assert.equal(await aidant.page.locator(`main label:has-text("${demo.persons[1].family_name}")`).count(), 0);
  });

  step("a refused mandate", async () => {
    const second = await steps.drawUp(demo, aidant.page, { themes: [OTHER_THEME], duration: "long" });
    const other = await somebody(plain);
    await steps.readText(demo, other.page, second.consent, demo.persons[2]);
    await steps.decide(other.page, "refuse");
    await aidant.page.goto(second.mandate);
    assert.equal(await aidant.page.locator(".waiting").count(), 0);
  });
});

describe("afterwards", () => {
  test("no browser complained: no policy violation, no script error, nothing missing", () => {
    const said = stage.complaints();
    assert.deepEqual(said, []);
  });

  test("the program logged no error and the ledger holds", async () => {
    assert.deepEqual(await demo.complaints(), []);
    const audit = await stage.audit();
    assert.equal(audit.code, 0, audit.stdout + audit.stderr);
  });

  test("enough page states were looked at", () => {
    assert.ok(inspector.states >= 45, `only ${inspector.states}`);
  });
});
