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
    return answersOf.parse(JSON.parse(readFileSync(join(folder, "verify.json"), "utf8"))).claims;
  } catch {
    return [];
  }
}

/**
 * What was found of each claim by one verification (`verify.json`), or by the sittings of a page of claims (`claims.json`).
 * @throws {Failure} `usage` when the file is neither
 */
export function answeredInFile(path: string): readonly AnsweredBefore[] {
  try {
    const seen = sittingsOf.parse(JSON.parse(readFileSync(path, "utf8")));
    return ("sittings" in seen ? seen.sittings : [seen]).flatMap(({ claims }) => claims);
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code !== undefined;
    throw new Failure(
      "usage",
      `--skip-decided ${path}: ${isGone ? "there is no such file that can be read" : "this is no verification"}`,
      {
        hint: "give the verify.json of an earlier verification, or docs/claims.json",
      },
    );
  }
}

const answersOf = z.object({
  claims: z.array(z.object({ id: z.string(), status: z.string(), asked: z.string() })),
});
const sittingsOf = z.union([z.object({ sittings: z.array(answersOf) }), answersOf]);

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
