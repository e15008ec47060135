// One life story in real Chromium: an organisation asks, its aidant works with a passkey, a person far away gives her mandate,
// stops it by the link of a notice, has it back and renews it, and a stranger reads the QR code of the paper.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { promisify } from "node:util";
import { french, plugIn, scene, siret, useKey } from "./scene.mjs";
import * as steps from "./steps.mjs";
import { words } from "./steps.mjs";

const run = promisify(execFile);
const THEME = "social";
const NAME = "Maison des services de Seurre";
const MAIL = { contact: "helene@seurre.example", referent: "marc@seurre.example", aidant: "ines@seurre.example" };
const REQUEST = {
  siret: siret("2106070010000"),
  name: NAME,
  street: "12 rue des Tilleuls",
  postcode: "21250",
  commune: "Seurre",
  contact_given_name: "Hélène",
  contact_family_name: "Vasseur",
  contact_email: MAIL.contact,
  referent_given_name: "Marc",
  referent_family_name: "Aubry",
  referent_email: MAIL.referent,
  referent_phone: "03 80 00 00 00",
  aidant_1_given_name: "Inès",
  aidant_1_family_name: "Carpentier",
  aidant_1_email: MAIL.aidant,
  aidant_1_function: "Conseillère numérique",
};

let demo, operator, aidant, helped, authenticator;
const stage = scene(({ demo: its }) => {
  demo = its;
  helped = demo.persons[0];
});
const { step, somebody, look } = stage;

const own = (page) => page.locator("main form").last();

async function fill(page, fields, form = own(page)) {
  for (const [name, value] of Object.entries(fields)) await form.locator(`[name="${name}"]`).fill(value);
}

async function pick(page, name, value) {
  await own(page).locator(`[name="${name}"][value="${value}"]`).check({ force: true });
}

/** Sends the form of this page that goes to an address with this end. */
const sendTo = (page, end) => steps.leaving(page, () => page.locator(`main form[action$="${end}"] button`).last().click());

/** The newest link of this kind mailed to somebody, sent after `count` other messages were there. */
async function mailed(to, part, count = 0) {
  for (let seen = count; ; ) {
    const message = await demo.message(to, seen);
    const found = message.links.find((link) => link.includes(part));
    if (found) return found;
    seen = (await demo.messages()).length;
  }
}

const messageCount = async () => (await demo.messages()).length;

describe("an organisation and its aidant", () => {
  step("the organisation asks and confirms by the mailed link", async () => {
    const { page } = await somebody();
    await page.goto(demo.gateway);
    await page.goto(await steps.linkTo(page, /^\/structures\/demande$/));
    await fill(page, REQUEST);
    await pick(page, "kind", "ccas");
    await own(page).locator('[name="charter"]').check({ force: true });
    await steps.leaving(page, () => own(page).locator("button.button").last().click());
    assert.equal(new URL(page.url()).pathname, "/structures/demande/envoyee", await words(page));
    await page.goto(await mailed(MAIL.contact, "/structures/demande/"));
    await sendTo(page, "/confirmer");
    assert.ok((await words(page)).includes(NAME));
    await look(page, "demande-confirmee");
  });

  step("an operator accepts it", async () => {
    operator = await somebody();
    const { page } = operator;
    await steps.logIn(demo, page, demo.operators[0], "operateur");
    await page.goto(`${demo.gateway}/operateur/demandes`);
    await page.goto(await page.locator("main .rows > li", { hasText: NAME }).locator("a").first().evaluate((link) => link.href));
    await sendTo(page, "/accepter");
    assert.ok((await words(page)).includes(NAME));
    await look(page, "demande-acceptee");
  });

  step("the aidant enrols a passkey at her mailed link", async () => {
    aidant = await somebody();
    const { page } = aidant;
    authenticator = await plugIn(page);
    const link = await mailed(MAIL.aidant, "/compte/activation/");
    await page.goto(link);
    await steps.send(page);
    await page.goto(await steps.linkTo(page, /\/cle$/));
    await fill(page, { label: "Ordinateur du bureau" });
    await useKey(page);
    assert.match(await words(page), /Votre compte est actif/);
    assert.equal((await authenticator.keys()).length, 1);
    await look(page, "compte-actif");
  });

  step("the operator notes her training and habilitates her", async () => {
    const { page } = operator;
    await page.goto(`${demo.gateway}/operateur/habilitations`);
    await page.goto(await page.locator("main .rows > li", { hasText: NAME }).locator("a").first().evaluate((link) => link.href));
    for (const decision of ["accept", "trained", "habilitate"]) {
      await pick(page, "change", decision);
      if (decision === "accept") await fill(page, { day: french(new Date()) });
      await steps.send(page);
    }
    assert.match(await words(page), /L’habilitation est accordée/);
  });

  step("she logs in by her passkey alone, and signs the charter", async () => {
    const { page } = aidant;
    await page.goto(`${demo.gateway}/aidant/connexion`);
    await useKey(page);
    assert.ok(!new URL(page.url()).pathname.includes("connexion"), page.url());
    const links = (await demo.messages()).filter(({ to }) => to === MAIL.aidant).flatMap((message) => message.links);
    assert.ok(!links.some((link) => link.includes("/connexion/lien/")), "no mail is needed");
    await page.goto(`${demo.gateway}/aidant`);
    assert.equal(new URL(page.url()).pathname, "/aidant/charte");
    await steps.send(page);
    await page.goto(`${demo.gateway}/aidant`);
    assert.equal(new URL(page.url()).pathname, "/aidant");
    await look(page, "aidant-premier-jour");
  });
});

