/** Run folders as they are found: whole, missing, half-written, damaged. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import type { SettledSecond } from "../../metrics/timeline-second.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import type { evidenceSchema } from "../../verdict/evidence-schema.ts";
import { judge } from "../../verdict/judge.ts";
import { readRun } from "../../verdict/read-run.ts";
import { books, evidence, tallied, unlimited, without } from "../fakes/evidence.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bench-read-run-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);

async function writeRun(seen: Evidence = evidence()): Promise<void> {
  await write("plan.json", "{}");
  await write("run.json", "{}");
  await write("evidence.json", JSON.stringify(seen));
  const { ledger, found } = books();
  await write("ledger.bin", ledger.bytes());
  await write("found.bin", found.bytes());
}

test("a run is judged from its folder as it was when it was recorded", async () => {
  await writeRun();
  const { evidence: seen, tally } = await readRun(folder);
  expect(seen).toEqual(evidence());
  expect(judge(seen, tally)).toEqual(judge(evidence(), tallied()));
});

test("a limit that was not claimed is not one after reading either", async () => {
  const seen = unlimited(unlimited(evidence(), "p99Ms"), "errorRatio");
  await writeRun(seen);
  expect((await readRun(folder)).evidence.plan.claim).toEqual(seen.plan.claim);
});

test("what was unknown of a second stays unknown", async () => {
  const { slipP99Ms, eventLoopDelayP99Ms, stalledMs, gcPauseMs, agentCpuRatio } =
    evidence().timeline[0]!.health!;
  const health = { slipP99Ms, eventLoopDelayP99Ms, stalledMs, gcPauseMs, agentCpuRatio };
  const { health: _, ...unreported } = evidence().timeline[1]!;
  const timeline = [{ ...evidence().timeline[0]!, health }, unreported];
  await writeRun({ ...evidence(), timeline });
  expect((await readRun(folder)).evidence.timeline).toEqual(timeline);
});

test("a run without books needs no ledger", async () => {
  await write("evidence.json", JSON.stringify(without(evidence(), "correctness")));
  expect((await readRun(folder)).tally).toBeUndefined();
});

test("a final read that broke off may have left no files", async () => {
  await write("evidence.json", JSON.stringify(evidence({ correctness: { isComplete: false } })));
  expect((await readRun(folder)).tally).toBeUndefined();
});

describe("is refused with a sentence", () => {
  test("when the folder does not exist", async () => {
    await expect(readRun(join(folder, "nowhere"))).rejects.toMatchObject({ name: "Failure", kind: "usage" });
  });

  test("when there is no run in it", async () => {
    await expect(readRun(folder)).rejects.toMatchObject({
      kind: "usage",
      message: expect.stringContaining("there is no run in"),
    });
  });

  test("when the run broke off before its evidence was written", async () => {
    await write("plan.json", "{}");
    await expect(readRun(folder)).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringContaining("is incomplete"),
    });
  });

  test("when the evidence was cut short by a full disk", async () => {
    await write("evidence.json", JSON.stringify(evidence()).slice(0, 500));
    await expect(readRun(folder)).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringContaining("is not JSON"),
    });
  });

  test("when it was recorded by a later version", async () => {
    await write("evidence.json", JSON.stringify({ ...evidence(), schemaVersion: 2 }));
    await expect(readRun(folder)).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringContaining("schemaVersion 2"),
    });
  });

  test("with all that is wrong with the evidence at once", async () => {
    const { load: _, ...rest } = evidence();
    await write(
      "evidence.json",
      JSON.stringify({ ...rest, seed: "seven", ending: { ...rest.ending, status: "odd" } }),
    );
    const failure = await readRun(folder).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      kind: "environment",
      problems: [
        expect.stringMatching(/^seed: /),
        expect.stringMatching(/^load: /),
        expect.stringMatching(/^ending\.status: /),
      ],
    });
  });

  test("when a second does not say what came of its requests, as older evidence does not", async () => {
    const [{ outcomes: _, response: __, ...older }, ...others] = evidence().timeline as [SettledSecond];
    await write("evidence.json", JSON.stringify({ ...evidence(), timeline: [older, ...others] }));
    await expect(readRun(folder)).rejects.toMatchObject({
      kind: "environment",
      problems: [
        expect.stringMatching(/^timeline\.0\.outcomes: /),
        expect.stringMatching(/^timeline\.0\.response: /),
      ],
    });
  });

  test("when a histogram is damaged", async () => {
    const [first, ...others] = evidence().timeline;
    const damaged = { ...first, response: first!.response.slice(0, 20) };
    await write("evidence.json", JSON.stringify({ ...evidence(), timeline: [damaged, ...others] }));
    await expect(readRun(folder)).rejects.toMatchObject({
      problems: [expect.stringMatching(/^timeline\.0\.response: is not an HDR histogram/)],
    });
  });

  test.each(["ledger.bin", "found.bin"])("when %s is gone although the books were read", async (name) => {
    await writeRun();
    await rm(join(folder, name));
    await expect(readRun(folder)).rejects.toMatchObject({
      kind: "environment",
      message: expect.stringContaining(name),
    });
  });
});

test("the schema describes evidence, no more and no less", () => {
  expectTypeOf<z.infer<typeof evidenceSchema>>().toExtend<Evidence>();
  expectTypeOf<keyof z.infer<typeof evidenceSchema>>().toEqualTypeOf<keyof Evidence>();
});
