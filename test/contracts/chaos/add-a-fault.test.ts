/** The example of docs/add-a-fault.md is what it claims to be. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Fault, Ground } from "../../../chaos/fault.ts";
import { mendEntry } from "../../../chaos/fault-keeper.ts";
import { startTicksOf } from "../../../targets/launch/process-identity.ts";
import { codeBlock } from "../../fakes/code-block.ts";

let folder: string;
let child: ChildProcess;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "bench-fault-"));
  child = spawn("sleep", ["60"], { stdio: "ignore" });
  await once(child, "spawn");
});
afterEach(async () => {
  child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

test("doze runs from the page: it is seen when it bites, and gone by its mends", async () => {
  const here = new URL("../../../chaos/", import.meta.url).href;
  const text = codeBlock("docs/add-a-fault.md", "chaos/faults/doze.ts").replaceAll(
    'from "../../',
    `from "${here}`,
  );
  const path = join(folder, "doze.ts");
  await writeFile(path, text);
  const { doze } = (await import(path)) as { doze: Fault };
  const processes = [{ pid: child.pid ?? 0, startTicks: startTicksOf(child.pid ?? 0) }];
  const ground = { node: () => ({ grip: () => ({ kind: "processes", processes }) }) } as unknown as Ground;
  const planned = { id: "doze:shop@1", fault: "doze", nodes: ["shop"], edges: [], atS: 1, forS: 5 };
  const { mends, inject, verify, verifyUndone } = await doze.prepare(planned, ground);
  expect([await verify(), await verifyUndone()]).toEqual([undefined, undefined]);
  await inject(new AbortController().signal);
  await expect.poll(verify).toBe("shop stands still");
  expect(await verifyUndone()).toBe("shop still stands still");
  expect(await mendEntry({ id: planned.id, mends }, 5_000)).toEqual({ problems: [] });
  await expect.poll(verifyUndone).toBeUndefined();
});
