/** How to start the known-latency server, which is a stranger to us: run from source as long as we are. */
import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Command and first words; the server's behaviour goes after them. */
export function serverProgram(ourUrl: string = import.meta.url): {
  readonly command: string;
  readonly args: readonly string[];
} {
  const extension = extname(fileURLToPath(ourUrl));
  const main = fileURLToPath(new URL(`../../targets/known-latency/main${extension}`, ourUrl));
  if (extension !== ".ts") return { command: process.execPath, args: [main] };
  const tsx = pathToFileURL(createRequire(ourUrl).resolve("tsx")).href;
  return { command: process.execPath, args: ["--import", tsx, main] };
}
