// The extension: starts the language server of kratos-lint, and shows hooks and bodies.

import * as fs from "node:fs";
import * as os from "node:os";
import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";
import { find } from "./binary";
import { Bodies, Hooks, RENDERED, type Place } from "./views";

/** The files that the server looks into, and of whose changes it is told. */
const FILES = "**/{*.{yml,yaml,json,toml,jsonnet,libsonnet,gotmpl,tf,tfvars},.env*,*.env,Dockerfile*}";

let client: LanguageClient | undefined;
let watcher: vscode.FileSystemWatcher | undefined;

function setting(name: string): string {
  return vscode.workspace.getConfiguration("kratos-lint").get<string>(name, "");
}

function program(): string | undefined {
  const { env, platform, arch } = process;
  const isFile = (file: string): boolean => fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const wanted = { setting: setting("path"), folders, isTrusted: vscode.workspace.isTrusted };
  return find(wanted, { env, platform, arch, home: os.homedir(), isFile });
}

async function start(): Promise<void> {
  const command = program();
  if (command === undefined) {
    const why = setting("path") === "" ? "it is not in the workspace and not in PATH" : "kratos-lint.path names no file";
    const chosen = await vscode.window.showErrorMessage(
      `kratos-lint was not found: ${why}. Install it with pip, npm or cargo, or set kratos-lint.path.`,
      "Open settings",
    );
    if (chosen !== undefined) {
      await vscode.commands.executeCommand("workbench.action.openSettings", "kratos-lint.path");
    }
    return;
  }
  const server: ServerOptions = { command, args: ["lsp"] };
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", pattern: FILES },
      // What is embedded in a configuration, as documents that the server tells.
      { scheme: "kratos-lint" },
      { scheme: "untitled", language: "yaml" },
      { scheme: "untitled", language: "jsonnet" },
      { scheme: "untitled", language: "json" },
    ],
    initializationOptions: { kratos: setting("kratos") },
    synchronize: { configurationSection: "kratos-lint", ...(watcher && { fileEvents: watcher }) },
  };
  client = new LanguageClient("kratos-lint", "kratos-lint", server, options);
  await client.start();
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function places(editor: vscode.TextEditor): Promise<Place[]> {
  const { line, character } = editor.selection.active;
  const params = { textDocument: { uri: editor.document.uri.toString() }, position: { line, character } };
  return (await client?.sendRequest<Place[] | null>("kratos-lint/bodies", params)) ?? [];
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const around = { program, places };
  const hooks = new Hooks(around);
  const bodies = new Bodies(around);
  const restart = async (): Promise<void> => {
    await stop();
    await start();
  };
  watcher = vscode.workspace.createFileSystemWatcher(FILES);
  context.subscriptions.push(
    watcher,
    hooks,
    vscode.workspace.registerTextDocumentContentProvider(RENDERED, bodies),
    vscode.commands.registerCommand("kratos-lint.showHooks", () => hooks.show()),
    vscode.commands.registerCommand("kratos-lint.renderBody", () => bodies.show()),
    vscode.commands.registerCommand("kratos-lint.restart", restart),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("kratos-lint.path")) {
        void restart();
      }
    }),
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await stop();
}
