// The commands that show something beside the file.

import * as path from "node:path";
import * as vscode from "vscode";
import { run } from "./program";

/** Scheme of documents that show what a body evaluates to. */
export const RENDERED = "kratos-lint-rendered";

/** A place that runs a body, as the server tells it. */
export interface Place {
  title: string;
  /** Address of the configuration. */
  uri: string;
  /** JSON pointer of the hook or provider. */
  pointer: string;
}

/** What the commands need of the extension. */
export interface Around {
  program(): string | undefined;
  /** The places that run the body at the cursor, or the body that is open. */
  places(editor: vscode.TextEditor): Promise<Place[]>;
}

/** The arguments for the version that is set. */
function version(): string[] {
  const kratos = vscode.workspace.getConfiguration("kratos-lint").get<string>("kratos", "");
  return kratos === "" ? [] : ["--kratos", kratos];
}

function folderOf(uri: vscode.Uri): string {
  return vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? path.dirname(uri.fsPath);
}

/** The page around a picture: it runs nothing. */
export function page(svg: string): string {
  const source = Buffer.from(svg).toString("base64");
  return `<!DOCTYPE html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>body { background: #fff; padding: 1em } img { max-width: 100% }</style>
<img alt="The hooks in the order in which they run" src="data:image/svg+xml;base64,${source}">`;
}

/** "Show hooks": the picture beside the file, drawn anew when the file is saved. */
export class Hooks implements vscode.Disposable {
  private readonly panels = new Map<string, vscode.WebviewPanel>();
  private readonly saved: vscode.Disposable;

  constructor(private readonly around: Around) {
    this.saved = vscode.workspace.onDidSaveTextDocument((document) => {
      const panel = this.panels.get(document.uri.toString());
      if (panel !== undefined) {
        void this.draw(document.uri, panel);
      }
    });
  }

  async show(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || document.isUntitled) {
      return void vscode.window.showInformationMessage("Open a configuration of Kratos to see its hooks.");
    }
    await document.save();
    const key = document.uri.toString();
    let panel = this.panels.get(key);
    if (panel === undefined) {
      const title = `Hooks of ${path.basename(document.uri.fsPath)}`;
      const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      panel = vscode.window.createWebviewPanel("kratos-lint.hooks", title, beside, { enableScripts: false });
      panel.onDidDispose(() => this.panels.delete(key));
      this.panels.set(key, panel);
    }
    await this.draw(document.uri, panel);
  }

  private async draw(uri: vscode.Uri, panel: vscode.WebviewPanel): Promise<void> {
    const program = this.around.program();
    if (program === undefined) {
      return;
    }
    const drawn = await run(program, ["hooks", "--format", "svg", ...version(), uri.fsPath], folderOf(uri));
    if (drawn.isDone) {
      panel.webview.html = page(drawn.text);
    } else {
      void vscode.window.showErrorMessage(`kratos-lint: ${drawn.text}`);
    }
  }

  dispose(): void {
    this.saved.dispose();
    for (const panel of [...this.panels.values()]) {
      panel.dispose();
    }
  }
}

/** "Render body": what the body at the cursor, or the body that is open, sends or makes. */
export class Bodies implements vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly texts = new Map<string, string>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly around: Around) {}

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? "";
  }

  async show(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const program = this.around.program();
    if (editor === undefined || program === undefined) {
      return;
    }
    const { document } = editor;
    const places = await this.around.places(editor);
    const place = places.length > 1 ? await pick(places) : places[0];
    let args: string[];
    let input = "";
    if (place !== undefined) {
      await document.save();
      args = ["render", "--hook", place.pointer, ...version(), vscode.Uri.parse(place.uri).fsPath];
    } else if (places.length === 0 && document.languageId === "jsonnet") {
      args = ["render", ...version(), "-"];
      input = document.getText();
    } else {
      if (places.length === 0) {
        void vscode.window.showInformationMessage("There is no body at the cursor.");
      }
      return;
    }
    const rendered = await run(program, args, folderOf(document.uri), input);
    if (!rendered.isDone) {
      return void vscode.window.showErrorMessage(`kratos-lint: ${rendered.text}`);
    }
    const name = `${path.basename(document.uri.fsPath)}.rendered.json`;
    const uri = vscode.Uri.from({ scheme: RENDERED, path: `/${name}`, query: document.uri.toString() });
    this.texts.set(uri.toString(), rendered.text);
    this.changed.fire(uri);
    const beside = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true };
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), beside);
  }
}

async function pick(places: Place[]): Promise<Place | undefined> {
  const items = places.map((place) => ({ label: place.title, description: place.pointer, place }));
  return (await vscode.window.showQuickPick(items, { placeHolder: "Which place runs it?" }))?.place;
}
