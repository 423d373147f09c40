/** What is written down about a target that is left running, so that orders can be given to it later on. */
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure, sentenceOf } from "../../../base/failure.ts";
import type { TargetSpec } from "../../target.ts";
import type { MakerState } from "./container-maker.ts";

/** Plain data: what a declaration offers besides, its variants, stays with the declaration. */
export interface Attachment extends MakerState {
  readonly runId: string;
  readonly spec: Omit<TargetSpec, "variants">;
  readonly subnet: string;
  /** Gone when the target goes. */
  readonly temporary: string;
  readonly hasBudgets: boolean;
}

const fileIn = (folder: string) => join(folder, "attachment.json");

/** Whole or not at all. */
export async function writeAttachment(folder: string, attachment: Attachment): Promise<void> {
  const { runId, subnet, temporary, hasBudgets, members, places, services } = attachment;
  const { variants: _, ...spec } = attachment.spec as TargetSpec;
  const written = { runId, subnet, temporary, hasBudgets, spec, members, places, services };
  const draft = `${fileIn(folder)}.draft`;
  await writeFile(draft, `${JSON.stringify(written, null, 2)}\n`);
  await rename(draft, fileIn(folder));
}

/** @throws {Failure} `environment` when it is not there, or another run's */
export async function readAttachment(folder: string, runId: string): Promise<Attachment> {
  try {
    const read = JSON.parse(await readFile(fileIn(folder), "utf8")) as Attachment;
    if (read.runId !== runId) throw new Error(`it is of run ${read.runId}`);
    return read;
  } catch (cause) {
    throw new Failure(
      "environment",
      `what is needed to give orders to it is not there: ${sentenceOf(cause)}`,
      {
        hint: `its file is ${fileIn(folder)}; without it the target can only be taken down`,
        cause,
      },
    );
  }
}
