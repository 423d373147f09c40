/** The wall clock of a node is wrong, forwards or backwards; how long things take is told by another, which is not. */
import { existsSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { secondsIn } from "../../load/seconds-in.ts";
import { installCommand } from "../../targets/launch/components.ts";
import { canHaveOwnClock, clockPackage, clockText } from "../../targets/launch/own-clock.ts";
import type { Fault, Only, Outlook } from "../fault.ts";
import { clockAheadS } from "../machines/clock-ahead.ts";
import { performMend } from "../mend.ts";

/** Half of it must be seen where time is told in whole seconds. */
const LEAST_S = 4;
const MOST_S = 366 * 86_400;

const clocked: Only = {
  what: "a shop, a PostgreSQL or an nginx",
  fits: ({ component }) => canHaveOwnClock(component),
};

export const clockSkew: Fault = {
  name: "clock-skew",
  does: "sets the wall clock of a node wrong, ahead or behind; the clock by which programs tell how long something takes goes on",
  place: "node",
  only: clocked,
  value: { means: "by how much: `+30s` ahead, `-2m` behind; from 4s to a year", usual: "+30s" },
  lasts: "while",
  undo: "reversible",
  plan: ({ nodes: [name = ""], value = "" }, outlook) => ({
    mechanism: `${value} by libfaketime, which its program was started with`,
    problems: [
      ...(skewIn(value) === undefined
        ? [`"${value}" is not a time ahead or behind, from 4s to a year; write for example +30s or -2m`]
        : []),
      ...clockProblems(outlook),
    ],
    births: { [name]: { ownClock: true } },
    takes: [`clock of ${name}`],
  }),
  async prepare({ nodes: [name = ""], value = "" }, { node }) {
    const victim = node(name);
    const grip = victim.grip();
    if (grip.kind !== "processes" || grip.clockFile === undefined)
      throw new Error(`${name} was not started with a clock of its own`);
    const path = grip.clockFile;
    const skewS = skewIn(value) ?? 0;
    const back = { mend: "leftover" as const, path };
    /** By what its clock itself says; undefined while that cannot be asked. */
    const isSkewed = async () => {
      const aheadS = await clockAheadS(victim);
      // Halfway: it may be told in whole seconds, and asking takes a moment.
      return Math.sign(aheadS) === Math.sign(skewS) && Math.abs(aheadS) >= Math.abs(skewS) / 2
        ? aheadS
        : undefined;
    };
    return {
      mends: [back],
      async inject() {
        // Whole or not at all, for it is read at any moment.
        await writeFile(`${path}.draft`, clockText(skewS), { mode: 0o644 });
        await rename(`${path}.draft`, path);
      },
      async verify() {
        const aheadS = await isSkewed();
        return aheadS === undefined ? undefined : `the clock of ${name} is ${words(aheadS)}`;
      },
      undo: (signal) => performMend(back, signal),
      async verifyUndone() {
        if (existsSync(path)) return `${path}, by which the clock of ${name} is wrong, is still there`;
        // A node that does not answer tells no wrong time.
        const aheadS = await isSkewed().catch(() => undefined);
        return aheadS === undefined ? undefined : `the clock of ${name} is still ${words(aheadS)}`;
      },
    };
  },
};

const words = (aheadS: number) => `${Math.abs(aheadS).toFixed(1)} s ${aheadS < 0 ? "behind" : "ahead"}`;

/** Seconds ahead, below 0 behind; undefined when it is no such time. */
function skewIn(word: string): number | undefined {
  const [, sign, length = ""] = /^([+-])(.+)$/.exec(word.trim()) ?? [];
  const lengthS = sign === undefined ? undefined : secondsIn(length);
  if (lengthS === undefined || lengthS < LEAST_S || lengthS > MOST_S) return undefined;
  return sign === "-" ? -lengthS : lengthS;
}

function clockProblems({ launcher, host }: Pick<Outlook, "launcher" | "host">): readonly string[] {
  switch (launcher) {
    case "compose":
      return ["images of containers come without libfaketime; use --launcher processes"];
    case "external":
      return ["the clocks of your own system are not ours to set; describe a hook that does it"];
    case "processes":
      if (host.platform !== "linux") return ["libfaketime is loaded before programs on Linux only"];
      return host.hasClockLibrary === true
        ? []
        : [
            `libfaketime is not installed; bench doctor --install brings it, or ${installCommand([clockPackage])}`,
          ];
    default:
      return launcher satisfies never;
  }
}
