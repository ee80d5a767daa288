// The playground: the whole program on files in memory. What is typed stays in the browser.
import { examples, versions } from "./project";
import { completions } from "./complete.js";
import { Editor } from "./editor.js";
import { Engine } from "./engine.js";
import { pack, unpack } from "./share.js";

const find = (selector) => document.querySelector(selector);
const make = (kind, properties, ...children) => {
  const element = Object.assign(document.createElement(kind), properties);
  element.append(...children);
  return element;
};

// A text with `code` in it, as nodes of the page.
const marked = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", { textContent: part }) : part));

const engine = new Engine();
const schemas = new Map();
let findings = [];
let unit;
let asked = 0;
let timer;

const editor = new Editor(find("#editor"), () => later(), (context) => completions(schemas.get(find("#kratos").value))(context));

const target = () => (find("#kratos").value ? ["--kratos", find("#kratos").value] : []);
const variables = (files) => (files[".env"] === undefined ? [] : ["--env-file", ".env"]);

const state = document.documentElement.dataset;

function later() {
  clearTimeout(timer);
  asked += 1;
  state.asked = String(asked);
  timer = setTimeout(check, 30);
}

function checkNow() {
  later();
  clearTimeout(timer);
  return check();
}

// A file with this name is one even while its text is half typed.
const named = (files) => Object.keys(files).filter((name) => /(^|\/)kratos\.ya?ml$/.test(name));

// Checks the files; of several checks the last one counts.
async function check() {
  const mine = asked;
  const files = editor.files();
  const answer = await engine.run(["--format", "json", ...target(), ...variables(files), ".", ...named(files)], files);
  if (mine !== asked) return;
  let report = { findings: [], units: [] };
  try {
    report = JSON.parse(answer.stdout);
  } catch {
    // What is said on standard error is shown.
  }
  findings = report.findings;
  unit = report.units[0];
  editor.underline(findings, (fix) => editor.apply(fix.edits));
  showReport(answer);
  await showTab();
  state.checked = String(mine);
}

function showReport(answer) {
  const counts = ["error", "warning", "info"].map((level) => {
    const many = findings.filter((finding) => finding.level === level).length;
    return `${many} ${level}${many === 1 ? "" : "s"}`;
  });
  const kratos = unit ? `Kratos ${unit.kratos.version}${unit.boots ? "" : ", does not start"}` : answer.stderr.trim() || "no configuration of Kratos";
  find("#summary").textContent = `${counts.join(", ")} · ${kratos}`;
  find("#time").textContent = `${Math.round(answer.milliseconds)} ms`;
  find("#findings").replaceChildren(...findings.map((finding) => {
    const { line, column } = finding.span.start;
    const jump = make("button", { type: "button", className: "jump", onclick: () => { openFile(finding.file); editor.go(finding.span.start); } },
      make("span", { className: `level ${finding.level}`, textContent: finding.level }), ` ${finding.file}:${line}:${column} `, make("span", {}, ...marked(finding.message)));
    const item = make("li", {}, jump);
    if (finding.help) item.append(make("p", { className: "help" }, ...marked(finding.help)));
    const row = make("p", { className: "row" }, make("a", { href: finding.url, target: "_blank", rel: "noopener", textContent: finding.rule }));
    for (const fix of finding.fixes) {
      row.append(make("button", { type: "button", onclick: () => editor.apply(fix.edits) }, ...marked(fix.title || "apply the fix")));
    }
    item.append(row);
    return item;
  }));
  if (!findings.length) find("#findings").append(make("li", { textContent: unit ? "Nothing was found." : "No configuration of Kratos is here." }));
}

const isConfiguration = (name) => /kratos[^/]*\.ya?ml$/.test(name);
const configuration = () => unit?.file || Object.keys(editor.files()).find(isConfiguration) || "kratos.yml";

// What each tab beside the report shows.
const tabs = {
  report: async () => {},
  hooks: async (files) => {
    const [drawn, told] = await Promise.all(["svg", "text"].map((format) =>
      engine.run(["hooks", ...target(), ...variables(files), "--format", format, configuration()], files)));
    const text = told.stdout || told.stderr;
    find("#picture").replaceChildren();
    if (drawn.status === 0) {
      // As an image it can run nothing.
      find("#picture").append(make("img", { src: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn.stdout)}`, alt: text }));
    }
    find("#hooks-text").textContent = text;
  },
  body: async (files) => {
    const listed = await engine.run(["hooks", ...target(), "--format", "json", configuration()], files);
    const list = find("#hook");
    let hooks = [];
    try {
      hooks = JSON.parse(listed.stdout).points.flatMap((point) => [...point.runs, ...point.never]).filter((hook) => hook.hook === "web_hook" && hook.pointer);
    } catch {
      find("#body-text").textContent = listed.stderr;
    }
    const chosen = list.value;
    const pointers = [...new Map(hooks.map((hook) => [hook.pointer, hook.url]))];
    list.replaceChildren(...pointers.map(([value, url]) => make("option", { value, textContent: `${value.split("/").slice(3, -2).join(".")} ${url || ""}`, selected: value === chosen })));
    if (!pointers.length) {
      find("#body-text").textContent = listed.stderr || "There is no web_hook.";
      return;
    }
    const answer = await engine.run(["render", ...target(), "--hook", list.value, configuration()], files);
    find("#body-text").textContent = answer.stdout + answer.stderr;
  },
  openapi: async (files) => {
    const answer = await engine.run(["schema", "openapi", ...target(), configuration()], files);
    find("#openapi-text").textContent = answer.stdout || answer.stderr;
  },
  upgrade: async (files) => {
    const from = find("#from").value ? ["--from", find("#from").value] : [];
    const [changes, versions] = await Promise.all([
      engine.run(["upgrade", ...from, "--to", find("#to").value, configuration()], files),
      engine.run(["versions", configuration()], files),
    ]);
    find("#upgrade-text").textContent = changes.stdout + changes.stderr;
    find("#versions-text").textContent = versions.stdout || versions.stderr;
  },
};

const openTab = () => find("#views [role=tab][aria-selected=true]").dataset.tab;

async function showTab() {
  const tab = openTab();
  await tabs[tab](editor.files());
  state.shown = tab;
}

function selectTab(tab) {
  for (const button of document.querySelectorAll("#views [role=tab]")) {
    const isOpen = button.dataset.tab === tab;
    button.setAttribute("aria-selected", String(isOpen));
    button.tabIndex = isOpen ? 0 : -1;
    find(`#panel-${button.dataset.tab}`).hidden = !isOpen;
  }
  showTab();
}

// Arrow keys move between the tabs of a list, as screen readers announce it.
function arrows(list) {
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const buttons = [...list.querySelectorAll("[role=tab]")];
    const at = buttons.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = buttons[(at + step + buttons.length) % buttons.length];
    next.focus();
    next.click();
    [...list.querySelectorAll("[role=tab]")].find((button) => button.textContent === next.textContent)?.focus();
  });
}

