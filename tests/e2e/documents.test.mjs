// Papers in real Chromium: where they are offered, what their code says, the explanations beside the text, the desk's statement.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scene } from "./scene.mjs";
import * as steps from "./steps.mjs";
import { words } from "./steps.mjs";

const TONGUES = ["fr", "en", "ar", "es", "pt", "ro", "tr", "uk"];

let demo, inspector;
const stage = scene(({ demo: its, inspector: eye }) => ([demo, inspector] = [its, eye]));
const { step, somebody } = stage;

/** A PDF file that somebody gets with her own session. */
async function paper(somebodyElse, path) {
  const answer = await somebodyElse.context.request.get(new URL(path, demo.gateway).href);
  assert.equal(answer.status(), 200, path);
  assert.equal(answer.headers()["content-type"], "application/pdf");
  const body = await answer.body();
  assert.equal(body.subarray(0, 8).toString(), "%PDF-1.7");
  return body;
}

describe("explanations", () => {
  for (const tongue of TONGUES) {
    step(`in ${tongue}`, async () => {
      const { page, context } = await somebody();
      const answer = await page.goto(`${demo.gateway}/explications/${tongue}`);
      assert.equal(answer.status(), 200);
      const direction = await page.locator("#explication").evaluate((element) => getComputedStyle(element).direction);
      assert.equal(direction, tongue === "ar" ? "rtl" : "ltr");
      await inspector.look(page, `explications-${tongue}`);
      await context.close();
    });
  }
});

describe("papers", () => {
  let aidant, person, drawn, code;

  step("the person reads the text with an explanation in Arabic beside it", async () => {
    aidant = await somebody();
    await steps.logIn(demo, aidant.page, demo.aidants[0], "aidant");
    drawn = await steps.drawUp(demo, aidant.page, { themes: ["social", "famille"], duration: "month" });
    person = await somebody();
    const { page } = person;
    await steps.readText(demo, page, drawn.consent, demo.persons[0]);
    await inspector.look(page, "consentement-langues");
    await steps.leaving(page, () => page.locator('.tongues a[hreflang="ar"]').click());
    assert.equal(await page.locator("#explication").getAttribute("dir"), "rtl");
    await inspector.look(page, "consentement-explication-arabe");
    await steps.decide(page, "approve");
  });

  step("the aidant gets the paper with its code", async () => {
    const { page } = aidant;
    await page.goto(`${drawn.mandate}/attestation`);
    code = (await page.locator(".attestation__code").innerText()).trim();
    await inspector.look(page, "attestation-avec-code");
    await page.goto(`${drawn.mandate}/attestation?explication=uk`);
    await inspector.look(page, "attestation-explication-ukrainienne");
    await paper(aidant, await steps.linkTo(page, /attestation\.pdf$/));
  });

  step("the person gets hers, and her journal on paper", async () => {
    const { page } = person;
    await steps.enterSpace(demo, page, demo.persons[0]);
    const mandate = await steps.linkTo(page, /^\/personne\/mandats\/[^/]+$/);
    await page.goto(mandate);
    await inspector.look(page, "personne-mandat-papiers");
    assert.equal(await page.locator('main form[action$="/attestation"] button').count(), 1);
    await paper(person, `${new URL(mandate).pathname}/attestation.pdf`);
    await page.goto(`${demo.gateway}/personne/journal`);
    await inspector.look(page, "personne-journal-papier");
    await paper(person, await steps.linkTo(page, /journal\.pdf$/));
  });

  /** What a stranger learns from a code. */
  async function verify(typed, name) {
    const stranger = await somebody({ width: 360 });
    await stranger.page.goto(`${demo.gateway}/verifier?code=${typed}`);
    await steps.send(stranger.page);
    await inspector.look(stranger.page, name);
    const said = await words(stranger.page);
    await stranger.context.close();
    return said;
  }

  step("a replaced code says that it was replaced", async () => {
    const old = code;
    await aidant.page.goto(`${drawn.mandate}/attestation`);
    await steps.send(aidant.page);
    code = (await aidant.page.locator(".attestation__code").innerText()).trim();
    assert.match(await verify(old, "verifier-remplacee"), /remplacée/);
    assert.match(await verify(code, "verifier-valable"), /valable/);
  });

  step("a statement at the desk and one by post", async () => {
    const { page } = aidant;
    await page.goto(`${demo.gateway}/aidant/releve`);
    await inspector.look(page, "aidant-releve");
    await page.locator('main [name="code"]').fill("00000-00000-00000-00000");
    await page.locator('main [name="birthdate"]').fill("12/04/1948");
    await steps.send(page);
    assert.match(await page.title(), /^Erreur/);
    await inspector.look(page, "aidant-releve-erreur");
    const operator = await somebody();
    await steps.logIn(demo, operator.page, demo.operators[0], "operateur");
    await operator.page.goto(`${demo.gateway}/operateur/releve`);
    await inspector.look(operator.page, "operateur-releve");
    await operator.page.locator('main [name="person"]').fill("Lefèvre");
    await steps.send(operator.page);
    assert.match(await operator.page.title(), /^Erreur/);
    await inspector.look(operator.page, "operateur-releve-erreur");
  });

  step("after she stops it, the code says so and there is a statement of the end", async () => {
    const { page } = person;
    await page.goto(`${demo.gateway}/personne`);
    const mandate = await steps.linkTo(page, /^\/personne\/mandats\/[^/]+$/);
    await page.goto(`${mandate}/revoquer`);
    await steps.send(page);
    await page.goto(mandate);
    await inspector.look(page, "personne-mandat-arrete");
    await paper(person, await steps.linkTo(page, /revocation\.pdf$/));
    assert.match(await verify(code, "verifier-arrete"), /arrêté/);
  });
});

test("nothing was complained about by a browser", () => {
  const complaints = stage.complaints();
  assert.deepEqual(complaints, []);
});
