/** Somebody asks through the front door for what does not exist: no cache has it, so the databases are asked each time. */
import { sleep } from "../../base/clock.ts";
import { fork } from "../../base/random.ts";
import { Askers } from "../askers.ts";
import { type AbsentWish, absentPerS, absentWishIn } from "../cache/absent-rate.ts";
import { between, DatabaseReads, type ReadsSeen } from "../cache/database-reads.ts";
import { showsItems } from "../cache/page-servers.ts";
import { rounded } from "../cache/stampede.ts";
import type { Fault, FaultAccount } from "../fault.ts";
import { untilDue } from "../until-due.ts";

/** Of the undisturbed time before it, to compare with. */
const LEAD_S = 2;
/** What one event loop beside the run's own work does without being late; a flood is the agents' business. */
const MOST_PER_S = 500;
/** Largest id the shop's tables hold (int4); everything between the catalogue and it is absent. */
const LARGEST_ID = 2_147_483_647;
/** Answers that must have come from shops before it counts as seen. */
const LEAST_SEEN = 5;
/** Apart from each other the two looks that show whether somebody still asks. */
const LOOK_APART_MS = 200;

export const penetration: Fault = {
  name: "penetration",
  does: "asks, on top of the load and through the front door, for items that do not exist",
  place: "target",
  value: {
    means: "share of the planned rate (30%) or a rate (50/s); and, after a comma, how many different items",
    usual: "30%",
  },
  lasts: "while",
  undo: "self-limiting",
  plan({ value = "" }, { spec, ratePerS, members }) {
    const wish = absentWishIn(value);
    const perS = wish && absentPerS(wish, ratePerS);
    return {
      mechanism: "requests of its own, an open loop beside the agents",
      problems: [
        ...(wish === undefined
          ? [`"${value}" is not how much is asked; write for example penetration=30% or penetration=50/s`]
          : []),
        ...(wish !== undefined && perS === undefined
          ? ["nobody has planned a rate to have a share of; write for example penetration=50/s"]
          : []),
        ...(perS !== undefined && perS > MOST_PER_S
          ? [`it would ask ${perS.toFixed(0)} times a second; at most ${MOST_PER_S} are made beside the load`]
          : []),
        ...(spec === undefined
          ? ["it is not known what an item that does not exist is called in your own system"]
          : []),
        ...(spec !== undefined && !members.some(showsItems) ? ["no shop of this target shows items"] : []),
      ],
    };
  },
  leadS: () => LEAD_S,
  async prepare({ id, value = "" }, ground) {
    const { clock, node, outlook, target } = ground;
    const wish = absentWishIn(value);
    const ratePerS = wish && absentPerS(wish, outlook.ratePerS);
    if (wish === undefined || ratePerS === undefined) throw new Error(`"${value}" is not how much is asked`);
    const reads = new DatabaseReads(
      outlook.members.filter(showsItems).map(({ name }) => node(name)),
      clock,
    );
    const random = fork(outlook.seed, hashOf(id));
    const items = outlook.spec?.data.items ?? 0;
    const askers = new Askers({
      ...{ urls: target.entryUrls, ratePerS, clock, random },
      path: () => `/item/${absentId(items, wish, random.next())}`,
    });
    const before = await reads.now();
    let started: ReadsSeen | undefined;
    let stopped: ReadsSeen | undefined;
    /** Answers 404 that had nothing to do with it, a second. */
    let usualPerS = 0;
    const stop = async () => {
      await askers.stop();
      // A figure for the account: one that cannot be read any more is no reason to ask on.
      if (started !== undefined) stopped ??= await reads.now().catch(() => undefined);
    };
    return {
      mends: [],
      async inject(signal) {
        await untilDue(ground, signal);
        started = await reads.now();
        usualPerS = perS(before, started, "absentAnswers");
        askers.start();
      },
      async verify() {
        if (started === undefined || stopped !== undefined) return undefined;
        const seen = between(started, await reads.now());
        const answers = Math.round(seen.absentAnswers - usualPerS * seen.spanS);
        if (answers < LEAST_SEEN) return undefined;
        const within = `within ${Math.round(seen.spanS * 1_000)} ms`;
        return `${answers} requests for items that do not exist had come to the shops ${within}, and ${seen.absent} on to the databases`;
      },
      undo: stop,
      async verifyUndone() {
        if (started === undefined) return undefined;
        if (askers.isAsking) return `${askers.seen.sent} requests were begun, and more are to come`;
        const one = await reads.now();
        await sleep(LOOK_APART_MS, undefined, clock);
        const answersPerS = perS(one, await reads.now(), "absentAnswers");
        const limitPerS = usualPerS + ratePerS / 2 + LEAST_SEEN / (LOOK_APART_MS / 1_000);
        return answersPerS > limitPerS
          ? `shops still answer ${answersPerS.toFixed(0)} requests a second for items that do not exist`
          : undefined;
      },
      async account() {
        if (started === undefined || stopped === undefined) throw new Error("it has not come to an end");
        return accountOf({ askers, ratePerS, before, started, stopped });
      },
    };
  },
};

function accountOf({
  askers,
  ratePerS,
  before,
  started,
  stopped,
}: {
  readonly askers: Askers;
  readonly ratePerS: number;
  readonly before: ReadsSeen;
  readonly started: ReadsSeen;
  readonly stopped: ReadsSeen;
}): FaultAccount {
  const { due, sent, heldBack, absent, other, failed, latestMs, spanS } = askers.seen;
  const absentReadsPerS = perS(started, stopped, "absent");
  const sentPerS = sent / spanS;
  const [usualPerS, duringPerS] = [perS(before, started, "loads"), perS(started, stopped, "loads")];
  const passed = absent === 0 ? 0 : between(started, stopped).absent / absent;
  const less = heldBack === 0 ? "" : `, ${heldBack} of ${due} held back`;
  return {
    sentence:
      `asked ${sentPerS.toFixed(1)} times a second (${ratePerS.toFixed(1)} planned, at most ${latestMs.toFixed(0)} ms late${less}; ` +
      `${absent} told that there is none, ${other} something else, ${failed} nothing): ${absentReadsPerS.toFixed(1)} absent pages a second ` +
      `were read from the databases (${(100 * passed).toFixed(0)} % passed the caches), all pages ${usualPerS.toFixed(1)} before and ${duringPerS.toFixed(1)} under it`,
    figures: {
      absentAskedPlannedPerS: rounded(ratePerS),
      absentAskedPerS: rounded(sentPerS),
      absentAskedLatestMs: rounded(latestMs),
      absentHeldBack: heldBack,
      absentAnswers: absent,
      absentReadsPerS: rounded(absentReadsPerS),
      absentPassedRatio: rounded(passed),
      databaseReadsBeforePerS: rounded(usualPerS),
      databaseReadsUnderPerS: rounded(duringPerS),
      ...(usualPerS > 0 && { databaseReadsFactor: rounded(duringPerS / usualPerS) }),
    },
  };
}

/** Above all ids of the catalogue, evenly; `chance` in [0, 1). */
export function absentId(items: number, { different }: AbsentWish, chance: number): number {
  const space = Math.min(different ?? Number.POSITIVE_INFINITY, LARGEST_ID - items);
  return items + 1 + Math.floor(chance * space);
}

function perS(from: ReadsSeen, to: ReadsSeen, what: "loads" | "absent" | "absentAnswers"): number {
  const { spanS, ...counted } = between(from, to);
  return spanS > 0 ? counted[what] / spanS : 0;
}

const hashOf = (text: string) =>
  [...text].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, 7);
