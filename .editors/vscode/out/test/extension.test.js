"use strict";
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));

// test/extension.test.ts
var import_strict = __toESM(require("node:assert/strict"));
var fs2 = __toESM(require("node:fs"));
var os2 = __toESM(require("node:os"));
var path3 = __toESM(require("node:path"));
var import_node_test = require("node:test");

// src/extension.ts
var fs = __toESM(require("node:fs"));
var os = __toESM(require("node:os"));

// test/host.ts
var host = {
  settings: {},
  commands: {},
  messages: [],
  panels: [],
  shown: [],
  asked: [],
  choice: 0,
  providers: {},
  saved: [],
  trusted: [],
  configured: []
};
var Uri = class _Uri {
  constructor(scheme, path4, query = "") {
    this.scheme = scheme;
    this.path = path4;
    this.query = query;
  }
  scheme;
  path;
  query;
  get fsPath() {
    return this.path;
  }
  toString() {
    return `${this.scheme}://${this.path}${this.query === "" ? "" : `?${encodeURIComponent(this.query)}`}`;
  }
  static file(path4) {
    return new _Uri("file", path4);
  }
  static parse(text) {
    const url = new URL(text);
    return new _Uri(url.protocol.replace(":", ""), decodeURIComponent(url.pathname));
  }
  static from(parts) {
    return new _Uri(parts.scheme, parts.path, parts.query);
  }
};
var EventEmitter = class {
  listeners = [];
  event = (listener) => on(this.listeners, listener);
  fire(what) {
    this.listeners.forEach((listener) => listener(what));
  }
};
function on(listeners, listener) {
  listeners.push(listener);
  return { dispose: () => void listeners.splice(listeners.indexOf(listener), 1) };
}
var workspace = {
  isTrusted: true,
  workspaceFolders: [],
  getConfiguration: (section) => ({
    get: (name, otherwise) => host.settings[`${section}.${name}`] ?? otherwise
  }),
  getWorkspaceFolder: (uri) => workspace.workspaceFolders.find((one) => uri.fsPath.startsWith(one.uri.fsPath)),
  createFileSystemWatcher: (pattern) => ({ pattern, dispose: () => void 0 }),
  onDidSaveTextDocument: (listener) => on(host.saved, listener),
  onDidGrantWorkspaceTrust: (listener) => on(host.trusted, listener),
  onDidChangeConfiguration: (listener) => on(host.configured, listener),
  registerTextDocumentContentProvider: (scheme, provider) => {
    host.providers[scheme] = provider;
    return { dispose: () => delete host.providers[scheme] };
  },
  openTextDocument: async (uri) => ({ uri })
};
var window = {
  activeTextEditor: void 0,
  showErrorMessage: async (text) => void host.messages.push(text),
  showInformationMessage: async (text) => void host.messages.push(text),
  showQuickPick: async (items) => {
    host.asked.push(items.map((item) => item.label));
    return items[host.choice];
  },
  showTextDocument: async (document, options) => void host.shown.push({ uri: document.uri, column: options.viewColumn }),
  createWebviewPanel: (_, title, beside) => {
    const closed = [];
    const panel = {
      title,
      column: beside.viewColumn,
      webview: {
        set html(text) {
          panel.html = text;
        }
      },
      html: "",
      onDidDispose: (listener) => on(closed, listener),
      dispose: () => closed.forEach((listener) => listener(void 0))
    };
    host.panels.push(panel);
    return panel;
  }
};
var commands = {
  registerCommand: (name, run2) => {
    host.commands[name] = run2;
    return { dispose: () => delete host.commands[name] };
  },
  executeCommand: async () => void 0
};

// test/client.ts
var clients = [];
var answers = {};
var LanguageClient = class {
  constructor(id, name, server, options) {
    this.id = id;
    this.name = name;
    this.server = server;
    this.options = options;
    clients.push(this);
  }
  id;
  name;
  server;
  options;
  isRunning = false;
  async start() {
    this.isRunning = true;
  }
  async stop() {
    this.isRunning = false;
  }
  async sendRequest(method) {
    return answers[method];
  }
};

