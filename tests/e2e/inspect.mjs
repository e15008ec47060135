// What every page state must hold: looked at in two widths, by axe, by keyboard, and by rules of its own.

import assert from "node:assert/strict";
import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";

const WIDE = 1280;
const PHONE = 360;
const NARROWEST = 320;
/** What a page and all it loads may weigh on the wire, in bytes: the lines of those who need it most are slow. */
const HEAVIEST = 80_000;
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** Each file of tests keeps its pictures in a folder of its own. */
export const SHOTS = join(import.meta.dirname, "shots", basename(process.argv[1] ?? "all", ".test.mjs"));

const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Facts of one page, read inside it. */
function readPage() {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const ids = all("[id]").map((element) => element.id);
  return {
    title: document.title,
    headings: all("h1").length,
    lang: document.documentElement.lang,
    mains: all("main").length,
    inlineStyles: all("[style]:not([style='']), style").length,
    inlineScripts: all("script:not([src])").length,
    handlers: all("*").filter((element) => element.getAttributeNames().some((name) => name.startsWith("on"))).length,
    doubledIds: ids.filter((id, index) => ids.indexOf(id) !== index),
    unlabelled: all("main input:is([type=radio], [type=checkbox])").filter((input) => !document.querySelector(`label[for="${CSS.escape(input.id)}"]`)).length,
    // What a page asks for again and again while it waits counts once.
    weight: [...new Map(["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind)).map((entry) => [entry.name, entry.encodedBodySize])).values()].reduce((sum, bytes) => sum + bytes, 0),
    foreign: all("link[href], script[src], img[src]").map((element) => element.href || element.src).filter((url) => new URL(url, location.href).origin !== location.origin && !url.startsWith("data:")),
  };
}

/** Everything one must be able to reach by Tab, in words; a group of radio buttons is one stop. */
function readStops() {
  const groups = new Set();
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((element) => !element.disabled && element.type !== "hidden" && element.tabIndex >= 0 && element.checkVisibility())
    .filter((element) => {
      const folded = element.closest("details:not([open])");
      return !folded || element.parentElement === folded;
    })
    .filter((element) => {
      if (element.type !== "radio") return true;
      const fresh = !groups.has(element.name);
      groups.add(element.name);
      return fresh;
    }).length;
}

/** Where the focus is and whether one sees it: an outline of the element, of its label or of the card around it. */
function readFocus() {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const around = [];
  for (let outer = element; outer && around.length < 4; outer = outer.parentElement) around.push(outer);
  const visible = [...around, ...(element.labels ?? [])].some((candidate) => {
    const style = getComputedStyle(candidate);
    return style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2;
  });
  const box = element.getBoundingClientRect();
  return { visible, offscreen: box.right < 0 || box.bottom < 0, words: element.outerHTML.slice(0, 120) };
}

/** By how much the page is wider than the window, and the innermost elements that stick out. */
function tooWide() {
  const { scrollWidth, clientWidth } = document.documentElement;
  const right = (element) => element.getBoundingClientRect().right;
  const out = [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility() && right(element) > clientWidth);
  const inner = out.filter((element) => !out.some((other) => other !== element && element.contains(other)));
  inner.sort((one, other) => right(other) - right(one));
  return [scrollWidth - clientWidth, inner.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)).join(" ")];
}

export class Inspector {
  #titles = new Map();
  states = 0;

  static async open() {
    await rm(SHOTS, { recursive: true, force: true });
    await mkdir(SHOTS, { recursive: true });
    return new Inspector();
  }

  /** Looks at one state of one page of the gateway. `name` is the picture's name. */
  async look(page, name) {
    this.states += 1;
    const before = page.viewportSize();
    const url = new URL(page.url());
    const faults = this.#rules(await page.evaluate(readPage), url);
    await page.setViewportSize({ width: WIDE, height: 900 });
    await this.#shot(page, `${name}-${WIDE}`);
    faults.push(...(await axe(page)));
    await page.emulateMedia({ colorScheme: "dark" });
    faults.push(...(await axe(page, ["color-contrast"])).map((fault) => `dark: ${fault}`));
    await page.emulateMedia({ colorScheme: "light" });
    faults.push(...(await byKeyboard(page)));
    for (const width of [PHONE, NARROWEST]) {
      await page.setViewportSize({ width, height: 800 });
      const [over, where] = await page.evaluate(tooWide);
      if (over > 0) faults.push(`${over} px too wide at ${width} px: ${where}`);
      if (width === PHONE) {
        await this.#shot(page, `${name}-${PHONE}`);
        faults.push(...(await axe(page)).map((fault) => `at ${PHONE} px: ${fault}`));
      }
    }
    await page.setViewportSize(before);
    assert.deepEqual(faults, [], `${name} (${url.pathname})`);
  }

  /** A picture of a page that is not the gateway's. */
  async picture(page, name) {
    await this.#shot(page, `${name}-${WIDE}`);
  }

  async #shot(page, name) {
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true, animations: "disabled" });
  }

  #rules(facts, url) {
    const faults = [];
    const must = (holds, words) => holds || faults.push(words);
    must(facts.headings === 1, `${facts.headings} h1`);
    must(facts.mains === 1, `${facts.mains} main`);
    must(facts.lang === "fr" || facts.lang === "en", `lang «${facts.lang}»`);
    must(facts.inlineStyles === 0, `${facts.inlineStyles} inline styles`);
    must(facts.inlineScripts === 0 && facts.handlers === 0, "inline script");
    must(facts.doubledIds.length === 0, `ids twice: ${facts.doubledIds}`);
    must(facts.unlabelled === 0, `${facts.unlabelled} choices without label[for]`);
    must(facts.weight > 0 && facts.weight <= HEAVIEST, `weighs ${facts.weight} bytes`);
    must(facts.foreign.length === 0, `loads from elsewhere: ${facts.foreign}`);
    const path = url.pathname
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|[A-Za-z0-9_-]{20,}/g, "{id}")
      .replace(/^\/\w+\/connexion/, "/{space}/connexion");
    const other = this.#titles.get(facts.title);
    must(facts.title.length > 0 && (!other || other === path), `the title «${facts.title}» is also that of ${other}`);
    this.#titles.set(facts.title, path);
    return faults;
  }
}