describe("a mandate from afar, and what becomes of it", () => {
  let person, authority, mandate, renewed, code, number, notice, paperCode;

  step("the person opens the link at home and types the code told by voice", async () => {
    const { page } = aidant;
    const before = await messageCount();
    await page.goto(`${demo.gateway}/aidant/mandats/nouveau`);
    await pick(page, "theme", THEME);
    await pick(page, "duration", "month");
    await pick(page, "channel", "remote");
    const birthdate = helped.birthdate.split("-").reverse().join("/");
    await fill(page, { family_name: helped.family_name, birthdate, email: helped.email });
    await steps.send(page);
    mandate = new URL(page.url()).pathname;
    assert.match(mandate, /^\/aidant\/mandats\/[0-9a-f-]{36}$/, await words(page));
    code = (await page.locator(".spoken").innerText()).replaceAll(/\D/g, "");
    const home = await somebody({ width: 360 });
    await home.page.goto(await mailed(helped.email, "/consentement/", before));
    await steps.send(home.page);
    await steps.franceConnect(demo, home.page, helped);
    await fill(home.page, { pairing: code });
    await steps.send(home.page);
    assert.ok((await words(home.page)).includes(NAME));
    await steps.decide(home.page, "approve");
    await page.locator(".waiting").waitFor({ state: "detached", timeout: 15_000 });
    await page.goto(demo.gateway + mandate);
    assert.match(await words(page), /Actif/);
    await home.context.close();
  });

  step("it is used at the administration, and a notice tells her", async () => {
    const { page } = aidant;
    await mailed(helped.email, "/pas-moi/");
    const before = await messageCount();
    await steps.beginAct(demo, page, THEME);
    await steps.choosePerson(page, helped);
    await steps.chooseTheme(page, THEME);
    assert.equal(new URL(page.url()).origin, demo.administration, page.url());
    const text = await words(page);
    assert.ok(text.includes(helped.family_name) && text.includes(NAME), text);
    assert.match(text, /il est actif/);
    notice = await mailed(helped.email, "/pas-moi/", before);
  });

  step("\"this was not me\": without a login, the mandate is suspended and its token is worth nothing", async () => {
    const stranger = await somebody({ width: 360 });
    await stranger.page.goto(notice);
    await fill(stranger.page, { reason: "Je n’étais pas là ce jour." });
    await steps.send(stranger.page);
    assert.match(await words(stranger.page), /C’est noté/);
    await stranger.context.close();
    await aidant.page.goto(`${demo.administration}/dossier`);
    assert.match(await words(aidant.page), /il est inactif/);
    await aidant.page.goto(demo.gateway + mandate);
    assert.match(await words(aidant.page), /Ce mandat est suspendu/);
    await look(aidant.page, "mandat-suspendu");
  });

  step("she sees the case, an authority answers and closes it", async () => {
    person = await somebody();
    await steps.enterSpace(demo, person.page, helped);
    await person.page.goto(demo.gateway + mandate.replace("/aidant", "/personne"));
    assert.match(await words(person.page), /Suspendu/);
    const link = await steps.linkTo(person.page, /^\/personne\/dossiers\//);
    number = link.split("/").at(-1);
    authority = await somebody();
    const { page } = authority;
    await steps.logIn(demo, page, demo.authorities[0], "autorite");
    await page.goto(`${demo.gateway}/autorite/dossiers/${number}`);
    await fill(page, { words: "Elle nous a dit au téléphone qu’elle était présente." }, page.locator('main form[action$="/repondre"]'));
    await sendTo(page, "/repondre");
    await page.goto(`${demo.gateway}/autorite/dossiers/${number}`);
    const end = page.locator('main form[action$="/clore"]');
    await end.locator('[name="outcome"][value="restored"]').check({ force: true });
    await fill(page, { reason: "L’acte était prévu dans le mandat, elle l’a confirmé." }, end);
    await sendTo(page, "/clore");
    assert.match(await words(page), /Clos/);
    await person.page.goto(link);
    assert.match(await words(person.page), /L’acte était prévu/);
    await look(person.page, "dossier-clos");
  });

  step("the mandate is restored, and can be used again", async () => {
    const { page } = aidant;
    await page.goto(demo.gateway + mandate);
    assert.match(await words(page), /Actif/);
    await steps.beginAct(demo, page, THEME);
    await steps.choosePerson(page, helped);
    await steps.chooseTheme(page, THEME);
    assert.match(await words(page), /il est actif/);
  });

  step("it is renewed with a consent of its own", async () => {
    const { page } = aidant;
    await page.goto(demo.gateway + mandate);
    await page.goto(await steps.linkTo(page, /\/aidant\/mandats\/nouveau$/));
    await pick(page, "channel", "present");
    await steps.send(page);
    renewed = new URL(page.url()).pathname;
    const [found] = (await page.content()).match(/\/consentement\/[A-Za-z0-9_-]{22,}/);
    const phone = await somebody({ width: 360 });
    await steps.readText(demo, phone.page, new URL(found, demo.gateway).href, helped);
    assert.match(await words(phone.page), /Ce mandat renouvelle celui que vous avez déjà donné/);
    await look(phone.page, "texte-renouvellement");
    await steps.decide(phone.page, "approve");
    await phone.context.close();
    for (const [here, there] of [[mandate, renewed], [renewed, mandate]]) {
      // The page that waited for her answer may be going on by itself at this very moment.
      await page.goto(demo.gateway + here).catch(() => page.goto(demo.gateway + here));
      await steps.linkTo(page, new RegExp(`^${there}$`));
    }
    await look(page, "mandat-renouvele");
  });

  step("the attestation is a tagged PDF, and a stranger reads its QR code", async () => {
    const { page, context } = aidant;
    await page.goto(`${demo.gateway}${renewed}/attestation`);
    paperCode = (await page.locator(".attestation__code").innerText()).trim();
    const answer = await context.request.get(await steps.linkTo(page, /attestation\.pdf$/));
    assert.equal(answer.headers()["content-type"], "application/pdf");
    const file = join(demo.data, "attestation.pdf");
    await writeFile(file, await answer.body());
    const { stdout: facts } = await run("pdfinfo", [file]);
    assert.match(facts, /^Tagged:\s+yes$/m);
    assert.match(facts, /^Title:\s+\S/m);
    await run("pdftoppm", ["-r", "200", "-png", "-singlefile", file, join(demo.data, "attestation")]);
    const { stdout: read } = await run("zbarimg", ["--quiet", "--raw", join(demo.data, "attestation.png")]);
    const address = new URL(read.trim());
    assert.equal(address.origin, new URL(demo.gateway).origin);
    assert.equal(address.pathname, "/verifier");
    assert.ok(address.href.includes(paperCode) || address.href.replaceAll("-", "").includes(paperCode.replaceAll("-", "")), address.href);
    const stranger = await somebody({ width: 360 });
    await stranger.page.goto(address.href);
    await steps.send(stranger.page);
    const said = await words(stranger.page);
    assert.ok(said.includes(NAME) && /Ce mandat est valable/.test(said), said);
    assert.ok(!said.includes(helped.family_name), "the person is not named");
    await look(stranger.page, "verifier-par-qr");
  });
});

describe("afterwards", () => {
  test("no browser complained", () => assert.deepEqual(stage.complaints(), []));

  test("the program logged no error and the ledger holds", async () => {
    assert.deepEqual(await demo.complaints(), []);
    const audit = await stage.audit();
    assert.equal(audit.code, 0, audit.stdout + audit.stderr);
  });
});
