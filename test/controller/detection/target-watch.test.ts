/** A watch over real files and scripted pages, on a clock that only tests move. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { detectorsOf } from "../../../controller/detection/detectors.ts";
import { noticedIn } from "../../../controller/detection/log-detections.ts";
import { addressBook } from "../../../controller/detection/open-target-watch.ts";
import { TargetWatch } from "../../../controller/detection/target-watch.ts";
import { watchedNodes } from "../../../controller/detection/watched-node.ts";
import type { Detection } from "../../../metrics/detection.ts";
import { targets } from "../../../targets/catalog.ts";
import { membersOf } from "../../../targets/launch/members.ts";
import type { NodeHandle } from "../../../targets/running-target.ts";
import { stage01 } from "../../../targets/stages/stage-01-single-machine.ts";
import { stage08 } from "../../../targets/stages/stage-08-l4-failover.ts";
import { stage12 } from "../../../targets/stages/stage-12-services.ts";
import type { TargetSpec } from "../../../targets/target.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagebench-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const handlesOf = (spec: TargetSpec, more: Partial<NodeHandle> = {}): NodeHandle[] =>
  membersOf(spec).map(
    ({ name, component, tier, zone, cpuMillicores }, index): NodeHandle => ({
      ...{ name, component, tier, zone, cpuMillicores, pid: 0, isRunning: true },
      ...{ address: `127.0.0.1:${20_000 + index}`, logPath: join(folder, `${name}.log`) },
      grip: () => ({ kind: "processes", processes: [], dataFolder: "" }),
      kill: async () => {},
      restart: async () => {},
      ...more,
    }),
  );

interface Watching {
  readonly watch: TargetWatch;
  readonly clock: ManualClock;
  readonly told: Detection[];
  readonly nodes: readonly NodeHandle[];
  say(node: string, text: string): void;
}

function watching(spec: TargetSpec, page: (node: NodeHandle) => Promise<string> = async () => ""): Watching {
  const nodes = handlesOf(spec);
  for (const { logPath } of nodes) writeFileSync(logPath, "what was said before\n");
  const clock = new ManualClock();
  const told: Detection[] = [];
  const watch = new TargetWatch({
    ...{ nodes, clock, page, members: membersOf(spec), addresses: addressBook(nodes, [], undefined) },
    detected: (detection) => told.push(detection),
  });
  return {
    watch,
    clock,
    told,
    nodes,
    say: (node, text) => appendFileSync(join(folder, `${node}.log`), text),
  };
}

const down = "[WARNING]  (1) : Server entry/proxy-1 is DOWN, reason: Layer4 timeout.";

describe("logs", () => {
  test("are read from when the watch was opened, by whole lines, and told at once", async () => {
    const { watch, clock, told, say } = watching(stage08);
    clock.pass(3_000);
    say("l4-1", down.slice(0, 40));
    watch.readLogs();
    expect(told).toEqual([]);
    say("l4-1", `${down.slice(40)}\n`);
    watch.readLogs();
    const detection = { atS: 3, by: "l4-1", source: "health-check", about: ["proxy-1"], isBack: false };
    expect(told).toEqual([expect.objectContaining(detection)]);
    expect((await watch.close()).detections).toEqual(told);
  });

  test("who says the same again at once is heard once, and again later", () => {
    const { watch, clock, told, say } = watching(stage08);
    for (const passMs of [0, 500, 5_000]) {
      clock.pass(passMs);
      say("l4-1", `${down}\n`);
      watch.readLogs();
    }
    expect(told.map(({ atS }) => atS)).toEqual([0, 5.5]);
  });
});

describe("pages", () => {
  test("are summed up; a node that does not answer counts as it did before", async () => {
    let asked = 0;
    const { watch, clock } = watching(stage08, async ({ name }) => {
      asked++;
      if (name === "shop-4" && asked > 4) throw new Error("it stands still");
      return `shop_requests_total{operation="home",status="200",node="${name}"} ${asked > 4 ? 30 : 10}\n`;
    });
    await watch.readPages();
    clock.pass(1_000);
    await watch.readPages();
    expect((await watch.close()).traffic).toEqual([
      { atS: 0, counts: { requests: 0 } },
      { atS: 1, counts: { requests: 60 } },
    ]);
  });
});

describe("who watches whom", () => {
  const watchers = (spec: TargetSpec, about: string, more: Partial<NodeHandle> = {}) =>
    detectorsOf(watchedNodes(handlesOf(spec, more), membersOf(spec)))
      .filter((detector) => detector.about.includes(about))
      .map(({ by, source }) => `${by} ${source}`);

  test("nothing in stage-01 watches its shop, and the shop watches its database", () => {
    expect(watchers(stage01, "shop")).toEqual([]);
    expect(watchers(stage01, "db")).toEqual(["shop log"]);
  });

  test("in stage-08 both proxies watch each shop, balancers the proxies, the replica its primary", () => {
    expect(watchers(stage08, "shop-2")).toEqual(["proxy-1 failed-tries", "proxy-2 failed-tries"]);
    expect(watchers(stage08, "proxy-1")).toEqual(["l4-1 health-check", "l4-2 health-check"]);
    expect(watchers(stage08, "catalog")).toContain("catalog-replica replication");
  });

  test("in stage-12 callers watch services by breakers", () => {
    const service = membersOf(stage12).find(({ component }) => component === "service")!.name;
    expect(watchers(stage12, service).some((watcher) => watcher.endsWith("breaker"))).toBe(true);
  });

  test("the application that searches and the indexer watch the search engine", () => {
    expect(watchers(stage12, "search")).toEqual(["search-app log", "indexer log"]);
  });

  // A fault of which somebody is heard, and who is not in the list, would be told as one that nobody could notice.
  test.each(targets)("in $id whoever can be heard to say something is in the list", (spec) => {
    const nodes = handlesOf(spec);
    const known = watchedNodes(nodes, membersOf(spec));
    const addresses = addressBook(nodes, [], undefined);
    const listed = detectorsOf(known);
    let heard = 0;
    for (const node of known) {
      for (const callee of node.calls) {
        const address = nodes.find(({ name }) => name === callee)!.address;
        const line = JSON.stringify({ level: "error", event: "failed", because: `ECONNREFUSED ${address}` });
        const noticed = noticedIn(line, { node, nodes: known, addresses });
        if (noticed === undefined) continue;
        heard++;
        const its = listed.find(({ by, source }) => by === node.name && source === noticed.source);
        expect(its?.about, `${node.name} says: ${noticed.says}`).toEqual(
          expect.arrayContaining([...noticed.about]),
        );
      }
    }
    expect(heard).toBeGreaterThan(0);
  });

  test("an orchestrator watches those that it would start again", () => {
    expect(watchers(stage01, "shop", { restarts: 0 })).toEqual(["orchestrator orchestrator"]);
  });
});

test("an address leads to its node, and that of a door to whom it leads to", () => {
  const edge = { from: "shop-1", to: "catalog" };
  const relay = { leads: () => true, addressOf: () => "127.0.0.1:9" };
  const shop = { name: "shop-1", address: "127.0.0.1:1", knownAs: "172.30.0.5:80" } as NodeHandle;
  const book = addressBook([shop], [edge], relay);
  expect([...book]).toEqual([
    ["127.0.0.1:1", "shop-1"],
    ["172.30.0.5:80", "shop-1"],
    ["127.0.0.1:9", "catalog"],
  ]);
});
