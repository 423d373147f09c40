/** The folder of a verification: a new one, or one to go on in. What it held before is kept beside what comes. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Failure } from "../base/failure.ts";
import type { AnsweredBefore } from "../controller/verify/needed-no-more.ts";

/** @throws {Failure} `usage` when the folder holds a verification that is not meant to go on */
export function openVerifyFolder(folder: string, isGoingOn: boolean): void {
  if (existsSync(join(folder, "verify.json"))) {
    if (!isGoingOn)
      throw new Failure("usage", `${folder} holds a verification already`, {
        hint: "give another folder with --out, or --reuse to go on with what was made for it",
      });
    keepFormer(folder);
  }
  mkdirSync(folder, { recursive: true });
}

/** What an earlier sitting in this folder found of each claim; nothing where there was none, or it cannot be read. */
export function answeredIn(folder: string): readonly AnsweredBefore[] {
  try {
    const { claims } = JSON.parse(readFileSync(join(folder, "verify.json"), "utf8"));
    return z.array(z.object({ id: z.string(), status: z.string(), asked: z.string() })).parse(claims);
  } catch {
    return [];
  }
}

/** Whole or not at all. */
export function writeInto(folder: string, name: string, content: string): void {
  const path = join(folder, name);
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}

/** With another program, or another choice of claims, less may come of it than there was, and nothing of that is lost. */
function keepFormer(folder: string): void {
  const id = idIn(join(folder, "verify.json"));
  for (const kind of ["json", "txt"]) {
    const path = join(folder, `verify.${kind}`);
    if (existsSync(path)) copyFileSync(path, join(folder, `${id}.${kind}`));
  }
}

/** Its own, or `verify-before` where it cannot be read. */
function idIn(path: string): string {
  try {
    const { id } = JSON.parse(readFileSync(path, "utf8"));
    if (typeof id === "string" && /^\d{8}T[\w.-]+$/.test(id)) return id;
  } catch {
    // Damaged: kept all the same.
  }
  return "verify-before";
}
