/**
 * A run reduced to what goes wrong in it: `disturbed-run.ts <folder> <guard command as JSON> <name of a group of faults>`.
 * Brings the stage up and an agent beside it, carries all faults of the group out by the real conductor under a real guard,
 * takes all down; says what happens, one JSON document a line. SIGINT breaks it off.
 */
import { join } from "node:path";
import { sleep, systemClock } from "../../../base/clock.ts";
import { Conductor } from "../../../chaos/conductor.ts";
import { startGuard } from "../../../chaos/guard.ts";
import { EndingWatch } from "../../../controller/ending.ts";
import { openFleet } from "../../../controller/open-fleet.ts";
import type { RunRecord } from "../../../controller/record.ts";
import { openStage, preparedStage } from "../../contracts/fault-stage.ts";
import { casesOf, faultGroups } from "../fault-groups.ts";

const [folder = "", command = "[]", name = ""] = process.argv.slice(2);
const group = faultGroups.find((each) => each.name === name);
if (group === undefined) throw new Error(`there is no group of faults called ${name}`);
const say = (kind: string, detail: object = {}) =>
  process.stdout.write(`${JSON.stringify({ kind, ...detail })}\n`);

const guard = await startGuard({ folder, command: JSON.parse(command) });
const prepared = preparedStage(casesOf(group, folder));
const user = new AbortController();
const watch = new EndingWatch(user.signal);
const [stage, fleet] = await Promise.all([
  openStage(prepared, { folder: join(folder, "target"), wards: guard }),
  openFleet({
    ...{ count: 1, wards: guard, watch, token: "disturbed", clock: systemClock },
    self: [process.execPath, "--import", "tsx", "cli/main.ts"],
    record: { event: say } as unknown as RunRecord,
  }),
]);
await stage.target.applyBudgets();
const conductor = new Conductor({
  faults: prepared.cases.flatMap(({ scheduled }) => scheduled),
  ground: stage.ground,
  journal: guard,
  clock: systemClock,
  event: say,
  say() {},
});
watch.signal.addEventListener("abort", () => conductor.stop(watch.early?.because ?? "ended early"));
process.on("SIGINT", () => watch.end({ status: "interrupted", because: "interrupted" }));
guard.onDeath((because) => watch.end({ status: "failed", because: `the guard died: ${because}` }));
stage.relay?.onDeath((because) => watch.end({ status: "failed", because: `the relay died: ${because}` }));
stage.target.onDeath(({ node, because }) =>
  watch.end({ status: "target-died", because: `${node} died: ${because}` }),
);
say("up", {
  guardPid: guard.pid,
  nodes: Object.fromEntries(stage.target.nodes.map((node) => [node.name, node.pid])),
});
let isOver = false;
for (const once of group.traffic) {
  void (async () => {
    while (!isOver) {
      await once(stage.target).catch(() => {});
      await sleep(1);
    }
  })();
}
conductor.start(systemClock.nowMs());
const faults = await conductor.settled();
isOver = true;
fleet.dismiss("the run is over");
await stage.close();
await fleet[Symbol.asyncDispose]();
await guard.allIsWell();
say("over", { faults });
// Requests that are on their way to somebody who is gone keep nobody.
process.exit();