function showFiles() {
  find("#files").replaceChildren(...Object.keys(editor.files()).map((name) => {
    const isOpen = name === editor.current;
    return make("button", { type: "button", role: "tab", ariaSelected: String(isOpen), tabIndex: isOpen ? 0 : -1, textContent: name, onclick: () => openFile(name) });
  }));
}

function openFile(name) {
  if (name !== editor.current && editor.files()[name] !== undefined) {
    editor.show(name);
    editor.underline(findings, (fix) => editor.apply(fix.edits));
    showFiles();
  }
}

function openProject(project) {
  // What Kratos reads first is first.
  const names = Object.keys(project.files).sort((a, b) => Number(isConfiguration(b)) - Number(isConfiguration(a)));
  editor.open(Object.fromEntries(names.map((name) => [name, project.files[name]])), names[0]);
  if (project.kratos !== undefined) find("#kratos").value = project.kratos;
  showFiles();
}

// The project without its secrets; the program itself says what they are.
async function masked(files) {
  const texts = await Promise.all(Object.entries(files).map(async ([name, text]) => {
    const answer = await engine.run(["mask", "--stdin-filename", name], {}, text);
    return [name, answer.status === 0 ? answer.stdout : undefined];
  }));
  return { files: Object.fromEntries(texts.filter(([, text]) => text !== undefined)), missing: texts.filter(([, text]) => text === undefined).map(([name]) => name) };
}

async function share() {
  const { files, missing } = await masked(editor.files());
  location.hash = await pack({ files, kratos: find("#kratos").value });
  find("#address").value = location.href;
  find("#missing").textContent = missing.length ? `Left out, because they cannot be read: ${missing.join(", ")}.` : "";
  find("#share-dialog").showModal();
  find("#address").select();
}

function showVersions() {
  const options = () => versions.map((name) => make("option", { value: name, textContent: name }));
  find("#kratos").append(...options());
  find("#from").append(...options());
  find("#to").append(...options());
  find("#to").value = versions.find((name) => /^v/.test(name));
}

async function loadSchema() {
  const version = find("#kratos").value;
  if (schemas.has(version)) return;
  schemas.set(version, undefined);
  const answer = await engine.run(["schema", "config", ...target()], {});
  try {
    schemas.set(version, JSON.parse(answer.stdout));
  } catch {
    schemas.delete(version);
  }
}

function listen() {
  find("#kratos").onchange = () => { loadSchema(); later(); };
  find("#from").onchange = find("#to").onchange = find("#hook").onchange = showTab;
  find("#example").append(...Object.keys(examples).map((name) => make("option", { value: name, textContent: name })));
  find("#example").onchange = () => {
    openProject({ files: examples[find("#example").value], kratos: "" });
    checkNow();
  };
  find("#share").onclick = share;
  find("#copy").onclick = () => navigator.clipboard?.writeText(find("#address").value);
  find("#add").onclick = () => {
    const name = prompt("Name of the file, for example hooks/signup.jsonnet")?.trim();
    if (!name || editor.files()[name] !== undefined) return;
    editor.add(name, "");
    openFile(name);
    later();
  };
  find("#remove").onclick = () => {
    const names = Object.keys(editor.files());
    if (names.length < 2) return;
    editor.remove(editor.current);
    openFile(names.find((name) => editor.files()[name] !== undefined));
    later();
  };
  for (const button of document.querySelectorAll("#views [role=tab]")) button.onclick = () => selectTab(button.dataset.tab);
  document.querySelectorAll("[role=tablist]").forEach(arrows);
}

async function begin() {
  listen();
  const shared = location.hash.length > 1 ? await unpack(location.hash.slice(1)) : undefined;
  showVersions();
  openProject(shared || { files: Object.values(examples)[0] });
  await checkNow();
  loadSchema();
}

begin().catch((error) => { find("#summary").textContent = `The playground cannot start: ${error.message}`; });
