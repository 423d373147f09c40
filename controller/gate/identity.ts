/** What exactly was run, as digests: noted in run.json, so that a later comparison knows whether it was the same. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { shopProgram } from "../../targets/launch/shop-program.ts";
import { chosenTarget, type RunRequest } from "../plan.ts";

export interface Identity {
  /** Of the user's own scenario file. */
  readonly scenario?: string;
  /** Of the stage as it was chosen. */
  readonly declaration?: string;
  /** Of every file of the shop; absent for somebody's own system, of which we see nothing. */
  readonly program?: string;
}

export function identityOf({ target, scenarioFile }: RunRequest): Identity {
  return {
    ...(scenarioFile !== undefined && { scenario: digest(readFileSync(scenarioFile)) }),
    ...(target.kind === "stage" && {
      declaration: digest(JSON.stringify(chosenTarget(target).spec)),
      program: programDigest(dirname(shopProgram().args.at(-1) ?? "")),
    }),
  };
}

/** Of names and contents, in the order of the names. */
export function programDigest(folder: string): string {
  const hash = createHash("sha256");
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.(js|ts|sql|json|proto)$/.test(entry.name) && !entry.name.endsWith(".d.ts"),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  for (const name of names)
    hash.update(name.slice(folder.length)).update("\0").update(readFileSync(name)).update("\0");
  return shortened(hash.digest("hex"));
}

export const digest = (content: string | Uint8Array): string =>
  shortened(createHash("sha256").update(content).digest("hex"));

/** Enough to tell two apart: 64 bits. */
const shortened = (hex: string): string => hex.slice(0, 16);
