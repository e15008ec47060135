// Second factors in real Chromium, with an authenticator that is only software: lost, enrolled anew, used, taken away.

import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { totp } from "./demo.mjs";
import { plugIn, scene, useKey } from "./scene.mjs";
import * as steps from "./steps.mjs";
import { leaving, send, words } from "./steps.mjs";

let demo, inspector, operator, aidant, page, authenticator;
const stage = scene(({ demo: its, inspector: eye }) => {
  [demo, inspector] = [its, eye];
  aidant = demo.aidants[0];
});
const { step, somebody } = stage;

/** The link to her account mailed to this address. */
async function recoveryLink(email) {
  for (const end = Date.now() + 10_000; Date.now() < end; await pause(100)) {
    const links = (await demo.messages()).filter((message) => message.to === email).flatMap((message) => message.links);
    const found = links.findLast((link) => link.includes("/compte/activation/"));
    if (found) return found;
  }
  throw new Error(`no link to the account of ${email}`);
}

step("an operator resets the account of an aidant who lost everything", async () => {
  ({ page: operator } = await somebody());
  await steps.logIn(demo, operator, demo.operators[0], "operateur", (name) => inspector.look(operator, `facteurs-${name}`));
  await operator.goto(`${demo.gateway}/operateur/cartes`);
  await inspector.look(operator, "operateur-cartes");
  await operator.locator("textarea[name=lines]").fill(`GI-001,${aidant.totp_secret}\nGI-002,rien`);
  await send(operator);
  assert.match(await words(operator), /Ligne 2 \(carte GI002\)/);
  await inspector.look(operator, "operateur-cartes-refusees");
  await operator.locator("textarea[name=lines]").fill(`GI-001,${aidant.totp_secret}`);
  await send(operator);
  await inspector.look(operator, "operateur-cartes-ajoutees");
  await operator.goto(`${demo.gateway}/operateur/reinitialisations`);
  await inspector.look(operator, "operateur-reinitialisations");
  await operator.goto(`${demo.gateway}/operateur/reinitialisations/nouvelle`);
  await inspector.look(operator, "operateur-reinitialisation-nouvelle");
  await operator.locator('label[for="role-1"]').click();
  await operator.locator("[name=email]").fill(aidant.email);
  await operator.locator("[name=reason]").fill("Téléphone volé");
  await send(operator);
});

step("she enrols a passkey at the link of the recovery", async () => {
  const link = await recoveryLink(aidant.email);
  ({ page } = await somebody());
  authenticator = await plugIn(page);
  await page.goto(link);
  await inspector.look(page, "activation");
  await send(page);
  await inspector.look(page, "activation-choix");
  await page.goto(`${link}/application`);
  await inspector.look(page, "activation-application");
  await page.goto(`${link}/cle`);
  await inspector.look(page, "activation-cle");
  await page.locator("[name=label]").fill("Ordinateur du bureau");
  await authenticator.verified(false);
  await page.locator("form[data-passkey] button").click();
  await page.locator("[data-passkey-words]:not([hidden])").waitFor();
  await inspector.look(page, "activation-cle-refusee");
  await authenticator.verified(true);
  await useKey(page);
  assert.match(await words(page), /Votre compte est actif/);
  await inspector.look(page, "activation-faite");
  assert.equal((await authenticator.keys()).length, 1);
});

step("she logs in without mail and without typing an address", async () => {
  const before = (await demo.messages()).length;
  await page.goto(`${demo.gateway}/aidant/connexion`);
  await inspector.look(page, "connexion-cle");
  await useKey(page);
  assert.equal(new URL(page.url()).pathname, "/aidant");
  assert.equal((await demo.messages()).length, before, "no mail");
});

step("she adds an application, gives her key again, and takes the key away", async () => {
  await page.goto(`${demo.gateway}/aidant/facteurs`);
  await inspector.look(page, "facteurs");
  const remove = await steps.linkTo(page, /\/retirer$/);
  await page.goto(remove);
  assert.match(await words(page), /seul moyen/);
  await inspector.look(page, "facteur-dernier");
  await page.goto(`${demo.gateway}/aidant/facteurs/application`);
  const secret = (await page.locator("#secret").innerText()).replaceAll(/\s/g, "");
  await page.locator("[name=label]").fill("Téléphone");
  await page.locator("[name=otp]").fill("000000");
  await send(page);
  await inspector.look(page, "facteur-application-erreur");
  await page.locator("[name=otp]").fill(totp(secret, Math.floor(Date.now() / 30_000)));
  await send(page);
  assert.match(await words(page), /Téléphone/);
  await page.goto(`${demo.gateway}/aidant/second-facteur?suite=%2Faidant%2Ffacteurs`);
  await inspector.look(page, "second-facteur-cle");
  await leaving(page, () => page.locator("form[data-passkey] button").click());
  assert.equal(new URL(page.url()).pathname, "/aidant/facteurs");
  await page.goto(remove);
  await inspector.look(page, "facteur-retirer");
  await send(page);
  assert.equal((await page.locator(".rows li").count()), 1);
  await inspector.look(page, "facteurs-apres");
});

step("the key that was taken away opens nothing, and without JavaScript the page says what to do", async () => {
  await page.goto(`${demo.gateway}/aidant/connexion`);
  await useKey(page);
  assert.match(await words(page), /n’ouvre rien ici/);
  await inspector.look(page, "connexion-cle-refusee");
  const { page: bare } = await somebody({ javaScript: false });
  await bare.goto(`${demo.gateway}/aidant/connexion`);
  assert.match(await bare.locator("noscript").first().innerText(), /JavaScript/);
});

step("a referent sees cards and resets", async () => {
  const { page: rose } = await somebody();
  await steps.logIn(demo, rose, demo.referents[0], "referent");
  await rose.goto(`${demo.gateway}/referent`);
  await rose.goto(await steps.linkTo(rose, /\/referent\/aidants\/[0-9a-f]{8}-/));
  const cards = await steps.linkTo(rose, /\/carte$/);
  await rose.goto(cards);
  await inspector.look(rose, "referent-cartes");
  await rose.locator("[name=serial]").fill("GI-001");
  await send(rose);
  await inspector.look(rose, "referent-carte-valider");
  await rose.goto(cards);
  await inspector.look(rose, "referent-cartes-remise");
  await rose.goto(cards.replace(/carte$/, "reinitialiser"));
  await inspector.look(rose, "referent-reinitialiser");
});

step("nobody complained", async () => {
  assert.deepEqual(stage.complaints(), []);
  assert.deepEqual(await demo.complaints(), []);
});
