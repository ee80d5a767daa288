import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { beforeEach, test } from "node:test";
import { activate, deactivate } from "../src/extension";
import { answers, clients } from "./client";
import { host, Uri, window, workspace } from "./host";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "kratos-lint-"));
const program = path.join(folder, "kratos-lint");

// Prints its arguments and its input; of a file that is called broken it says that it cannot be read.
fs.writeFileSync(
  program,
  '#!/bin/sh\ncase "$*" in *broken*) echo "broken.yml:1:1: no YAML" >&2; exit 2;; esac\necho "<svg>$*</svg>"; cat\n',
  { mode: 0o755 },
);

function editor(name: string, languageId: string, text = "") {
  const uri = Uri.file(path.join(folder, name));
  const document = { uri, languageId, isUntitled: false, save: async () => true, getText: () => text };
  return { document, selection: { active: { line: 3, character: 4 } } };
}

async function started(): Promise<void> {
  const subscriptions: { dispose(): void }[] = [];
  await activate({ subscriptions } as never);
}

beforeEach(async () => {
  await deactivate();
  host.settings = { "kratos-lint.path": program };
  host.messages.length = host.panels.length = host.shown.length = host.asked.length = clients.length = 0;
  host.saved.length = host.trusted.length = host.configured.length = 0;
  workspace.isTrusted = true;
  workspace.workspaceFolders = [{ uri: Uri.file(folder) }];
  delete answers["kratos-lint/bodies"];
});

test("the server is started with the settings", async () => {
  host.settings["kratos-lint.kratos"] = "1.3.1";
  await started();
  assert.deepEqual(clients[0]?.server, { command: program, args: ["lsp"] });
  assert.deepEqual(clients[0]?.options.initializationOptions, { kratos: "1.3.1" });
  assert.ok(clients[0]?.isRunning);
  const schemes = clients[0]?.options.documentSelector.map((one) => one.scheme);
  assert.deepEqual([...new Set(schemes)].sort(), ["file", "kratos-lint", "untitled"]);
  host.configured.forEach((listener) => listener({ affectsConfiguration: () => true }));
  await new Promise(setImmediate);
  assert.equal(clients.length, 2);
  assert.ok(!clients[0]?.isRunning && clients[1]?.isRunning);
  await deactivate();
  assert.ok(!clients[1]?.isRunning);
});

test("a program that is missing is said, and nothing is started", async () => {
  host.settings["kratos-lint.path"] = "/nowhere/kratos-lint";
  await started();
  assert.equal(clients.length, 0);
  assert.match(host.messages[0] ?? "", /was not found: kratos-lint.path names no file/);
});

test("a workspace that becomes trusted brings its program", async () => {
  host.settings = {};
  workspace.isTrusted = false;
  const before = process.env["PATH"];
  process.env["PATH"] = "";
  fs.mkdirSync(path.join(folder, ".venv/bin"), { recursive: true });
  fs.copyFileSync(program, path.join(folder, ".venv/bin/kratos-lint"));
  await started();
  const isFound = clients.length;
  workspace.isTrusted = true;
  await Promise.all(host.trusted.map((listener) => listener(undefined)));
  process.env["PATH"] = before;
  assert.equal(clients.at(-1)?.server.command, path.join(folder, ".venv/bin/kratos-lint"));
  assert.ok(clients.length > isFound);
});

test("Show hooks draws the picture beside the file, and anew when it is saved", async () => {
  await started();
  window.activeTextEditor = editor("kratos.yml", "yaml");
  await host.commands["kratos-lint.showHooks"]?.();
  const picture = () => {
    const [, source] = /base64,([^"]*)/.exec(host.panels[0]?.html ?? "") ?? [];
    return Buffer.from(source ?? "", "base64").toString();
  };
  assert.equal(host.panels[0]?.title, "Hooks of kratos.yml");
  assert.equal(host.panels[0]?.column, -2);
  assert.equal(picture(), `<svg>hooks --format svg ${folder}/kratos.yml</svg>\n`);
  assert.match(host.panels[0]?.html ?? "", /default-src 'none'/);
  host.settings["kratos-lint.kratos"] = "1.0.0";
  await host.commands["kratos-lint.showHooks"]?.();
  assert.equal(host.panels.length, 1, "one picture for each file");
  assert.match(picture(), /--kratos 1.0.0/);
  host.settings["kratos-lint.kratos"] = "";
  host.saved.forEach((listener) => listener((window.activeTextEditor as any).document));
  for (let wait = 0; wait < 100 && picture().includes("--kratos"); wait += 1) {
    await new Promise((done) => setTimeout(done, 20));
  }
  assert.doesNotMatch(picture(), /--kratos/);
  window.activeTextEditor = editor("broken.yml", "yaml");
  await host.commands["kratos-lint.showHooks"]?.();
  assert.deepEqual(host.messages, ["kratos-lint: broken.yml:1:1: no YAML"]);
});

test("Render body evaluates the body where it runs", async () => {
  await started();
  const text = () => host.providers["kratos-lint-rendered"]?.provideTextDocumentContent(host.shown.at(-1)!.uri);
  window.activeTextEditor = editor("b.jsonnet", "jsonnet", "function(ctx) {}");
  await host.commands["kratos-lint.renderBody"]?.();
  assert.equal(text(), "<svg>render -</svg>\nfunction(ctx) {}");
  const place = (index: number) => ({ title: `place ${index}`, uri: `file://${folder}/kratos.yml`, pointer: `/hooks/${index}` });
  answers["kratos-lint/bodies"] = [place(0)];
  await host.commands["kratos-lint.renderBody"]?.();
  assert.equal(text(), `<svg>render --hook /hooks/0 ${folder}/kratos.yml</svg>\n`);
  answers["kratos-lint/bodies"] = [place(0), place(1)];
  host.choice = 1;
  await host.commands["kratos-lint.renderBody"]?.();
  assert.deepEqual(host.asked, [["place 0", "place 1"]]);
  assert.equal(text(), `<svg>render --hook /hooks/1 ${folder}/kratos.yml</svg>\n`);
  assert.deepEqual(host.shown.map((shown) => shown.column), [-2, -2, -2]);
  host.choice = 9;
  await host.commands["kratos-lint.renderBody"]?.();
  assert.equal(host.shown.length, 3, "nothing is shown when nothing is chosen");
  answers["kratos-lint/bodies"] = [];
  window.activeTextEditor = editor("kratos.yml", "yaml");
  await host.commands["kratos-lint.renderBody"]?.();
  assert.deepEqual(host.messages, ["There is no body at the cursor."]);
});
