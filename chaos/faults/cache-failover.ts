/** A Redis is lost, and one that followed it takes its place without what was written last: nobody is told. */
import { sleep } from "../../base/clock.ts";
import { secondsIn } from "../../load/seconds-in.ts";
import { infoOf } from "../cache/page-keys.ts";
import { rounded } from "../cache/stampede.ts";
import { Standby } from "../cache/standby.ts";
import { WriteMarks } from "../cache/write-marks.ts";
import type { Fault } from "../fault.ts";
import { isListening } from "../listening.ts";
import { withRedis } from "../stores/redis.ts";

/** Starting a second Redis and letting it follow takes well under a second; under a CPU budget longer. */
const FOLLOW_S = 3;
const LONGEST_S = 30;
/** Of the writes that were to be lost, by their own marks. */
const LEAST_RATIO = 0.5;

export const cacheFailover: Fault = {
  name: "cache-failover",
  does: "ends a Redis at once; a second one that had followed it takes its place and lacks what was written last",
  place: "node",
  only: { what: "a Redis", fits: ({ component }) => component === "redis" },
  value: { means: "how long before the end the second one stops to hear of writes", usual: "1s" },
  lasts: "once",
  undo: "compensable",
  plan: ({ value = "", nodes: [name] }, { launcher, network }) => {
    const lostS = secondsIn(value);
    return {
      mechanism: "a second redis-server, cut off; SIGKILL to the first; REPLICAOF NO ONE and CONFIG SET port",
      problems: [
        ...(lostS === undefined || !(lostS > 0 && lostS <= LONGEST_S)
          ? [`"${value}" is not a time up to ${LONGEST_S} s; write for example cache-failover=1s`]
          : []),
        ...(launcher === "processes"
          ? []
          : ["the second Redis is a process of this machine; use --launcher processes"]),
        ...(network === "loopback"
          ? []
          : ["the second Redis would not be in the node's network; use --network loopback"]),
      ],
      takes: [`state of ${name}`, `pages of ${name}`],
    };
  },
  leadS: ({ value = "" }) => FOLLOW_S + (secondsIn(value) ?? 0),
  async prepare(planned, { clock, node, outlook, dueAtMs }) {
    const [name = ""] = planned.nodes;
    const victim = node(name);
    const lostS = secondsIn(planned.value ?? "") ?? 0;
    const isDurable = outlook.members.find((member) => member.name === name)?.settings.keeps === "carts";
    const before = await serverAt(victim.address);
    if (before.role !== "master") throw new Error(`${name} is a ${before.role}, and nobody writes to it`);
    const marks = new WriteMarks(victim.address, clock);
    let down: { readonly fromMs: number; readonly forMs: number } | undefined;
    return {
      // Whoever clears up after us takes the whole target down, and with it the one that took over.
      mends: [],
      async inject(signal) {
        const standby = await Standby.follow({ node: victim, isDurable, clock }, signal);
        try {
          marks.start();
          const endMs = Math.max(dueAtMs ?? 0, clock.nowMs() + lostS * 1_000);
          await sleep(endMs - lostS * 1_000 - clock.nowMs(), signal, clock);
          await standby.cutOff();
          await sleep(Math.max(0, endMs - clock.nowMs()), signal, clock);
          const fromMs = clock.nowMs();
          await victim.kill();
          await marks.stop();
          await standby.takeOver(signal);
          down = { fromMs, forMs: clock.nowMs() - fromMs };
        } catch (error) {
          await marks.stop();
          standby.end();
          throw error;
        }
      },
      async verify() {
        if (down === undefined) return undefined;
        const [now, lost] = await Promise.all([serverAt(victim.address), marks.lost()]);
        if (now.runId === before.runId || now.role !== "master" || lost === undefined) return undefined;
        if (lost.forMs < LEAST_RATIO * lostS * 1_000) return undefined;
        return (
          `another server is at ${victim.address}, and lacks ${lost.marks} of ${marks.acknowledged} marks that had been acknowledged: ` +
          `the writes of the last ${(lost.forMs / 1_000).toFixed(1)} s`
        );
      },
      async undo(signal) {
        await marks.stop();
        if (!victim.isRunning) await victim.restart(signal);
      },
      async verifyUndone() {
        if (!victim.isRunning || !(await isListening(victim.address))) return `${name} is down`;
        const { role } = await serverAt(victim.address);
        return role === "master" ? undefined : `${name} is a ${role}, and takes no writes`;
      },
      async account() {
        const lost = await marks.lost();
        if (lost === undefined || down === undefined) throw new Error(`${victim.address} did not answer`);
        await marks.remove();
        const { forMs } = down;
        return {
          sentence: `nobody was there for ${Math.round(forMs)} ms (the failover is ordered; nobody had to notice)`,
          figures: {
            lostWritesS: rounded(lost.forMs / 1_000),
            lostMarks: lost.marks,
            downMs: Math.round(forMs),
          },
        };
      },
    };
  },
};

async function serverAt(
  address: string,
): Promise<{ readonly runId: string | undefined; readonly role: string }> {
  return withRedis(address, async (redis) => ({
    runId: await infoOf(redis, "server", "run_id"),
    role: (await infoOf(redis, "replication", "role")) ?? "unknown",
  }));
}
