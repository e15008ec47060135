// Headless Chromium: one browser for the run, a context per person, and a record of everything it complains about.

import { access, constants, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const ARGUMENTS = [
  "--no-first-run",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function executable() {
  if (process.env.PROCURA_CHROMIUM) return process.env.PROCURA_CHROMIUM;
  for (const name of NAMES) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
      const path = join(folder, name);
      if (await access(path, constants.X_OK).then(() => true, () => false)) return path;
    }
  }
  throw new Error(`no Chromium in PATH (${NAMES.join(", ")}); scripts/need.sh browser installs it`);
}

/** Chromium under an empty home, so that nobody's profile or policy matters. */
export async function launch() {
  const home = await mkdtemp(join(tmpdir(), "procura-chromium-"));
  const root = process.getuid?.() === 0;
  const browser = await chromium.launch({
    executablePath: await executable(),
    headless: true,
    args: root ? [...ARGUMENTS, "--no-sandbox"] : ARGUMENTS,
    env: { ...process.env, HOME: home, TZ: "Europe/Paris" },
  });
  return {
    browser,
    async close() {
      await browser.close();
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** One person at one machine: a context of her own, one tab. `complaints` holds what the console, the network and the page said. */
export async function sit(browser, { javaScript = true, width = 1280, language = "fr-FR" } = {}) {
  const context = await browser.newContext({
    javaScriptEnabled: javaScript,
    locale: language,
    timezoneId: "Europe/Paris",
    viewport: { width, height: 900 },
    acceptDownloads: true,
  });
  context.setDefaultTimeout(10_000);
  const complaints = [];
  const page = await context.newPage();
  // That a document came with a status of refusal is the page's own affair; that a part of it did not come is not.
  const ofStatus = /^Failed to load resource: the server responded/;
  page.on("console", (message) => {
    const bad = message.type() === "error" || /Content Security Policy|Refused to/.test(message.text());
    if (bad && !ofStatus.test(message.text())) {
      complaints.push({ url: message.location().url || page.url(), text: message.text() });
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== "document") {
      complaints.push({ url: response.url(), text: `status ${response.status()}` });
    }
  });
  page.on("pageerror", (error) => complaints.push({ url: page.url(), text: String(error) }));
  return { context, page, complaints };
}
