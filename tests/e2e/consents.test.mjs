// Consent from afar in real Chromium: the aidant at her desk, the person with her telephone, the referent who approves beside her.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scene } from "./scene.mjs";
import * as steps from "./steps.mjs";
import { words } from "./steps.mjs";

const MARCEL = { given_name: "Marcel", family_name: "Vasseur", birthdate: "05/05/1936", birthplace: "2A004" };
const NUMBER = "+33639980008";
const DECLARED = "Identité déclarée";

let demo, inspector, aidant, referent, helped;
const stage = scene(({ demo: its, inspector: eye }) => {
  [demo, inspector] = [its, eye];
  helped = demo.persons[0];
});
const { step, somebody } = stage;

const own = (page) => page.locator("main form").last();

async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) await own(page).locator(`[name="${name}"]`).fill(value);
}

async function pick(page, name, value) {
  await own(page).locator(`[name="${name}"][value="${value}"]`).check({ force: true });
}

const press = (page, name, value) => steps.leaving(page, () => own(page).locator(`button[name="${name}"][value="${value}"]`).click());

/** Fills the form for a mandate in and sends it; gives the address of the waiting page. */
async function drawUp(page, channel, fields) {
  await page.goto(`${demo.gateway}/aidant/mandats/nouveau`);
  await pick(page, "theme", "social");
  await pick(page, "duration", "month");
  await pick(page, "channel", channel);
  await fill(page, fields);
  await steps.send(page);
  assert.match(new URL(page.url()).pathname, /^\/aidant\/mandats\/[0-9a-f-]{36}$/, await words(page));
  return page.url();
}

/** The aidant's page says it without anybody touching it. */
async function says(page, sentence) {
  await page.waitForFunction((wanted) => document.querySelector("main").innerText.replaceAll(/\s+/g, " ").includes(wanted), sentence, { timeout: 15_000 });
}

const spoken = async (page) => (await page.locator(".spoken").innerText()).replaceAll(/\D/g, "");
const other = (code) => (code === "000000" ? "000001" : "000000");
const civil = (date) => date.split("-").reverse().join("/");