// src/binary.ts
var path = __toESM(require("node:path"));
function find(wanted, machine) {
  const { env, platform } = machine;
  const isWindows = platform === "win32";
  const { join: join2, delimiter, isAbsolute } = isWindows ? path.win32 : path.posix;
  const name = isWindows ? "kratos-lint.exe" : "kratos-lint";
  if (wanted.setting !== "") {
    return ofSetting(wanted, machine, join2, isAbsolute);
  }
  const scripts = isWindows ? "Scripts" : "bin";
  const places2 = [];
  if (wanted.isTrusted) {
    for (const folder2 of wanted.folders) {
      for (const environment of [".venv", "venv", ".env"]) {
        places2.push(join2(folder2, environment, scripts));
      }
      places2.push(join2(folder2, "node_modules", "@kratos-lint", `${platform}-${machine.arch}`));
    }
  }
  if (env["VIRTUAL_ENV"]) {
    places2.push(join2(env["VIRTUAL_ENV"], scripts));
  }
  const ofPath = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((place) => isAbsolute(place));
  places2.push(...ofPath, join2(machine.home, ".cargo", "bin"), join2(machine.home, ".local", "bin"));
  return places2.map((place) => join2(place, name)).find((file) => machine.isFile(file));
}
function ofSetting(wanted, machine, join2, isAbsolute) {
  const written = wanted.setting.replace(/^~(?=[/\\])/, machine.home);
  if (isAbsolute(written)) {
    return machine.isFile(written) ? written : void 0;
  }
  const files = wanted.isTrusted ? wanted.folders.map((folder2) => join2(folder2, written)) : [];
  return files.find((file) => machine.isFile(file));
}

// src/views.ts
var path2 = __toESM(require("node:path"));

// src/program.ts
var import_node_child_process = require("node:child_process");
var PATIENCE = 2e4;
var MOST = 32 << 20;
function run(program3, args, cwd, input = "") {
  return new Promise((resolve) => {
    const options = { cwd, timeout: PATIENCE, maxBuffer: MOST, windowsHide: true };
    const child = (0, import_node_child_process.execFile)(program3, args, options, (error, stdout, stderr) => {
      if (error === null) {
        resolve({ isDone: true, text: stdout });
      } else {
        const why = stderr.trim() || stdout.trim() || error.message;
        resolve({ isDone: false, text: why });
      }
    });
    child.stdin?.on("error", () => void 0);
    child.stdin?.end(input);
  });
}

