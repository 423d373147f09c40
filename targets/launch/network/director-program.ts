/** How to start a layer-4 node's own program: beside this file, from source as long as we are. */
import { createRequire } from "node:module";
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export function directorProgram(ourUrl: string = import.meta.url): {
  readonly command: string;
  readonly args: readonly string[];
} {
  const extension = extname(fileURLToPath(ourUrl));
  const main = fileURLToPath(new URL(`director/main${extension}`, ourUrl));
  if (extension !== ".ts") return { command: process.execPath, args: [main] };
  const tsx = pathToFileURL(createRequire(ourUrl).resolve("tsx")).href;
  return { command: process.execPath, args: ["--import", tsx, main] };
}
