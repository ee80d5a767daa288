// The program, in a worker that is started again when a run takes too long.
import workerText from "./worker.js?text";

// Longest run, in milliseconds: what takes longer is ended with its worker.
const LIMIT = 15000;

function decode(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes.buffer;
}

function script(source) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = source;
    element.onload = resolve;
    element.onerror = () => reject(new Error(`${source} cannot be loaded`));
    document.head.append(element);
  });
}

// The program, compiled while it is loaded. A page from file:// may fetch nothing, but it may load a script that holds the program.
async function compiled() {
  if (location.protocol !== "file:") {
    try {
      const answer = await fetch("kratos-lint.wasm");
      if (answer.ok) {
        const isKnown = answer.headers.get("content-type")?.startsWith("application/wasm");
        return await (isKnown ? WebAssembly.compileStreaming(answer) : WebAssembly.compile(await answer.arrayBuffer()));
      }
    } catch {
      // A host that does not serve it: the script is left.
    }
  }
  await script("kratos-lint.wasm.js");
  return WebAssembly.compile(decode(globalThis.KRATOS_LINT_WASM));
}

export class Engine {
  constructor() {
    this.waiting = new Map();
    this.next = 1;
    this.program = compiled();
  }

  async worker() {
    if (!this.started) {
      this.started = this.program.then((program) => {
        const address = URL.createObjectURL(new Blob([workerText], { type: "text/javascript" }));
        const worker = new Worker(address);
        worker.postMessage({ program });
        worker.onmessage = ({ data }) => {
          const settle = this.waiting.get(data.id);
          this.waiting.delete(data.id);
          settle?.(data);
        };
        return worker;
      });
    }
    return this.started;
  }

  // Ends the worker; what it was asked gets an answer.
  async restart(why) {
    const worker = await this.started;
    this.started = undefined;
    worker?.terminate();
    for (const settle of this.waiting.values()) settle({ status: 2, stdout: "", stderr: why, milliseconds: LIMIT });
    this.waiting.clear();
  }

  // What comes of `kratos-lint ARGS` on these files.
  async run(args, files, stdin) {
    const worker = await this.worker();
    const id = this.next;
    this.next += 1;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.restart("kratos-lint: it took too long and was ended\n"), LIMIT);
      this.waiting.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      worker.postMessage({ id, args, files, stdin });
    });
  }
}
