// Runs the program kratos-lint, compiled to WebAssembly, on files in memory. A message asks for one run:
//   {id, args, files: {name: text}, stdin}  ->  {id, status, stdout, stderr, milliseconds}
// The first message brings the program itself: {program: WebAssembly.Module}.
import { ConsoleStdout, Directory, File, OpenFile, PreopenDirectory, WASI } from "@bjorn3/browser_wasi_shim";

const encoder = new TextEncoder();
let program;

// Folders of the WASI shim from names with slashes.
function folderOf(files) {
  const root = new Map();
  for (const [name, text] of Object.entries(files)) {
    const parts = name.split("/").filter((part) => part && part !== "." && part !== "..");
    const last = parts.pop();
    if (!last) continue;
    let here = root;
    for (const part of parts) {
      if (!(here.get(part) instanceof Directory)) here.set(part, new Directory(new Map()));
      here = here.get(part).contents;
    }
    here.set(last, new File(encoder.encode(text)));
  }
  return root;
}

function collector() {
  const chunks = [];
  const decoder = new TextDecoder();
  return {
    fd: new ConsoleStdout((bytes) => chunks.push(decoder.decode(bytes, { stream: true }))),
    text: () => chunks.join("") + decoder.decode(),
  };
}

async function run({ args, files, stdin }) {
  const start = performance.now();
  const out = collector();
  const err = collector();
  const input = new OpenFile(new File(encoder.encode(stdin || "")));
  const wasi = new WASI(["kratos-lint", ...args], [], [input, out.fd, err.fd, new PreopenDirectory("/", folderOf(files))], { debug: false });
  let status;
  try {
    const instance = await WebAssembly.instantiate(program, { wasi_snapshot_preview1: wasi.wasiImport });
    status = wasi.start(instance);
  } catch (error) {
    // The stack of a browser is small, and a trap ends the program; the next run begins anew.
    status = 2;
    err.fd.fd_write(encoder.encode(`kratos-lint: this is too much for the browser (${error.message})\n`));
  }
  return { status, stdout: out.text(), stderr: err.text(), milliseconds: performance.now() - start };
}

self.onmessage = async ({ data }) => {
  if (data.program) {
    program = data.program;
    return;
  }
  try {
    self.postMessage({ id: data.id, ...(await run(data)) });
  } catch (error) {
    self.postMessage({ id: data.id, status: 2, stdout: "", stderr: String(error), milliseconds: 0 });
  }
};
