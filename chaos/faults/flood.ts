/** Many more ask for one kind of page than anybody planned: what they ask for is overloaded, and the rest should not be. */
import { sleep } from "../../base/clock.ts";
import { fork } from "../../base/random.ts";
import type { Member } from "../../targets/launch/members.ts";
import { AnsweredRequests, type AnsweredSeen } from "../answered-requests.ts";
import { Askers, type AskersSeen } from "../askers.ts";
import { absentPerS } from "../cache/absent-rate.ts";
import { rounded } from "../cache/stampede.ts";
import type { Fault, FaultAccount } from "../fault.ts";
import { type FloodPage, floodPages, floodWishIn } from "../flood-wish.ts";
import { untilDue } from "../until-due.ts";

/** Of the undisturbed time before it, to compare with. */
const LEAD_S = 3;
/** What one event loop beside the run's own work does without being late. */
const MOST_PER_S = 500;
/** Answers beyond the usual that must have been given before it counts as seen, at least. */
const LEAST_SEEN = 5;
/** What comes by chance varies by the root of its number; four of them are hardly ever reached. */
const CHANCE = 4;
/** Apart from each other the two looks that show whether somebody still asks. */
const LOOK_APART_MS = 500;

export const flood: Fault = {
  name: "flood",
  does: "asks, on top of the load and through the front door, for one kind of page, many times a second",
  place: "target",
  value: {
    means: `share of the planned rate (100%) or a rate (200/s); and, after a comma, of what: ${Object.keys(floodPages).join(" or ")}`,
    usual: "100%,search",
  },
  lasts: "while",
  undo: "self-limiting",
  plan({ value = "" }, { spec, ratePerS, members }) {
    const wish = floodWishIn(value);
    const perS = wish && absentPerS(wish.rate, ratePerS);
    return {
      mechanism: "requests of its own, an open loop beside the agents",
      problems: [
        ...(wish === undefined
          ? [`"${value}" is not how much of what is asked; write for example flood=200/s,search`]
          : []),
        ...(wish !== undefined && perS === undefined
          ? ["nobody has planned a rate to have a share of; write for example flood=200/s,search"]
          : []),
        ...(perS !== undefined && perS > MOST_PER_S
          ? [`it would ask ${perS.toFixed(0)} times a second; at most ${MOST_PER_S} are made beside the load`]
          : []),
        ...(spec === undefined ? ["it is not known what pages of your own system are called"] : []),
        ...(spec !== undefined && wish !== undefined && !members.some(serves(wish.page))
          ? [`no application of this target serves ${wish.page.area}`]
          : []),
      ],
    };
  },
  leadS: () => LEAD_S,
  async prepare({ id, value = "" }, ground) {
    const { clock, node, outlook, target } = ground;
    const wish = floodWishIn(value);
    const ratePerS = wish && absentPerS(wish.rate, outlook.ratePerS);
    if (wish === undefined || ratePerS === undefined)
      throw new Error(`"${value}" is not how much of what is asked`);
    const { page } = wish;
    const requests = new AnsweredRequests(
      outlook.members.filter(serves(page)).map(({ name }) => node(name)),
      page.operation,
      clock,
    );
    const random = fork(outlook.seed, hashOf(id));
    const askers = new Askers({
      ...{ urls: target.entryUrls, ratePerS, clock, random },
      path: () => page.path(random),
    });
    const before = await requests.now();
    let started: AnsweredSeen | undefined;
    let isStopped = false;
    let usualPerS = 0;
    return {
      mends: [],
      async inject(signal) {
        await untilDue(ground, signal);
        started = await requests.now();
        usualPerS = perS(before, started);
        askers.start();
      },
      async verify() {
        if (started === undefined || isStopped) return undefined;
        const now = await requests.now();
        const spanS = (now.atMs - started.atMs) / 1_000;
        const more = moreThanUsual({ answered: now.answered - started.answered, usualPerS, spanS });
        return more === undefined
          ? undefined
          : `applications had answered ${more} more requests for ${page.operation} within ${Math.round(spanS * 1_000)} ms than usual`;
      },
      async undo() {
        isStopped = true;
        await askers.stop();
      },
      async verifyUndone() {
        if (started === undefined) return undefined;
        if (askers.isAsking) return `${askers.seen.sent} requests were begun, and more are to come`;
        const one = await requests.now();
        await sleep(LOOK_APART_MS, undefined, clock);
        const answeredPerS = perS(one, await requests.now());
        const spanS = LOOK_APART_MS / 1_000;
        return answeredPerS * spanS > usualPerS * spanS + chanceOf(usualPerS * spanS)
          ? `applications still answer ${answeredPerS.toFixed(0)} requests a second for ${page.operation}, ${usualPerS.toFixed(0)} before it`
          : undefined;
      },
      account: async () => accountOf(askers.seen, page, ratePerS),
      close: () => askers.stop(),
    };
  },
};

/** Answers beyond the usual number, when they are more than chance would bring. Pure. */
export function moreThanUsual({
  answered,
  usualPerS,
  spanS,
}: {
  readonly answered: number;
  readonly usualPerS: number;
  readonly spanS: number;
}): number | undefined {
  const usual = usualPerS * spanS;
  return answered > usual + chanceOf(usual) ? Math.round(answered - usual) : undefined;
}

/** How far above the usual number chance may come. */
const chanceOf = (usual: number): number => LEAST_SEEN + CHANCE * Math.sqrt(usual);

const serves =
  ({ area }: FloodPage) =>
  ({ component, settings }: Member): boolean =>
    component === "shop" && settings.areas?.includes(area) !== false;

function accountOf(seen: AskersSeen, { operation }: FloodPage, ratePerS: number): FaultAccount {
  const { due, sent, heldBack, fine, failed, latestMs, spanS } = seen;
  const turnedAway = seen.absent + seen.other - fine;
  const fineRatio = due === 0 ? 0 : fine / due;
  return {
    sentence:
      `${due} requests for ${operation} were due (${(due / spanS).toFixed(1)} a second, ${ratePerS.toFixed(1)} planned, at most ${latestMs.toFixed(0)} ms late): ` +
      `${fine} answered well, ${turnedAway} turned away, ${failed} not answered, ${heldBack} held back because too many were under way`,
    figures: {
      floodPlannedPerS: rounded(ratePerS),
      floodSentPerS: rounded(sent / spanS),
      floodLatestMs: rounded(latestMs),
      floodFineRatio: rounded(fineRatio),
      floodTurnedAway: turnedAway,
      floodNotAnswered: failed,
      floodHeldBack: heldBack,
    },
  };
}

function perS(from: AnsweredSeen, to: AnsweredSeen): number {
  const spanS = (to.atMs - from.atMs) / 1_000;
  return spanS > 0 ? (to.answered - from.answered) / spanS : 0;
}

const hashOf = (text: string) =>
  [...text].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) | 0, 7);