// src/views.ts
var RENDERED = "kratos-lint-rendered";
function version() {
  const kratos = workspace.getConfiguration("kratos-lint").get("kratos", "");
  return kratos === "" ? [] : ["--kratos", kratos];
}
function folderOf(uri) {
  return workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? path2.dirname(uri.fsPath);
}
function page(svg) {
  const source = Buffer.from(svg).toString("base64");
  return `<!DOCTYPE html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>body { background: #fff; padding: 1em } img { max-width: 100% }</style>
<img alt="The hooks in the order in which they run" src="data:image/svg+xml;base64,${source}">`;
}
var Hooks = class {
  constructor(around) {
    this.around = around;
    this.saved = workspace.onDidSaveTextDocument((document) => {
      const panel = this.panels.get(document.uri.toString());
      if (panel !== void 0) {
        void this.draw(document.uri, panel);
      }
    });
  }
  around;
  panels = /* @__PURE__ */ new Map();
  saved;
  async show() {
    const document = window.activeTextEditor?.document;
    if (document === void 0 || document.isUntitled) {
      return void window.showInformationMessage("Open a configuration of Kratos to see its hooks.");
    }
    await document.save();
    const key = document.uri.toString();
    let panel = this.panels.get(key);
    if (panel === void 0) {
      const title = `Hooks of ${path2.basename(document.uri.fsPath)}`;
      const beside = { viewColumn: -2 /* Beside */, preserveFocus: true };
      panel = window.createWebviewPanel("kratos-lint.hooks", title, beside, { enableScripts: false });
      panel.onDidDispose(() => this.panels.delete(key));
      this.panels.set(key, panel);
    }
    await this.draw(document.uri, panel);
  }
  async draw(uri, panel) {
    const program3 = this.around.program();
    if (program3 === void 0) {
      return;
    }
    const drawn = await run(program3, ["hooks", "--format", "svg", ...version(), uri.fsPath], folderOf(uri));
    if (drawn.isDone) {
      panel.webview.html = page(drawn.text);
    } else {
      void window.showErrorMessage(`kratos-lint: ${drawn.text}`);
    }
  }
  dispose() {
    this.saved.dispose();
    for (const panel of [...this.panels.values()]) {
      panel.dispose();
    }
  }
};
var Bodies = class {
  constructor(around) {
    this.around = around;
  }
  around;
  changed = new EventEmitter();
  texts = /* @__PURE__ */ new Map();
  onDidChange = this.changed.event;
  provideTextDocumentContent(uri) {
    return this.texts.get(uri.toString()) ?? "";
  }
  async show() {
    const editor2 = window.activeTextEditor;
    const program3 = this.around.program();
    if (editor2 === void 0 || program3 === void 0) {
      return;
    }
    const { document } = editor2;
    const places2 = await this.around.places(editor2);
    const place = places2.length > 1 ? await pick(places2) : places2[0];
    let args;
    let input = "";
    if (place !== void 0) {
      await document.save();
      args = ["render", "--hook", place.pointer, ...version(), Uri.parse(place.uri).fsPath];
    } else if (places2.length === 0 && document.languageId === "jsonnet") {
      args = ["render", ...version(), "-"];
      input = document.getText();
    } else {
      if (places2.length === 0) {
        void window.showInformationMessage("There is no body at the cursor.");
      }
      return;
    }
    const rendered = await run(program3, args, folderOf(document.uri), input);
    if (!rendered.isDone) {
      return void window.showErrorMessage(`kratos-lint: ${rendered.text}`);
    }
    const name = `${path2.basename(document.uri.fsPath)}.rendered.json`;
    const uri = Uri.from({ scheme: RENDERED, path: `/${name}`, query: document.uri.toString() });
    this.texts.set(uri.toString(), rendered.text);
    this.changed.fire(uri);
    const beside = { viewColumn: -2 /* Beside */, preserveFocus: true, preview: true };
    await window.showTextDocument(await workspace.openTextDocument(uri), beside);
  }
};
async function pick(places2) {
  const items = places2.map((place) => ({ label: place.title, description: place.pointer, place }));
  return (await window.showQuickPick(items, { placeHolder: "Which place runs it?" }))?.place;
}

