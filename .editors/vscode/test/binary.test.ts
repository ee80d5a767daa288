import assert from "node:assert/strict";
import { test } from "node:test";
import { find, type Machine } from "../src/binary";

function machine(files: string[], more: Partial<Machine> = {}): Machine {
  return {
    platform: "linux",
    arch: "x64",
    env: { PATH: "/usr/local/bin:/usr/bin" },
    home: "/home/ada",
    isFile: (file) => files.includes(file),
    ...more,
  };
}

const wanted = { setting: "", folders: ["/w"], isTrusted: true };

test("wheel, npm, PATH and homes, in this order", () => {
  const files = [
    "/w/.venv/bin/kratos-lint",
    "/w/node_modules/@kratos-lint/linux-x64/kratos-lint",
    "/usr/bin/kratos-lint",
    "/home/ada/.cargo/bin/kratos-lint",
    "/home/ada/.local/bin/kratos-lint",
  ];
  files.forEach((file, index) => assert.equal(find(wanted, machine(files.slice(index))), file));
  assert.equal(find(wanted, machine([])), undefined);
});

test("the setting wins, and a wrong one is not replaced by a guess", () => {
  const files = ["/opt/k", "/home/ada/k", "/w/tools/k", "/usr/bin/kratos-lint"];
  const of = (setting: string, isTrusted = true) => find({ ...wanted, setting, isTrusted }, machine(files));
  assert.equal(of("/opt/k"), "/opt/k");
  assert.equal(of("~/k"), "/home/ada/k");
  assert.equal(of("tools/k"), "/w/tools/k");
  assert.equal(of("tools/k", false), undefined);
  assert.equal(of("/opt/other"), undefined);
});

test("a workspace that is not trusted brings no program", () => {
  const files = ["/w/.venv/bin/kratos-lint", "/w/node_modules/@kratos-lint/linux-x64/kratos-lint", "bin/kratos-lint"];
  const env = { PATH: "bin:.:/usr/bin" };
  assert.equal(find({ ...wanted, isTrusted: false }, machine(files, { env })), undefined);
});

test("Windows", () => {
  const files = ["C:\\w\\.venv\\Scripts\\kratos-lint.exe", "C:\\tools\\kratos-lint.exe"];
  const windows = { platform: "win32", env: { Path: "C:\\Windows;C:\\tools" }, home: "C:\\Users\\ada" };
  const here = { ...wanted, folders: ["C:\\w"] };
  files.forEach((file, index) => assert.equal(find(here, machine(files.slice(index), windows)), file));
});