async function axe(page, rules) {
  await page.evaluate(axeSource);
  const violations = await page.evaluate(
    async ({ tags, only }) => {
      const runOnly = only ? { type: "rule", values: only } : { type: "tag", values: tags };
      const { violations } = await globalThis.axe.run(document, { runOnly, resultTypes: ["violations"] });
      return violations.map(({ id, nodes }) => ({ id, first: nodes[0].html.slice(0, 160), why: nodes[0].failureSummary }));
    },
    { tags: TAGS, only: rules },
  );
  return violations.map(({ id, first, why }) => `axe ${id}: ${first} ${why}`);
}

/** Tab through the page from its start: every stop is reached, and one sees where one is. */
async function byKeyboard(page) {
  const faults = [];
  const stops = await page.evaluate(readStops);
  await page.evaluate(() => {
    document.activeElement?.blur();
    getSelection()?.removeAllRanges();
    scrollTo(0, 0);
    const start = document.createElement("span");
    start.tabIndex = -1;
    start.id = "start-of-tabbing";
    document.body.prepend(start);
    start.focus();
  });
  let reached = 0;
  for (let press = 0; press < stops + 3; press += 1) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(readFocus);
    if (!focus) break;
    reached += 1;
    if (press === 0 && !focus.words.includes('class="skip"')) faults.push(`the first stop is not the skip link: ${focus.words}`);
    if (!focus.visible) faults.push(`focus not visible: ${focus.words}`);
    if (focus.offscreen) faults.push(`focus off the screen: ${focus.words}`);
  }
  if (reached < stops) faults.push(`the keyboard reaches ${reached} of ${stops} stops`);
  await page.evaluate(() => document.getElementById("start-of-tabbing")?.remove());
  return faults;
}
