// Uses the playground as a person does, in a real browser: node tests/run.mjs FOLDER CHROMIUM [FOLDER FOR PICTURES].
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Page, serve } from "./browser.mjs";

const [folder, program, pictures] = process.argv.slice(2);
if (pictures) mkdirSync(pictures, { recursive: true });
const checked = "(({ asked, checked }) => asked && asked === checked)(document.documentElement.dataset)";
const text = (selector) => `document.querySelector(${JSON.stringify(selector)}).textContent`;
const shown = (tab) => `document.documentElement.dataset.shown === "${tab}"`;

async function picture(page, name) {
  if (pictures) await page.picture(join(pictures, `${name}.png`));
}


async function open(page, tab) {
  await page.value(`delete document.documentElement.dataset.shown; document.querySelector("#tab-${tab}").click()`);
  await page.until(shown(tab));
}

// Replaces the open file, as a paste does.
async function replace(page, content) {
  await page.value(`document.querySelector(".cm-content").focus()`);
  await page.press("a", 2);
  await page.type(content);
  await page.until(checked, "a check after typing");
}

const tests = {
  async "the sample is checked at once, with places, help and fixes"(page, address) {
    await page.go(address);
    await page.until(checked);
    assert.match(await page.value(text("#summary")), /^2 errors, .* Kratos v1\.3\.1/);
    assert.match(await page.value(text("#findings")), /kratos\.yml:17:13 this web_hook never runs/);
    assert.ok(await page.value(`document.querySelectorAll(".cm-lintRange-error").length`) >= 2);
    await picture(page, "report");
  },
  async "a fix is applied and its finding goes"(page) {
      await page.value(`[...document.querySelectorAll("#findings button")].find((one) => one.textContent.includes("write true")).click()`);
    await page.until(checked);
    assert.match(await page.value(text("#summary")), /^1 errors?,/);
    assert.match(await page.value(text(".cm-content")), /enabled: true/);
  },
  async "hovering an underline tells what is wrong"(page) {
    const { x, y } = await page.value(`(() => { const box = document.querySelector(".cm-lintRange-error").getBoundingClientRect(); return { x: box.x + 20, y: box.y + 8 }; })()`);
    await page.send("Input.dispatchMouseEvent", { type: "mouseMoved", x: x - 2, y });
    await page.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
    await page.until(`document.querySelector(".cm-tooltip .message")`);
    assert.match(await page.value(text(".cm-tooltip")), /never runs.*shadowed-hook/s);
    await picture(page, "hover");
    await page.send("Input.dispatchMouseEvent", { type: "mouseMoved", x: 5, y: 5 });
  },
  async "each tab shows its answer"(page) {
    await open(page, "hooks");
    await page.until(`document.querySelector("#picture img").complete && document.querySelector("#picture img").naturalWidth > 100`);
    assert.match(await page.value(text("#hooks-text")), /web_hook/);
    await picture(page, "hooks");
    await open(page, "body");
    assert.match(await page.value(text("#body-text")), /"email": "[^"]+"/);
    await picture(page, "request");
    await open(page, "openapi");
    assert.equal(JSON.parse(await page.value(text("#openapi-text"))).openapi, "3.1.0");
    await open(page, "upgrade");
    assert.match(await page.value(text("#upgrade-text")), /v1\.3\.1 to v/);
    assert.match(await page.value(text("#versions-text")), /master +(starts|refuses)/);
    await picture(page, "upgrade");
    await open(page, "report");
  },
  async "another version gives another report"(page) {
      await page.value(`document.querySelector("#kratos").value = "v0.13.0"; document.querySelector("#kratos").onchange()`);
    await page.until(checked);
    assert.match(await page.value(text("#summary")), /Kratos v0\.13\.0/);
    await page.value(`document.querySelector("#kratos").value = ""; document.querySelector("#kratos").onchange()`);
    await page.until(checked);
  },
  async "typing checks again, and completion knows the keys"(page) {
    await replace(page, "dsn: memory\nidentity:\n  schemas:\n    - id: default\n      url: file://./identity.schema.json\nselfservice:\n  flows:\n    reco");
    await page.until(`document.querySelector(".cm-tooltip-autocomplete")`);
    assert.match(await page.value(text(".cm-tooltip-autocomplete")), /recovery/);
    await picture(page, "completion");
    await page.press("Enter");
    await page.until(`${text(".cm-content")}.includes("recovery: ")`);
    await replace(page, "dsn: [");
    assert.match(await page.value(text("#findings")), /syntax|dsn|flow|list/i);
    await replace(page, "");
    assert.ok(await page.value(text("#summary")));
  },
  async "a secret is masked before the project is shared, and the shared project opens again"(page, address) {
    const secret = "correct-horse-battery-staple-9f31";
    await page.go(address);
    await page.until(checked);
    await replace(page, `dsn: postgres://kratos:${secret}@db:5432/kratos\nsecrets:\n  cookie:\n    - ${secret}\nselfservice:\n  default_browser_return_url: https://www.example.org/\n`);
    await page.value(`document.querySelector("#share").click()`);
    await page.until(`document.querySelector("#share-dialog").open`);
    assert.match(await page.value(text("#share-dialog")), /masked/);
    await picture(page, "share");
    const shared = await page.value(`document.querySelector("#address").value`);
    await page.go(shared);
    await page.until(checked);
    const content = await page.value(text(".cm-content"));
    assert.match(content, /default_browser_return_url/);
    assert.ok(!content.includes(secret), "the secret is in the address");
    // A fragment that is damaged opens the first example instead.
    await page.go(`${address}#AAAA${shared.slice(-20)}`);
    await page.until(checked);
    assert.match(await page.value(text("#summary")), /^2 errors/);
  },
  async "a file can be added and removed; bodies are checked where they are"(page, address) {
    await page.go(address);
    await page.until(checked);
    page.answer = "hooks/new.jsonnet";
    await page.value(`document.querySelector("#add").click()`);
    await page.until(`${text("#files")}.includes("hooks/new.jsonnet")`);
    await page.value(`document.querySelector("#remove").click()`);
    assert.ok(!(await page.value(text("#files"))).includes("new.jsonnet"));
    await page.value(`[...document.querySelectorAll("#files button")].find((one) => one.textContent === "hooks/signup.jsonnet").click()`);
    await replace(page, "function(ctx) { email: ctx.identity.traits.mail }");
    assert.match(await page.value(text("#findings")), /hooks\/signup\.jsonnet:1:.*jsonnet-missing-field/s);
    assert.ok(await page.value(`document.querySelectorAll(".cm-lintRange").length`) > 0);
  },
  async "the keyboard reaches everything"(page, address) {
    await page.go(address);
    await page.until(checked);
    await page.value(`document.querySelector("#tab-report").focus()`);
    await page.press("ArrowRight");
    assert.equal(await page.value("document.activeElement.id"), "tab-hooks");
    await page.until(shown("hooks"));
    await page.press("Tab");
    assert.notEqual(await page.value("document.activeElement.id"), "tab-body");
    await page.value(`document.querySelector(".cm-content").focus()`);
    await page.press("Tab");
    assert.ok(!(await page.value(`document.activeElement.classList.contains("cm-content")`)), "Tab leaves the editor");
  },
  async "every example opens, and each control has a name"(page, address) {
    await page.go(address);
    await page.until(checked);
    const names = await page.value(`[...document.querySelectorAll("#example option")].map((one) => one.value)`);
    assert.ok(names.length >= 5, `${names.length} examples`);
    for (const name of names) {
          await page.value(`document.querySelector("#example").value = ${JSON.stringify(name)}; document.querySelector("#example").onchange()`);
      await page.until(checked, name);
      const summary = await page.value(text("#summary"));
      assert.match(summary, /Kratos v/, `${name}: ${summary}`);
      if (/works|refuse/.test(name)) assert.match(summary, /^0 errors, 0 warnings/, `${name}: ${summary}`);
    }
    const nameless = await page.value(`[...document.querySelectorAll("button, select, input, [role=tab], [role=tabpanel]")]
      .filter((one) => !(one.getAttribute("aria-label") || one.getAttribute("aria-labelledby") || one.textContent.trim() || one.labels?.length))
      .map((one) => one.outerHTML)`);
    assert.deepEqual(nameless, []);
  },
  async "it is readable in the dark and on a telephone"(page, address) {
    await page.dark(true);
    await page.go(address);
    await page.until(checked);
    assert.equal(await page.value(`getComputedStyle(document.body).backgroundColor`), "rgb(13, 17, 23)");
    await picture(page, "dark");
    await page.size(400, 800, true);
    assert.ok(await page.value("document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the screen");
    await picture(page, "telephone");
    await page.dark(false);
    await page.size(1400, 900);
  },
  async "a body without an end is ended"(page, address) {
    await page.go(address);
    await page.until(checked);
    await page.value(`[...document.querySelectorAll("#files button")].find((one) => one.textContent === "hooks/signup.jsonnet").click()`);
    await replace(page, "local loop(n) = loop(n + 1) tailstrict; function(ctx) { email: loop(0) }");
    await replace(page, "function(ctx) { email: ctx.identity.id }");
    assert.ok(!(await page.value(text("#summary"))).includes("too long"));
  },
  async "it works from file:// too"(page) {
    await page.go(pathToFileURL(join(folder, "index.html")).href);
    await page.until(checked);
    assert.match(await page.value(text("#summary")), /^2 errors/);
  },
};

async function times(page, address) {
  await page.go(address);
  await page.until(checked);
  const first = await page.value(`performance.now()`);
  await page.value(`document.querySelector(".cm-content").focus()`);
  await page.press("End");
  const later = [];
  for (let at = 0; at < 12; at += 1) {
      await page.type(String(at % 10));
    await page.until(checked);
    later.push(parseInt(await page.value(text("#time")), 10));
  }
  return `first report ${Math.round(first)} ms after the navigation, later ${later.sort((a, b) => a - b)[6]} ms`;
}

const server = await serve(folder);
const page = await Page.open(program);
await page.size(1400, 900);
let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  page.errors.length = 0;
  try {
    await test(page, server.address);
    assert.deepEqual(page.errors, [], "errors of the page");
    console.log(`ok: ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED: ${name}: ${error.stack}`);
    await picture(page, "failed").catch(() => {});
  }
}
console.log(await times(page, server.address));
const foreign = server.requests.filter((request) => !/^GET \/(index\.html|playground\.(js|css)|kratos-lint\.wasm(\.js)?)?$/.test(request));
assert.deepEqual(foreign, [], "what was asked of the server");
await page.close();
server.close();
console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