// src/extension.ts
var FILES = "**/{*.{yml,yaml,json,toml,jsonnet,libsonnet,gotmpl,tf,tfvars},.env*,*.env,Dockerfile*}";
var client;
var watcher;
function setting(name) {
  return workspace.getConfiguration("kratos-lint").get(name, "");
}
function program() {
  const { env, platform, arch } = process;
  const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const folders = (workspace.workspaceFolders ?? []).map((folder2) => folder2.uri.fsPath);
  const wanted = { setting: setting("path"), folders, isTrusted: workspace.isTrusted };
  return find(wanted, { env, platform, arch, home: os.homedir(), isFile });
}
async function start() {
  const command = program();
  if (command === void 0) {
    const why = setting("path") === "" ? "it is not in the workspace and not in PATH" : "kratos-lint.path names no file";
    const chosen = await window.showErrorMessage(
      `kratos-lint was not found: ${why}. Install it with pip, npm or cargo, or set kratos-lint.path.`,
      "Open settings"
    );
    if (chosen !== void 0) {
      await commands.executeCommand("workbench.action.openSettings", "kratos-lint.path");
    }
    return;
  }
  const server = { command, args: ["lsp"] };
  const options = {
    documentSelector: [
      { scheme: "file", pattern: FILES },
      { scheme: "untitled", language: "yaml" },
      { scheme: "untitled", language: "jsonnet" },
      { scheme: "untitled", language: "json" }
    ],
    initializationOptions: { kratos: setting("kratos") },
    synchronize: { configurationSection: "kratos-lint", ...watcher && { fileEvents: watcher } }
  };
  client = new LanguageClient("kratos-lint", "kratos-lint", server, options);
  await client.start();
}
async function stop() {
  const running = client;
  client = void 0;
  await running?.stop();
}
async function places(editor2) {
  const { line, character } = editor2.selection.active;
  const params = { textDocument: { uri: editor2.document.uri.toString() }, position: { line, character } };
  return await client?.sendRequest("kratos-lint/bodies", params) ?? [];
}
async function activate(context) {
  const around = { program, places };
  const hooks = new Hooks(around);
  const bodies = new Bodies(around);
  const restart = async () => {
    await stop();
    await start();
  };
  watcher = workspace.createFileSystemWatcher(FILES);
  context.subscriptions.push(
    watcher,
    hooks,
    workspace.registerTextDocumentContentProvider(RENDERED, bodies),
    commands.registerCommand("kratos-lint.showHooks", () => hooks.show()),
    commands.registerCommand("kratos-lint.renderBody", () => bodies.show()),
    commands.registerCommand("kratos-lint.restart", restart),
    workspace.onDidGrantWorkspaceTrust(restart),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("kratos-lint.path")) {
        void restart();
      }
    })
  );
  await start();
}
async function deactivate() {
  await stop();
}

