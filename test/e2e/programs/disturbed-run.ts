/**
 * A run reduced to what goes wrong in it: `disturbed-run.ts <folder> <guard command as JSON> <number of a fault case>
 * <seconds>`: how long the fault lasts, where it lasts at all. Brings the stage up, carries the fault out by the real conductor under a real guard, takes all down; says what
 * happens, one JSON document a line. SIGINT breaks it off.
 */
import { join } from "node:path";
import { systemClock } from "../../../base/clock.ts";
import { Conductor } from "../../../chaos/conductor.ts";
import { startGuard } from "../../../chaos/guard.ts";
import { openStage, preparedStage } from "../../contracts/fault-stage.ts";
import { faultCases } from "../../contracts/faults-to-try.ts";

const [folder = "", command = "[]", number = "", forS = ""] = process.argv.slice(2);
const chosen = faultCases[Number(number)];
if (chosen === undefined) throw new Error(`there is no fault case ${number}`);
const say = (kind: string, detail: object = {}) =>
  process.stdout.write(`${JSON.stringify({ kind, ...detail })}\n`);

const guard = await startGuard({ folder, command: JSON.parse(command) });
const prepared = preparedStage([{ ...chosen, word: chosen.word.replace(/\+.*$/, `+${forS}`) }]);
const stage = await openStage(prepared, { folder: join(folder, "target"), wards: guard });
await stage.target.applyBudgets();
say("up", {
  guardPid: guard.pid,
  nodes: Object.fromEntries(stage.target.nodes.map(({ name, pid }) => [name, pid])),
});
const conductor = new Conductor({
  faults: prepared.cases.flatMap(({ scheduled }) => scheduled),
  ground: stage.ground,
  journal: guard,
  clock: systemClock,
  event: say,
  say() {},
});
process.on("SIGINT", () => conductor.stop("interrupted"));
guard.onDeath((because) => conductor.stop(`the guard died: ${because}`));
stage.target.onDeath(({ node, because }) => conductor.stop(`${node} died: ${because}`));
let isOver = false;
void (async () => {
  while (!isOver) {
    await chosen.whileInjected?.(stage.target).catch(() => {});
    await new Promise((done) => setTimeout(done, 1));
  }
})();
conductor.start(systemClock.nowMs());
const faults = await conductor.settled();
isOver = true;
await stage.close();
await guard.allIsWell();
say("over", { faults });
