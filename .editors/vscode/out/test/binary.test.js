"use strict";
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: true }) : target,
  mod
));

// test/binary.test.ts
var import_strict = __toESM(require("node:assert/strict"));
var import_node_test = require("node:test");

// src/binary.ts
var path = __toESM(require("node:path"));
function find(wanted2, machine2) {
  const { env, platform } = machine2;
  const isWindows = platform === "win32";
  const { join, delimiter, isAbsolute } = isWindows ? path.win32 : path.posix;
  const name = isWindows ? "kratos-lint.exe" : "kratos-lint";
  if (wanted2.setting !== "") {
    return ofSetting(wanted2, machine2, join, isAbsolute);
  }
  const scripts = isWindows ? "Scripts" : "bin";
  const places = [];
  if (wanted2.isTrusted) {
    for (const folder of wanted2.folders) {
      for (const environment of [".venv", "venv", ".env"]) {
        places.push(join(folder, environment, scripts));
      }
      places.push(join(folder, "node_modules", "@kratos-lint", `${platform}-${machine2.arch}`));
    }
  }
  if (env["VIRTUAL_ENV"]) {
    places.push(join(env["VIRTUAL_ENV"], scripts));
  }
  const ofPath = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((place) => isAbsolute(place));
  places.push(...ofPath, join(machine2.home, ".cargo", "bin"), join(machine2.home, ".local", "bin"));
  return places.map((place) => join(place, name)).find((file) => machine2.isFile(file));
}
function ofSetting(wanted2, machine2, join, isAbsolute) {
  const written = wanted2.setting.replace(/^~(?=[/\\])/, machine2.home);
  if (isAbsolute(written)) {
    return machine2.isFile(written) ? written : void 0;
  }
  const files = wanted2.isTrusted ? wanted2.folders.map((folder) => join(folder, written)) : [];
  return files.find((file) => machine2.isFile(file));
}

// test/binary.test.ts
function machine(files, more = {}) {
  return {
    platform: "linux",
    arch: "x64",
    env: { PATH: "/usr/local/bin:/usr/bin" },
    home: "/home/ada",
    isFile: (file) => files.includes(file),
    ...more
  };
}
var wanted = { setting: "", folders: ["/w"], isTrusted: true };
(0, import_node_test.test)("wheel, npm, PATH and homes, in this order", () => {
  const files = [
    "/w/.venv/bin/kratos-lint",
    "/w/node_modules/@kratos-lint/linux-x64/kratos-lint",
    "/usr/bin/kratos-lint",
    "/home/ada/.cargo/bin/kratos-lint",
    "/home/ada/.local/bin/kratos-lint"
  ];
  files.forEach((file, index) => import_strict.default.equal(find(wanted, machine(files.slice(index))), file));
  import_strict.default.equal(find(wanted, machine([])), void 0);
});
(0, import_node_test.test)("the setting wins, and a wrong one is not replaced by a guess", () => {
  const files = ["/opt/k", "/home/ada/k", "/w/tools/k", "/usr/bin/kratos-lint"];
  const of = (setting, isTrusted = true) => find({ ...wanted, setting, isTrusted }, machine(files));
  import_strict.default.equal(of("/opt/k"), "/opt/k");
  import_strict.default.equal(of("~/k"), "/home/ada/k");
  import_strict.default.equal(of("tools/k"), "/w/tools/k");
  import_strict.default.equal(of("tools/k", false), void 0);
  import_strict.default.equal(of("/opt/other"), void 0);
});
(0, import_node_test.test)("a workspace that is not trusted brings no program", () => {
  const files = ["/w/.venv/bin/kratos-lint", "/w/node_modules/@kratos-lint/linux-x64/kratos-lint", "bin/kratos-lint"];
  const env = { PATH: "bin:.:/usr/bin" };
  import_strict.default.equal(find({ ...wanted, isTrusted: false }, machine(files, { env })), void 0);
});
(0, import_node_test.test)("Windows", () => {
  const files = ["C:\\w\\.venv\\Scripts\\kratos-lint.exe", "C:\\tools\\kratos-lint.exe"];
  const windows = { platform: "win32", env: { Path: "C:\\Windows;C:\\tools" }, home: "C:\\Users\\ada" };
  const here = { ...wanted, folders: ["C:\\w"] };
  files.forEach((file, index) => import_strict.default.equal(find(here, machine(files.slice(index), windows)), file));
});
