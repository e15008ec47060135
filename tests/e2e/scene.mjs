// What a file of stories begins with: a demo of its own, a Chromium, people at their machines, a picture of what failed.

import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, sit } from "./browser.mjs";
import { Demo } from "./demo.mjs";
import { Inspector, SHOTS } from "./inspect.mjs";
import { leaving } from "./steps.mjs";

/** `demo`, `inspector` and `people` are there once `ready` is called; `step` is a test, `somebody` sits down at a machine. */
export function scene(ready) {
  const stage = { people: [] };

  before(async () => {
    stage.inspector = await Inspector.open();
    [stage.demo, stage.chromium] = await Promise.all([Demo.start(), launch()]);
    ready(stage);
  });

  after(async () => {
    await stage.chromium?.close();
    await stage.demo?.stop();
  });

  stage.somebody = async (options) => {
    const one = await sit(stage.chromium.browser, options);
    stage.people.push(one);
    return one;
  };

  stage.look = (page, name) => stage.inspector.look(page, name);

  stage.step = (name, act) =>
    test(name, { timeout: 120_000 }, async () => {
      try {
        await act();
      } catch (error) {
        await picturesOf(stage.people, name);
        throw error;
      }
    });

  stage.complaints = () => stage.people.flatMap(({ complaints }) => complaints);
  stage.audit = () => stage.demo.command("ledger", "audit", "--payloads", "--config", join(stage.demo.data, "procura.toml"));
  return stage;
}

async function picturesOf(people, name) {
  for (const [index, { page }] of people.entries()) {
    if (page.isClosed()) continue;
    const file = join(SHOTS, `failed-${name.replaceAll(/\W+/g, "-")}-${index}.png`);
    await page.screenshot({ path: file, fullPage: true }).catch(() => undefined);
  }
}

/** A device with user verification, plugged into this page: an authenticator that is only software. */
export async function plugIn(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", { options });
  return {
    verified: (isUserVerified) => session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    keys: async () => (await session.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
  };
}

/** Presses the button of a page that asks for the passkey, and arrives where it leads. */
export const useKey = (page) => leaving(page, () => page.locator("form[data-passkey] button").click());

/** `04/09/2026`, as the forms want a day. */
export const french = (date) => new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris" }).format(date);

/** The check digit of a SIRET whose first thirteen digits are these (Luhn). */
export function siret(thirteen) {
  for (let digit = 0; digit < 10; digit += 1) {
    const all = `${thirteen}${digit}`;
    const sum = [...all].reduce((total, sign, place) => {
      const twice = Number(sign) * (place % 2 === 0 ? 2 : 1);
      return total + (twice > 9 ? twice - 9 : twice);
    }, 0);
    if (sum % 10 === 0) return all;
  }
  throw new Error("no check digit");
}