describe("a person at home with FranceConnect", () => {
  let phone, link, waiting, code;

  step("the form asks for what each way needs, and says what is wrong", async () => {
    aidant = await somebody();
    const { page } = aidant;
    await steps.logIn(demo, page, demo.aidants[0], "aidant");
    await page.goto(`${demo.gateway}/aidant/mandats/nouveau`);
    for (const channel of ["remote", "sms", "post"]) {
      await pick(page, "channel", channel);
      await inspector.look(page, `mandat-nouveau-${channel}`);
    }
    await pick(page, "theme", "social");
    await pick(page, "duration", "month");
    await pick(page, "channel", "remote");
    await fill(page, { family_name: "R2D2", birthdate: "hier", phone: "01 23 45 67 89" });
    await steps.send(page);
    assert.match(await page.title(), /^Erreur/);
    assert.ok((await words(page)).includes("ligne fixe"), await words(page));
    assert.equal(await own(page).locator('[name="phone"]').inputValue(), "01 23 45 67 89", "what was typed is kept");
    await inspector.look(page, "mandat-nouveau-remote-erreurs");
  });

  step("the aidant says whom she expects, and the link goes by e-mail and by SMS", async () => {
    const { page } = aidant;
    const before = (await demo.messages()).length;
    waiting = await drawUp(page, "remote", {
      family_name: helped.family_name,
      birthdate: civil(helped.birthdate),
      email: helped.email,
      phone: helped.phone,
    });
    const mail = await demo.message(helped.email, before);
    const sms = await demo.message(helped.phone, before);
    assert.equal(sms.channel, "sms");
    link = sms.links[0];
    assert.equal(mail.links[0], link, "one link, two ways to it");
    code = await spoken(page);
    assert.match(code, /^\d{6}$/);
    assert.ok(!mail.text.includes(code) && !sms.text.includes(code), "the code is only ever told");
    const text = await words(page);
    assert.ok(!text.includes(helped.email) && !text.includes(helped.phone.slice(-6)), "the addresses are masked");
    await inspector.look(page, "attente-ouvrir");
  });

  step("without JavaScript the waiting page is read again by its button", async () => {
    const plain = await somebody({ javaScript: false });
    await plain.context.addCookies(await aidant.context.cookies());
    await plain.page.goto(waiting);
    const text = await words(plain.page);
    assert.ok(text.includes("Nous attendons qu’elle ouvre sa page"), text);
    assert.ok(!text.includes("toute seule"), "it promises nothing it cannot do");
    await steps.leaving(plain.page, () => plain.page.locator(".waiting a").click());
    assert.equal(plain.page.url(), waiting);
    await plain.context.close();
  });

  step("she opens the link on her telephone and says who she is", async () => {
    phone = await somebody({ width: 360 });
    const { page } = phone;
    await page.goto(link);
    await inspector.look(page, "personne-lien");
    await steps.send(page);
    await says(aidant.page, "se connecte à FranceConnect");
    await inspector.look(aidant.page, "attente-identifier");
    await steps.franceConnect(demo, page, helped);
    assert.ok((await words(page)).includes("Tapez le code que l’aidant vous dit"), await words(page));
    assert.equal(await page.locator(".sheet").count(), 0, "nothing to read before the code");
    await inspector.look(page, "personne-code");
    await says(aidant.page, "qu’elle tape le code");
    await inspector.look(aidant.page, "attente-code");
  });

  step("a wrong code is counted, on both screens", async () => {
    const { page } = phone;
    await fill(page, { pairing: "12" });
    await steps.send(page);
    assert.match(await page.title(), /^Erreur/);
    await inspector.look(page, "personne-code-forme");
    await fill(page, { pairing: other(code) });
    await steps.send(page);
    assert.ok((await words(page)).includes("Il reste 2 essais"), await words(page));
    await inspector.look(page, "personne-code-faux");
    await says(aidant.page, "2 essais");
    await inspector.look(aidant.page, "attente-code-faux");
  });

  step("she types the code told by voice, reads and approves", async () => {
    const { page } = phone;
    await fill(page, { pairing: `${code.slice(0, 3)} ${code.slice(3)}` });
    await steps.send(page);
    await says(aidant.page, "Nous attendons sa décision");
    assert.ok((await page.locator(".sheet").innerText()).includes(helped.family_name));
    await inspector.look(page, "personne-texte");
    await steps.decide(page, "approve");
    await inspector.look(page, "personne-approuve");
  });

  step("the aidant's page has become the mandate's", async () => {
    const { page } = aidant;
    await page.locator(".waiting").waitFor({ state: "detached", timeout: 15_000 });
    await page.goto(waiting);
    const text = await words(page);
    assert.ok(text.includes("Actif") && !text.includes(DECLARED), text);
    await inspector.look(page, "mandat-actif");
    const late = await somebody();
    await late.page.goto(link);
    await inspector.look(late.page, "lien-ne-sert-plus");
    await late.context.close();
  });

  step("another person than the expected one is refused, and learns nothing", async () => {
    const { page } = aidant;
    const expected = demo.persons[1];
    const before = (await demo.messages()).length;
    waiting = await drawUp(page, "remote", {
      family_name: expected.family_name,
      birthdate: civil(expected.birthdate),
      email: expected.email,
    });
    const { links } = await demo.message(expected.email, before);
    const stranger = await somebody({ width: 360 });
    await stranger.page.goto(links[0]);
    await steps.send(stranger.page);
    await steps.franceConnect(demo, stranger.page, helped);
    const told = await words(stranger.page);
    assert.ok(told.includes("attend une autre personne") && !told.includes(expected.family_name), told);
    await inspector.look(stranger.page, "personne-autre-identite");
    await page.locator(".waiting").waitFor({ state: "detached", timeout: 15_000 });
    await page.goto(waiting);
    const text = await words(page);
    assert.ok(text.includes("Une autre personne a répondu") && !text.includes(helped.family_name), text);
    await inspector.look(page, "attente-autre-identite");
    await stranger.context.close();
  });
});

