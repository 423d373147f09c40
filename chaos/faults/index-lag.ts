/** Search finds what the catalogue was a while ago: the stream of its changes reaches the indexer late. */
import { randomInt } from "node:crypto";
import { sleep } from "../../base/clock.ts";
import { secondsIn } from "../../load/seconds-in.ts";
import type { Edge, Fault, FaultAccount, Ground, Outlook } from "../fault.ts";
import { performMend } from "../mend.ts";
import { latenessIn } from "../relay/relay-control.ts";
import { relayProblems } from "../relay/relayable.ts";
import { type ChangeSeen, SearchLag } from "../search-lag.ts";
import { untilDue } from "../until-due.ts";

const LEAD_S = 3;
const BASELINE_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 50;
/** Nobody will find a change that was not found for so long, beyond the lag that was asked for. */
const GIVEN_UP_MS = 2_000;
/** Longer than anybody would wait for a shelf to be in order. Our choice. */
const MOST_S = 60;

export const indexLag: Fault = {
  name: "index-lag",
  does: "delays the changes of the catalogue on their way to the indexer, so that search finds what was",
  place: "target",
  value: { means: "how late they come", usual: "2s" },
  lasts: "while",
  undo: "reversible",
  plan({ value = "" }, outlook) {
    const edge = streamOf(outlook);
    const lagS = secondsIn(value);
    const problems: string[] = [];
    if (lagS === undefined || lagS <= 0 || lagS > MOST_S)
      problems.push(`"${value}" is not a time above 0 s and up to ${MOST_S} s; write for example 2s`);
    if (edge === undefined)
      problems.push(
        "no index is fed by changes here: from stage-10 on there is one, with --variant search=engine",
      );
    else problems.push(...relayProblems([edge], outlook));
    return {
      mechanism: edge === undefined ? "the relay" : `delay on ${edge.from}>${edge.to} by the relay`,
      problems,
      ...(edge !== undefined && { edges: [edge], takes: ["the change stream"] }),
    };
  },
  leadS: () => LEAD_S,
  async prepare({ id, value = "" }, ground) {
    const { relay, target, outlook, clock } = ground;
    const edge = streamOf(outlook);
    if (relay === undefined || edge === undefined)
      throw new Error("the change stream does not lead through the relay");
    const lagMs = (secondsIn(value) ?? 0) * 1_000;
    const lag = await SearchLag.of({
      url: target.entryUrls[0]!,
      itemId: outlook.spec?.data.items ?? 1,
      nowMs: () => clock.nowMs(),
      newWord: randomWord,
    });
    const before = await usualLag(lag, ground);
    await performMend(lag.mend, AbortSignal.timeout(BASELINE_LIMIT_MS));
    const isOld = (seen: ChangeSeen) => seen.lagMs >= lagMs / 2 && seen.lagMs >= before.lagMs * 2;
    let isOn = false;
    let isUpToDate = false;
    let isNameBack = true;
    return {
      mends: [{ mend: "relay", socket: relay.socketPath, fault: id }, lag.mend],
      async inject(signal) {
        await untilDue(ground, signal);
        await relay.put({
          id,
          edges: [edge],
          does: { kind: "latency", delayMs: lagMs, jitterMs: 0, way: "down" },
          share: 1,
          seed: outlook.seed,
        });
        lag.forget();
        [isOn, isUpToDate, isNameBack] = [true, false, false];
      },
      async verify() {
        if (!isOn) return undefined;
        const seen = await lag.look();
        return seen === undefined || !isOld(seen) ? undefined : tellLag(before, seen);
      },
      async undo(signal) {
        await relay.lift(id);
        if (isOn) lag.forget();
        isOn = false;
        // Once: asked again, it would take back the change by which it is seen that search is up to date.
        if (isNameBack) return;
        await performMend(lag.mend, signal);
        isNameBack = true;
      },
      async verifyUndone() {
        if (isUpToDate) return undefined;
        const seen = await lag.look();
        // Whoever has mended it has put the name back as well: that change will never be found.
        if (seen !== undefined && seen.lagMs > GIVEN_UP_MS + 2 * lagMs) lag.forget();
        if (seen?.isFound !== true || isOld(seen))
          return "no change of the catalogue was found by search soon enough yet";
        isUpToDate = true;
        await performMend(lag.mend, AbortSignal.timeout(BASELINE_LIMIT_MS));
        return undefined;
      },
      async account() {
        const { sentence, figures } = usualLagTold(before);
        const lateness = latenessIn(await relay.seen(id), { kind: "latency" });
        return { sentence, figures: { ...figures, ...lateness } };
      },
    };
  },
};

/** From the indexer to the primary of the catalogue. Pure. */
function streamOf({ members }: Pick<Outlook, "members">): Edge | undefined {
  const indexer = members.find(({ component }) => component === "indexer");
  const catalog = members.find(
    ({ holds, replicaOf }) => replicaOf === undefined && holds.includes("catalog"),
  );
  return indexer && catalog && { from: indexer.name, to: catalog.name };
}

export function tellLag(before: ChangeSeen, { lagMs, isFound }: ChangeSeen): string {
  const found = isFound ? `was found ${Math.round(lagMs)} ms` : `is not found ${Math.round(lagMs)} ms`;
  return `a change of the catalogue ${found} after it was made (before: found after ${Math.round(before.lagMs)} ms)`;
}

/** How late search is when nobody delays anything: of one change, looked for every 50 ms. */
export const usualLagTold = ({ lagMs }: ChangeSeen): FaultAccount => ({
  sentence: `undisturbed, a change was found after ${Math.round(lagMs)} ms`,
  figures: { usualIndexLagMs: Math.round(lagMs) },
});

/** @throws when a change of the undisturbed catalogue is not found at all */
async function usualLag(lag: SearchLag, { clock }: Pick<Ground, "clock">): Promise<ChangeSeen> {
  const untilMs = clock.nowMs() + BASELINE_LIMIT_MS;
  for (;;) {
    const seen = await lag.look();
    if (seen?.isFound === true) return seen;
    if (clock.nowMs() > untilMs)
      throw new Error(`a change of the catalogue was not found by search in ${BASELINE_LIMIT_MS / 1_000} s`);
    await sleep(LOOK_EVERY_MS, undefined, clock);
  }
}

/** Letters only, so that it is one word for every engine. */
const randomWord = () =>
  `zq${Array.from({ length: 10 }, () => String.fromCharCode(97 + randomInt(26))).join("")}`;