// test/extension.test.ts
var folder = fs2.mkdtempSync(path3.join(os2.tmpdir(), "kratos-lint-"));
var program2 = path3.join(folder, "kratos-lint");
fs2.writeFileSync(
  program2,
  '#!/bin/sh\ncase "$*" in *broken*) echo "broken.yml:1:1: no YAML" >&2; exit 2;; esac\necho "<svg>$*</svg>"; cat\n',
  { mode: 493 }
);
function editor(name, languageId, text = "") {
  const uri = Uri.file(path3.join(folder, name));
  const document = { uri, languageId, isUntitled: false, save: async () => true, getText: () => text };
  return { document, selection: { active: { line: 3, character: 4 } } };
}
async function started() {
  const subscriptions = [];
  await activate({ subscriptions });
}
(0, import_node_test.beforeEach)(async () => {
  await deactivate();
  host.settings = { "kratos-lint.path": program2 };
  host.messages.length = host.panels.length = host.shown.length = host.asked.length = clients.length = 0;
  host.saved.length = host.trusted.length = host.configured.length = 0;
  workspace.isTrusted = true;
  workspace.workspaceFolders = [{ uri: Uri.file(folder) }];
  delete answers["kratos-lint/bodies"];
});
(0, import_node_test.test)("the server is started with the settings", async () => {
  host.settings["kratos-lint.kratos"] = "1.3.1";
  await started();
  import_strict.default.deepEqual(clients[0]?.server, { command: program2, args: ["lsp"] });
  import_strict.default.deepEqual(clients[0]?.options.initializationOptions, { kratos: "1.3.1" });
  import_strict.default.ok(clients[0]?.isRunning);
  host.configured.forEach((listener) => listener({ affectsConfiguration: () => true }));
  await new Promise(setImmediate);
  import_strict.default.equal(clients.length, 2);
  import_strict.default.ok(!clients[0]?.isRunning && clients[1]?.isRunning);
  await deactivate();
  import_strict.default.ok(!clients[1]?.isRunning);
});
(0, import_node_test.test)("a program that is missing is said, and nothing is started", async () => {
  host.settings["kratos-lint.path"] = "/nowhere/kratos-lint";
  await started();
  import_strict.default.equal(clients.length, 0);
  import_strict.default.match(host.messages[0] ?? "", /was not found: kratos-lint.path names no file/);
});
(0, import_node_test.test)("a workspace that becomes trusted brings its program", async () => {
  host.settings = {};
  workspace.isTrusted = false;
  const before = process.env["PATH"];
  process.env["PATH"] = "";
  fs2.mkdirSync(path3.join(folder, ".venv/bin"), { recursive: true });
  fs2.copyFileSync(program2, path3.join(folder, ".venv/bin/kratos-lint"));
  await started();
  const isFound = clients.length;
  workspace.isTrusted = true;
  await Promise.all(host.trusted.map((listener) => listener(void 0)));
  process.env["PATH"] = before;
  import_strict.default.equal(clients.at(-1)?.server.command, path3.join(folder, ".venv/bin/kratos-lint"));
  import_strict.default.ok(clients.length > isFound);
});
(0, import_node_test.test)("Show hooks draws the picture beside the file, and anew when it is saved", async () => {
  await started();
  window.activeTextEditor = editor("kratos.yml", "yaml");
  await host.commands["kratos-lint.showHooks"]?.();
  const picture = () => {
    const [, source] = /base64,([^"]*)/.exec(host.panels[0]?.html ?? "") ?? [];
    return Buffer.from(source ?? "", "base64").toString();
  };
  import_strict.default.equal(host.panels[0]?.title, "Hooks of kratos.yml");
  import_strict.default.equal(host.panels[0]?.column, -2);
  import_strict.default.equal(picture(), `<svg>hooks --format svg ${folder}/kratos.yml</svg>
`);
  import_strict.default.match(host.panels[0]?.html ?? "", /default-src 'none'/);
  host.settings["kratos-lint.kratos"] = "1.0.0";
  await host.commands["kratos-lint.showHooks"]?.();
  import_strict.default.equal(host.panels.length, 1, "one picture for each file");
  import_strict.default.match(picture(), /--kratos 1.0.0/);
  host.settings["kratos-lint.kratos"] = "";
  host.saved.forEach((listener) => listener(window.activeTextEditor.document));
  for (let wait = 0; wait < 100 && picture().includes("--kratos"); wait += 1) {
    await new Promise((done) => setTimeout(done, 20));
  }
  import_strict.default.doesNotMatch(picture(), /--kratos/);
  window.activeTextEditor = editor("broken.yml", "yaml");
  await host.commands["kratos-lint.showHooks"]?.();
  import_strict.default.deepEqual(host.messages, ["kratos-lint: broken.yml:1:1: no YAML"]);
});
(0, import_node_test.test)("Render body evaluates the body where it runs", async () => {
  await started();
  const text = () => host.providers["kratos-lint-rendered"]?.provideTextDocumentContent(host.shown.at(-1).uri);
  window.activeTextEditor = editor("b.jsonnet", "jsonnet", "function(ctx) {}");
  await host.commands["kratos-lint.renderBody"]?.();
  import_strict.default.equal(text(), "<svg>render -</svg>\nfunction(ctx) {}");
  const place = (index) => ({ title: `place ${index}`, uri: `file://${folder}/kratos.yml`, pointer: `/hooks/${index}` });
  answers["kratos-lint/bodies"] = [place(0)];
  await host.commands["kratos-lint.renderBody"]?.();
  import_strict.default.equal(text(), `<svg>render --hook /hooks/0 ${folder}/kratos.yml</svg>
`);
  answers["kratos-lint/bodies"] = [place(0), place(1)];
  host.choice = 1;
  await host.commands["kratos-lint.renderBody"]?.();
  import_strict.default.deepEqual(host.asked, [["place 0", "place 1"]]);
  import_strict.default.equal(text(), `<svg>render --hook /hooks/1 ${folder}/kratos.yml</svg>
`);
  import_strict.default.deepEqual(host.shown.map((shown) => shown.column), [-2, -2, -2]);
  host.choice = 9;
  await host.commands["kratos-lint.renderBody"]?.();
  import_strict.default.equal(host.shown.length, 3, "nothing is shown when nothing is chosen");
  answers["kratos-lint/bodies"] = [];
  window.activeTextEditor = editor("kratos.yml", "yaml");
  await host.commands["kratos-lint.renderBody"]?.();
  import_strict.default.deepEqual(host.messages, ["There is no body at the cursor."]);
});