describe("a person without FranceConnect, by SMS", () => {
  let phone, waiting, sms;

  step("her identity is declared, and the SMS holds text and code", async () => {
    const { page } = aidant;
    const before = (await demo.messages()).length;
    waiting = await drawUp(page, "sms", { ...MARCEL, phone: "06 39 98 00 08" });
    sms = await demo.message(NUMBER, before);
    assert.match(sms.code, /^\d{6}$/);
    assert.ok(sms.text.includes(demo.aidants[0].organisation), sms.text);
    assert.ok(!(await page.content()).includes(sms.code), "the aidant does not see the code");
    await inspector.look(page, "attente-sms");
  });

  step("she reads on her telephone; a wrong code is no yes; the right one is", async () => {
    phone = await somebody({ width: 360 });
    const { page } = phone;
    await page.goto(sms.links[0]);
    await inspector.look(page, "sms-lien");
    await steps.send(page);
    assert.ok((await words(page)).includes(DECLARED));
    await inspector.look(page, "sms-texte");
    await fill(page, { code: other(sms.code) });
    await press(page, "decision", "approve");
    assert.match(await page.title(), /^Erreur/);
    await inspector.look(page, "sms-code-faux");
    await fill(page, { code: sms.code });
    const before = (await demo.messages()).length;
    await press(page, "decision", "approve");
    assert.ok((await words(page)).includes("doit encore donner son accord"), await words(page));
    await inspector.look(page, "sms-dit-oui");
    await says(aidant.page, "l’accord de votre référent");
    await inspector.look(aidant.page, "attente-referent");
    const account = demo.referents.find(({ organisation }) => organisation === demo.aidants[0].organisation);
    const mail = await demo.message(account.email, before);
    assert.match(mail.links[0], /\/referent\/mandats\/[0-9a-f-]{36}$/);
    assert.ok(!mail.text.includes(MARCEL.family_name), "the mail names no person");
  });

  step("the referent reads, must say why she refuses, and approves", async () => {
    referent = await somebody();
    const { page } = referent;
    const account = demo.referents.find(({ organisation }) => organisation === demo.aidants[0].organisation);
    await steps.logIn(demo, page, account, "referent");
    await page.goto(`${demo.gateway}/referent/mandats`);
    await inspector.look(page, "accords");
    await page.goto(await steps.linkTo(page, /\/referent\/mandats\/[0-9a-f-]{36}$/));
    assert.ok((await words(page)).includes(DECLARED));
    await inspector.look(page, "accord");
    await press(page, "decision", "refuse");
    assert.match(await page.title(), /^Erreur/);
    await inspector.look(page, "accord-sans-raison");
    await press(page, "decision", "approve");
    assert.ok((await words(page)).includes("Rien n’attend votre accord"), await words(page));
    await inspector.look(page, "accords-aucun");
  });

  step("the mandate is in force, and marked wherever she is named", async () => {
    const { page } = aidant;
    await page.locator(".waiting").waitFor({ state: "detached", timeout: 15_000 });
    for (const [path, name] of [[waiting, "mandat"], [`${demo.gateway}/aidant`, "accueil"], [`${demo.gateway}/aidant/personnes`, "personnes"]]) {
      await page.goto(path);
      const text = await words(page);
      assert.ok(text.includes(MARCEL.family_name) && text.includes(DECLARED), `${name}: ${text}`);
      await inspector.look(page, `declaree-${name}`);
    }
    await page.goto(`${waiting}/attestation`);
    assert.ok((await words(page)).includes(DECLARED));
    await inspector.look(page, "declaree-attestation");
    const news = (await demo.messages()).findLast(({ to }) => to === NUMBER);
    assert.ok(news.links.some((href) => href.includes("/pas-moi/")), `she is told: ${news.text}`);
  });
});

describe("a person without FranceConnect, by letter", () => {
  let waiting, code;

  step("one who is alike must be told apart first", async () => {
    const { page } = aidant;
    await page.goto(`${demo.gateway}/aidant/mandats/nouveau`);
    await pick(page, "theme", "famille");
    await pick(page, "duration", "short");
    await pick(page, "channel", "post");
    await fill(page, { ...MARCEL, postal: "3 rue Basse\n20000 Ajaccio" });
    await steps.send(page);
    assert.ok((await words(page)).includes("votre structure connaît déjà"), await words(page));
    await inspector.look(page, "lettre-meme-personne");
    await page.locator('label[for="same-as-1"]').click();
    await steps.send(page);
    waiting = page.url();
    assert.ok((await words(page)).includes("Votre référent donne son accord"), await words(page));
    await inspector.look(page, "attente-lettre");
  });

  step("the referent approves, then prints the letter with the code", async () => {
    const { page } = referent;
    const id = waiting.split("/").at(-1);
    await page.goto(`${demo.gateway}/referent/mandats/${id}`);
    await inspector.look(page, "accord-lettre");
    await press(page, "decision", "approve");
    await inspector.look(page, "accord-lettre-donne");
    await steps.leaving(page, () => page.locator('form[action$="/lettre"] button').click());
    code = (await page.locator(".attestation__code").innerText()).replaceAll(/\D/g, "");
    assert.match(code, /^\d{6}$/);
    assert.ok((await words(page)).includes("20000 Ajaccio"));
    await inspector.look(page, "lettre");
    await page.emulateMedia({ media: "print" });
    await inspector.picture(page, "lettre-imprimee");
    await page.emulateMedia({ media: null });
  });

  step("she tells the code to the aidant, who types it", async () => {
    const { page } = aidant;
    await says(page, "Noter sa réponse");
    await inspector.look(page, "attente-lettre-partie");
    assert.ok(!(await page.content()).includes(code), "the aidant does not see the code");
    await page.goto(await steps.linkTo(page, /\/code$/));
    await inspector.look(page, "reponse-dite");
    await steps.send(page);
    assert.match(await page.title(), /^Erreur/);
    await inspector.look(page, "reponse-dite-erreurs");
    await pick(page, "answer", "yes");
    await fill(page, { code });
    await steps.send(page);
    const text = await words(page);
    assert.ok(text.includes("Pour faire une démarche") && text.includes(DECLARED), text);
    await inspector.look(page, "lettre-mandat-actif");
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
