/** Starts a program inside the process that is measured, on a core of its own, and hears what it found. */
import { spawn } from "node:child_process";
import { type InsideProgram, insideProgram } from "./agent-build.ts";
import { pinned } from "./pinned.ts";

export interface InsideOptions {
  readonly built: string;
  readonly program: InsideProgram;
  /** Given to the program as JSON. */
  readonly order: object;
  /** Open files it may have; default: as many as we. */
  readonly openFiles?: number;
}

/**
 * What the program says, by its one message.
 * @throws with its last words when it ends without
 */
export async function runInside<Said>({ built, program, order, openFiles }: InsideOptions): Promise<Said> {
  const node = [process.execPath, "--expose-gc", insideProgram(built, program), JSON.stringify(order)];
  const limited = openFiles === undefined ? node : ["prlimit", `--nofile=${openFiles}:${openFiles}`, ...node];
  const [command, words] = pinned(limited, 0);
  const child = spawn(command, words, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  let lastWords = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastWords = `${lastWords}${text}`.slice(-4_000);
  });
  return new Promise((resolve, reject) => {
    let said: Said | undefined;
    child.on("message", (message) => (said = message as Said));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (said === undefined)
        reject(new Error(`${program} ended (${signal ?? code}) without a word:\n${lastWords}`));
      else resolve(said);
    });
  });
}

/** The order a program was started with. The program lives until `tell`, whatever else it waits for. */
export function orderOf<Order>(): Order {
  process.channel?.ref();
  return JSON.parse(process.argv[2] ?? "{}") as Order;
}

/** Says it, and lets the program end. */
export function tell(said: object): Promise<void> {
  return new Promise((resolve, reject) =>
    process.send!(said, (error: Error | null) => {
      if (error !== null) return reject(error);
      process.disconnect();
      resolve();
    }),
  );
}
