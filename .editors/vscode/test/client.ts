// A client for tests: it notes how the server would be started, and answers requests.

export const clients: LanguageClient[] = [];
export const answers: Record<string, unknown> = {};

export class LanguageClient {
  isRunning = false;
  constructor(
    readonly id: string,
    readonly name: string,
    readonly server: { command: string; args: string[] },
    readonly options: { initializationOptions: unknown; documentSelector: { scheme?: string; pattern?: string; language?: string }[] },
  ) {
    clients.push(this);
  }
  async start(): Promise<void> {
    this.isRunning = true;
  }
  async stop(): Promise<void> {
    this.isRunning = false;
  }
  async sendRequest(method: string): Promise<unknown> {
    return answers[method];
  }
}
