// Runs the program.

import { execFile } from "node:child_process";

/** What a run came to. */
export interface Outcome {
  /** Whether there is a result. */
  isDone: boolean;
  /** The result, or why there is none. */
  text: string;
}

/** Longest time of a run, in milliseconds. */
const PATIENCE = 20_000;
/** Largest output, in bytes. */
const MOST = 32 << 20;

/** Runs the program in a folder. */
export function run(program: string, args: string[], cwd: string, input = ""): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd, timeout: PATIENCE, maxBuffer: MOST, windowsHide: true };
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) {
        resolve({ isDone: true, text: stdout });
      } else {
        const why = stderr.trim() || stdout.trim() || error.message;
        resolve({ isDone: false, text: why });
      }
    });
    // A program that ends before it read everything closes the pipe.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input);
  });
}
