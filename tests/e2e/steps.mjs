// What people do, one function each, through the pages alone; the same with and without JavaScript.

import assert from "node:assert/strict";

const own = (page) => page.locator("main form").last();

/** Sends the page's own form, the last one in `<main>`, by its first button. */
export async function send(page) {
  await leaving(page, () => own(page).locator("button:not([name]), button").first().click());
}

/** Does something that leads to another document and waits until that is there. */
export async function leaving(page, act) {
  const loaded = page.waitForEvent("load");
  await act();
  await loaded;
}

/** Makes a choice by field and value, whether it is a radio, a checkbox, a list or a button; `true` where it was a button. */
async function choose(page, name, value) {
  const field = own(page).locator(`[name="${name}"]`);
  if (await own(page).locator(`select[name="${name}"]`).count()) {
    await field.selectOption(value);
    return false;
  }
  const one = own(page).locator(`[name="${name}"][value="${value}"]`);
  if (await one.evaluate((element) => element.tagName === "BUTTON")) {
    await leaving(page, () => one.click());
    return true;
  }
  await one.check({ force: true });
  return false;
}

/** Makes the choice whose label, or button, holds these words, and sends the form. */
export async function choosePerson(page, person) {
  const wanted = [person.given_name.split(" ")[0], person.family_name];
  let target = own(page).locator("label, button[name]");
  for (const word of wanted) target = target.filter({ hasText: word });
  const element = target.first();
  if (await element.evaluate((node) => node.tagName === "BUTTON")) return leaving(page, () => element.click());
  await element.click();
  return send(page);
}

export async function chooseTheme(page, theme) {
  if (!(await choose(page, "theme", theme))) await send(page);
}

/** Login with e-mail and code, then the mailed link. `space` is aidant, referent, autorite or operateur. */
export async function logIn(demo, page, account, space, look = async () => {}) {
  await page.goto(`${demo.gateway}/${space}/connexion`);
  await look("connexion");
  const before = (await demo.messages()).length;
  await own(page).locator('[name="email"]').fill(account.email);
  await own(page).locator('[name="otp"]').fill(await demo.code(account));
  await send(page);
  await look("connexion-courriel-parti");
  const { links } = await demo.message(account.email, before, "/connexion/lien/");
  await page.goto(links[0]);
  await look("connexion-lien");
  await send(page);
  assert.ok(new URL(page.url()).pathname.startsWith(`/${space}`), `after login: ${page.url()}`);
  assert.ok(!page.url().includes("connexion"), `still at the login: ${page.url()}`);
}

/** Fills in the form for a mandate; leaves on the hand-over page. Returns the consent address and the mandate's page. */
export async function drawUp(demo, page, { themes, duration }) {
  await page.goto(`${demo.gateway}/aidant/mandats/nouveau`);
  for (const theme of themes) await choose(page, "theme", theme);
  await choose(page, "duration", duration);
  if (await own(page).locator('[name="channel"][value="present"]').count()) {
    const kind = await own(page).locator('[name="channel"][value="present"]').getAttribute("type");
    if (kind !== "hidden") await choose(page, "channel", "present");
  }
  await send(page);
  const html = await page.content();
  const found = html.match(/\/consentement\/[A-Za-z0-9_-]{22,}/);
  assert.ok(found, `no consent address on ${page.url()}`);
  return { consent: new URL(found[0], demo.gateway).href, mandate: page.url() };
}

/** Logs in at the demo's FranceConnect from wherever that page is now. */
export async function franceConnect(demo, page, person) {
  assert.equal(new URL(page.url()).origin, demo.franceconnect, `not at FranceConnect: ${page.url()}`);
  await page.locator('main [name="login"]').fill(person.login);
  await send(page);
  if (new URL(page.url()).origin === demo.franceconnect) await send(page);
  assert.equal(new URL(page.url()).origin, demo.gateway, `not back from FranceConnect: ${page.url()}`);
}

/** The person's side of a mandate, up to the text. */
export async function readText(demo, page, consent, person, look = async () => {}) {
  await page.goto(consent);
  await look("consentement-avant");
  await send(page);
  await franceConnect(demo, page, person);
  await look("consentement-texte");
}

export async function decide(page, decision) {
  if (!(await choose(page, "decision", decision))) await send(page);
}

/** From the administration's page to the gateway's choice of a person. */
export async function beginAct(demo, page, theme) {
  await page.goto(`${demo.administration}/`);
  await leaving(page, () => page.locator(`main a[href*="theme=${theme}"]`).click());
  assert.ok(new URL(page.url()).pathname.startsWith("/acte/"), `not at the choice: ${page.url()}`);
}

/** The person's own space, through FranceConnect. */
export async function enterSpace(demo, page, person, look = async () => {}) {
  await page.goto(`${demo.gateway}/personne`);
  if (new URL(page.url()).origin === demo.gateway) {
    await look("personne-connexion");
    await send(page);
  }
  await franceConnect(demo, page, person);
  assert.ok(new URL(page.url()).pathname.startsWith("/personne"), `not in her space: ${page.url()}`);
}

/** What a person reads in `<main>`, white space squeezed. */
export async function words(page) {
  return (await page.locator("main").innerText()).replaceAll(/\s+/g, " ");
}

/** The first link in `<main>` whose address fits. */
export async function linkTo(page, pattern) {
  const links = await page.locator("main a[href]").evaluateAll((anchors) => anchors.map((anchor) => anchor.href));
  const found = links.find((href) => pattern.test(new URL(href).pathname));
  assert.ok(found, `no link like ${pattern} on ${page.url()}; there are: ${links.join(" ")}`);
  return found;
}
