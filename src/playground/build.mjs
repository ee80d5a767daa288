// Bundles the page into a folder: node build.mjs FOLDER. The program lies there already, as kratos-lint.wasm.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2];
mkdirSync(target, { recursive: true });

function files(folder) {
  return readdirSync(folder).sort().flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? files(path) : [path];
  });
}

function project(folder) {
  return Object.fromEntries(files(folder).map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
}

// The projects to start from: the sample of the front page, and the folders of examples/, by their names with blanks.
function examples() {
  const sample = project(join(here, "../../testdata/sample"));
  delete sample["refusal.json"];
  const names = readdirSync(join(here, "examples")).sort();
  return { "Mistakes that Kratos does not report": sample, ...Object.fromEntries(names.map((name) => [name.replaceAll("-", " "), project(join(here, "examples", name))])) };
}

// The releases that the program knows, newest first: asked once here instead of at each visit.
async function versions() {
  const { ConsoleStdout, File, OpenFile, PreopenDirectory, WASI } = await import("@bjorn3/browser_wasi_shim");
  let text = "";
  const out = new ConsoleStdout((bytes) => { text += Buffer.from(bytes).toString(); });
  const folder = new PreopenDirectory("/", new Map([["kratos.yml", new File(Buffer.from("dsn: memory\nidentity: {schemas: []}\n"))]]));
  const descriptors = [new OpenFile(new File([])), out, new ConsoleStdout(() => {}), folder];
  const wasi = new WASI(["kratos-lint", "versions", "--format", "json", "kratos.yml"], [], descriptors, { debug: false });
  const program = await WebAssembly.compile(readFileSync(join(target, "kratos-lint.wasm")));
  wasi.start(await WebAssembly.instantiate(program, { wasi_snapshot_preview1: wasi.wasiImport }));
  return JSON.parse(text).versions.map((row) => row.kratos).reverse();
}

const own = {
  name: "own",
  setup(bundler) {
    bundler.onResolve({ filter: /\?text$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path.slice(0, -5)), namespace: "text" }));
    // The worker is a text of the page: a page from file:// may start no worker from a file.
    bundler.onLoad({ filter: /.*/, namespace: "text" }, async ({ path }) => {
      const made = await build({ entryPoints: [path], bundle: true, minify: true, write: false, format: "iife", target: "es2022" });
      return { contents: made.outputFiles[0].text, loader: "text" };
    });
    bundler.onResolve({ filter: /^\.\/project$/ }, () => ({ path: "project", namespace: "project" }));
    bundler.onLoad({ filter: /.*/, namespace: "project" }, async () => ({
      contents: JSON.stringify({ examples: examples(), versions: await versions() }), loader: "json",
    }));
  },
};

await build({
  entryPoints: [join(here, "main.js")], outfile: join(target, "playground.js"), bundle: true, minify: true, format: "iife",
  target: "es2022", plugins: [own], legalComments: "eof",
});
for (const name of ["index.html", "playground.css"]) copyFileSync(join(here, name), join(target, name));
const program = readFileSync(join(target, "kratos-lint.wasm"));
writeFileSync(join(target, "kratos-lint.wasm.js"), `globalThis.KRATOS_LINT_WASM="${program.toString("base64")}";\n`);
