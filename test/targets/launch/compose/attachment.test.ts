import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type Attachment,
  readAttachment,
  writeAttachment,
} from "../../../../targets/launch/compose/attachment.ts";
import { membersOf } from "../../../../targets/launch/members.ts";
import { stage14 } from "../../../../targets/stages/stage-14-containers.ts";
import type { TargetSpec } from "../../../../targets/target.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagebench-attachment-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const attachment: Attachment = {
  ...{
    runId: "r1",
    spec: stage14 as TargetSpec,
    subnet: "10.64.0.0/24",
    temporary: "/tmp/x",
    hasBudgets: true,
  },
  members: membersOf(stage14 as TargetSpec),
  places: { dns: { port: 20_000, ipv4: "10.64.0.10", publishedAt: "127.0.0.1" } },
  services: [],
};

test("what is written is what is read, but for the variants, which are no data", async () => {
  await writeAttachment(folder, attachment);
  const { variants: _, ...spec } = stage14;
  const read = await readAttachment(folder, "r1");
  expect(read).toEqual({ ...attachment, spec });
  expect(readdirSync(folder)).toEqual(["attachment.json"]);
});

test("it is a failure of the environment when it is not there, or of another run", async () => {
  const failure = { kind: "environment", hint: expect.stringContaining("attachment.json") };
  await expect(readAttachment(folder, "r1")).rejects.toMatchObject(failure);
  await writeAttachment(folder, attachment);
  await expect(readAttachment(folder, "r2")).rejects.toMatchObject(failure);
});
