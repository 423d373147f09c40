/** Folders of finished runs as a controller leaves them, made of `evidence()`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hlogHeader, hlogLine } from "../../metrics/hlog.ts";
import { Latency } from "../../metrics/latency.ts";
import type { Evidence } from "../../verdict/evidence.ts";
import { books, evidence, responses, type Spoiling } from "./evidence.ts";

export const planOfRun = {
  scenario: "flash-sale",
  target: "stage-08",
  launcher: "processes",
  ...{
    ratePerS: 400,
    durationS: 10,
    warmupS: 5,
    agents: 2,
    connectionsPerAgent: 64,
    requestTimeoutMs: 10_000,
  },
  ...{ load: "a curve", phases: [], sender: "wire", data: { items: 1 }, variants: { strategy: "F8" } },
  exercise: { rounds: 3, roundS: 4, ratePerS: 400 },
};

export const aboutRun = {
  bench: "0.1.0",
  node: "v20.20.2",
  host: { cpu: "a processor", cores: 2, memoryBytes: 2 ** 34, kernel: "6.1.0", platform: "linux" },
  identity: { declaration: "d1", program: "p1" },
};

export interface RunMade {
  /** Of every request. */
  readonly ms?: number;
  readonly spoiling?: Spoiling<Evidence>;
  /** Of plan.json. */
  readonly plan?: object;
  /** Of run.json. */
  readonly about?: object;
}

/** What the agents of such a run would have left, all requests under one operation. */
function logOf(id: string, { timeline, plan, startedAt }: Evidence): string {
  const lines = timeline.flatMap(({ atS, response }) => {
    const latency = Latency.decode(response);
    const both = ["response", "service"].map((kind) =>
      hlogLine(`seckill_try.${kind}`, plan.warmupS + atS, 1, latency),
    );
    latency.release();
    return both;
  });
  return [hlogHeader(Date.parse(startedAt), [` of ${id}`]), ...lines].join("");
}

/** The folder of one finished run below `runs`. */
export function runFolder(
  runs: string,
  id: string,
  { ms = 40, spoiling = {}, plan, about }: RunMade = {},
): string {
  const folder = join(runs, id);
  mkdirSync(join(folder, "intervals"), { recursive: true });
  const responseMs = { p50: ms, p90: ms, p95: ms, p99: ms, p999: ms, max: ms };
  const response = responses(400, ms);
  const timeline = evidence().timeline.map((second) => ({ ...second, response }));
  const seen = evidence({ runId: id, overall: { responseMs }, timeline, ...spoiling } as Spoiling<Evidence>);
  const { ledger, found } = books();
  const files: Readonly<Record<string, string | Uint8Array>> = {
    "plan.json": JSON.stringify({ ...planOfRun, ...plan }),
    "run.json": JSON.stringify({ ...aboutRun, ...about }),
    "evidence.json": JSON.stringify(seen),
    "intervals/fleet.hlog": logOf(id, seen),
    "ledger.bin": ledger.bytes(),
    "found.bin": found.bytes(),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
