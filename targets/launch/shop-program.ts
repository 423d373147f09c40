/** How to start the shop, which is a stranger to us: a program beside our own, run from source as long as we are. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Failure } from "../../base/failure.ts";

export interface ShopProgram {
  readonly command: string;
  /** Goes before the shop's own words. */
  readonly args: readonly string[];
}

/** The shop next to this file: `targets/shop/main.ts` under tsx, or its compiled form under plain Node. */
export function shopProgram(ourUrl: string = import.meta.url): ShopProgram {
  const extension = extname(fileURLToPath(ourUrl));
  const main = fileURLToPath(new URL(`../shop/main${extension}`, ourUrl));
  if (extension !== ".ts") return { command: process.execPath, args: [main] };
  const tsx = pathToFileURL(createRequire(ourUrl).resolve("tsx")).href;
  return { command: process.execPath, args: ["--import", tsx, main] };
}

/**
 * The digest of the shop's schema and seed: seeded data is reused as long as it stays the same.
 * @throws {Failure} `target` when the shop does not say
 */
export async function seedDigest(shop: ShopProgram, signal: AbortSignal): Promise<string> {
  const child = spawn(shop.command, [...shop.args, "seed-digest"], {
    stdio: ["ignore", "pipe", "pipe"],
    signal: AbortSignal.any([signal, AbortSignal.timeout(20_000)]),
  });
  let said = "";
  let complained = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complained += text));
  const code = await new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (exitCode, exitSignal) => resolve(exitCode ?? exitSignal ?? "unknown"));
  });
  signal.throwIfAborted();
  const digest = said.trim();
  if (code === 0 && /^[\w-]{6,80}$/.test(digest)) return digest;
  throw new Failure("target", `the shop did not say the digest of its seed (it ended with ${code})`, {
    hint: complained.trim().split("\n").slice(-10).join("\n") || `it said ${JSON.stringify(digest)}`,
  });
}
