#!/usr/bin/env node
// Runs the binary of the package for this system, with the same arguments, input, output and status.
"use strict";

const { spawnSync } = require("child_process");

const name = `@kratos-lint/${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "kratos-lint.exe" : "kratos-lint";

let binary;
try {
  binary = require.resolve(`${name}/${file}`);
} catch {
  console.error(`kratos-lint: the package ${name} is not installed.`);
  console.error("Either there is no binary for this system, or npm ran with --omit=optional or --no-optional.");
  process.exit(2);
}
const done = spawnSync(binary, process.argv.slice(2), { stdio: "inherit", windowsHide: true });
if (done.error) {
  console.error(`kratos-lint: ${done.error.message}`);
  process.exit(2);
}
if (done.signal) {
  process.kill(process.pid, done.signal);
}
process.exit(done.status === null ? 2 : done.status);
