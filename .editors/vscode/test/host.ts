// A host for tests: as much of VS Code as the extension asks for, and what it was told.

type Listener = (argument: any) => unknown;

/** What the extension did, and what the host answers. */
export const host = {
  settings: {} as Record<string, string>,
  commands: {} as Record<string, (...given: unknown[]) => unknown>,
  messages: [] as string[],
  panels: [] as { title: string; html: string; column: unknown; dispose(): void }[],
  shown: [] as { uri: Uri; column: unknown }[],
  asked: [] as string[][],
  choice: 0,
  providers: {} as Record<string, { provideTextDocumentContent(uri: Uri): string }>,
  saved: [] as Listener[],
  trusted: [] as Listener[],
  configured: [] as Listener[],
};

export class Uri {
  constructor(readonly scheme: string, readonly path: string, readonly query = "") {}
  get fsPath(): string {
    return this.path;
  }
  toString(): string {
    return `${this.scheme}://${this.path}${this.query === "" ? "" : `?${encodeURIComponent(this.query)}`}`;
  }
  static file(path: string): Uri {
    return new Uri("file", path);
  }
  static parse(text: string): Uri {
    const url = new URL(text);
    return new Uri(url.protocol.replace(":", ""), decodeURIComponent(url.pathname));
  }
  static from(parts: { scheme: string; path: string; query?: string }): Uri {
    return new Uri(parts.scheme, parts.path, parts.query);
  }
}

export class EventEmitter<T> {
  private readonly listeners: Listener[] = [];
  readonly event = (listener: Listener) => on(this.listeners, listener);
  fire(what: T): void {
    this.listeners.forEach((listener) => listener(what));
  }
}

export enum ViewColumn {
  Beside = -2,
}

function on(listeners: Listener[], listener: Listener): { dispose(): void } {
  listeners.push(listener);
  return { dispose: () => void listeners.splice(listeners.indexOf(listener), 1) };
}

export const workspace = {
  isTrusted: true,
  workspaceFolders: [] as { uri: Uri }[],
  getConfiguration: (section: string) => ({
    get: (name: string, otherwise: string) => host.settings[`${section}.${name}`] ?? otherwise,
  }),
  getWorkspaceFolder: (uri: Uri) => workspace.workspaceFolders.find((one) => uri.fsPath.startsWith(one.uri.fsPath)),
  createFileSystemWatcher: (pattern: string) => ({ pattern, dispose: () => undefined }),
  onDidSaveTextDocument: (listener: Listener) => on(host.saved, listener),
  onDidGrantWorkspaceTrust: (listener: Listener) => on(host.trusted, listener),
  onDidChangeConfiguration: (listener: Listener) => on(host.configured, listener),
  registerTextDocumentContentProvider: (scheme: string, provider: any) => {
    host.providers[scheme] = provider;
    return { dispose: () => delete host.providers[scheme] };
  },
  openTextDocument: async (uri: Uri) => ({ uri }),
};

export const window = {
  activeTextEditor: undefined as unknown,
  showErrorMessage: async (text: string) => void host.messages.push(text),
  showInformationMessage: async (text: string) => void host.messages.push(text),
  showQuickPick: async (items: { label: string }[]) => {
    host.asked.push(items.map((item) => item.label));
    return items[host.choice];
  },
  showTextDocument: async (document: { uri: Uri }, options: { viewColumn: unknown }) =>
    void host.shown.push({ uri: document.uri, column: options.viewColumn }),
  createWebviewPanel: (_: string, title: string, beside: { viewColumn: unknown }) => {
    const closed: Listener[] = [];
    const panel = {
      title,
      column: beside.viewColumn,
      webview: {
        set html(text: string) {
          panel.html = text;
        },
      },
      html: "",
      onDidDispose: (listener: Listener) => on(closed, listener),
      dispose: () => closed.forEach((listener) => listener(undefined)),
    };
    host.panels.push(panel);
    return panel;
  },
};

export const commands = {
  registerCommand: (name: string, run: (...given: unknown[]) => unknown) => {
    host.commands[name] = run;
    return { dispose: () => delete host.commands[name] };
  },
  executeCommand: async () => undefined,
};
