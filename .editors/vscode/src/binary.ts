// Where the program is.

import * as path from "node:path";

/** What is asked of the machine. */
export interface Machine {
  platform: string;
  arch: string;
  env: Record<string, string | undefined>;
  home: string;
  isFile(file: string): boolean;
}

/** Where to look. */
export interface Wanted {
  /** The setting; empty when nothing is set. */
  setting: string;
  /** The folders of the workspace. */
  folders: string[];
  /** Whether programs of the workspace may be started. */
  isTrusted: boolean;
}

/**
 * The program: that of the setting, of a wheel in a virtual environment of the workspace, of a npm package there, of `PATH`, or
 * of a folder into which installers put programs without a word. `undefined` when there is none.
 */
export function find(wanted: Wanted, machine: Machine): string | undefined {
  const { env, platform } = machine;
  const isWindows = platform === "win32";
  const { join, delimiter, isAbsolute } = isWindows ? path.win32 : path.posix;
  const name = isWindows ? "kratos-lint.exe" : "kratos-lint";
  if (wanted.setting !== "") {
    return ofSetting(wanted, machine, join, isAbsolute);
  }
  const scripts = isWindows ? "Scripts" : "bin";
  const places: string[] = [];
  if (wanted.isTrusted) {
    for (const folder of wanted.folders) {
      for (const environment of [".venv", "venv", ".env"]) {
        places.push(join(folder, environment, scripts));
      }
      // Without the script of node around it, which would take the time of its start.
      places.push(join(folder, "node_modules", "@kratos-lint", `${platform}-${machine.arch}`));
    }
  }
  if (env["VIRTUAL_ENV"]) {
    places.push(join(env["VIRTUAL_ENV"], scripts));
  }
  // A relative entry would mean the workspace.
  const ofPath = (env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter((place) => isAbsolute(place));
  places.push(...ofPath, join(machine.home, ".cargo", "bin"), join(machine.home, ".local", "bin"));
  return places.map((place) => join(place, name)).find((file) => machine.isFile(file));
}

/** The file that a setting means: `~` is the home, and what is relative is in the first folder. */
function ofSetting(
  wanted: Wanted,
  machine: Machine,
  join: (...parts: string[]) => string,
  isAbsolute: (path: string) => boolean,
): string | undefined {
  const written = wanted.setting.replace(/^~(?=[/\\])/, machine.home);
  if (isAbsolute(written)) {
    return machine.isFile(written) ? written : undefined;
  }
  const files = wanted.isTrusted ? wanted.folders.map((folder) => join(folder, written)) : [];
  return files.find((file) => machine.isFile(file));
}
