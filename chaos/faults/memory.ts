/** A node's machine has less memory than it uses: what files gave is given back, and then the kernel ends somebody. */
import { bytesIn } from "../byte-words.ts";
import type { Fault, FaultAccount, Outlook } from "../fault.ts";
import { Endangered } from "../machines/endangered.ts";
import { machineOf, togetherOn } from "../machines/machine-of.ts";
import { memoryLimitOf } from "../machines/memory-limit.ts";
import { type MemoryReading, readMemory } from "../machines/memory-reading.ts";
import { performMend } from "../mend.ts";

/** Below there is no room for a program at all; above, nothing would be short. Our choice. */
const [LEAST_SHARE, MOST_SHARE] = [0.1, 1.5];
const LEAST_BYTES = 1_000_000;
/** How much longer than planned memory may be taken when nobody is left to give it back. */
const GRACE_MS = 5_000;

export const memory: Fault = {
  name: "memory",
  does: "leaves a node's machine only a share of the memory that it uses; what does not fit is taken from files it has read, and then the kernel ends a process",
  place: "node",
  value: {
    means: "how much is left: a share of what is used at that moment, 10% to 150%, or bytes, 64MB",
    usual: "80%",
  },
  lasts: "while",
  undo: "compensable",
  plan({ nodes: [name = ""], value = "" }, outlook) {
    const machine = outlook.launcher === "external" ? undefined : machineOf(outlook, name);
    const together = togetherOn(outlook, name);
    return {
      mechanism: `memory of its machine limited to ${value} by its cgroup${machine?.shared ?? ""}`,
      problems: [
        ...(amountIn(value) === undefined
          ? [
              `"${value}" is neither a share from 10% to 150% nor a size from 1MB; write for example 80% or 64MB`,
            ]
          : []),
        ...memoryProblems(outlook),
      ],
      births: Object.fromEntries(together.map((each) => [each, { memoryGroup: true }])),
      // Whoever it ends it starts again.
      takes: [`memory of ${machine?.name ?? name}`, ...together.map((each) => `state of ${each}`)],
    };
  },
  async prepare({ id, nodes: [name = ""], value = "", forS = 0 }, ground) {
    const grip = ground.node(name).grip();
    if (grip.kind !== "processes" || grip.memoryGroup === undefined)
      throw new Error(`the memory of ${name} is not counted by itself, and so cannot be limited`);
    const folder = grip.memoryGroup;
    const limit = memoryLimitOf({ folder, id });
    const endangered = new Endangered(togetherOn(ground.outlook, name), ground);
    let watch: Watch | undefined;
    let account: FaultAccount | undefined;
    return {
      mends: limit.mends,
      async inject() {
        if (watch !== undefined) return;
        const before = mustRead(name, folder);
        const leftBytes = bytesLeft(value, before.usedBytes);
        endangered.begin();
        watch = { before, leftBytes };
        await limit.leave(leftBytes, forS * 1_000 + GRACE_MS);
      },
      async verify() {
        const now = watch && readMemory(folder);
        return watch && now && shortWords(name, watch, now);
      },
      async undo(signal) {
        const now = watch && readMemory(folder);
        if (watch && now) account ??= accountOf(watch, now);
        watch = undefined;
        for (const mend of limit.mends) await performMend(mend, signal);
        await endangered.makeGood(signal);
      },
      verifyUndone: async () => limit.remains() ?? endangered.remains(),
      async account() {
        if (account === undefined) throw new Error(`what ${name} was short of was not counted to the end`);
        return account;
      },
    };
  },
};

interface Watch {
  readonly before: MemoryReading;
  readonly leftBytes: number;
}

function mustRead(name: string, folder: string): MemoryReading {
  const reading = readMemory(folder);
  if (reading === undefined) throw new Error(`the memory of ${name} cannot be read in ${folder}`);
  return reading;
}

/** A sentence once memory was short; undefined while there was enough. */
function shortWords(name: string, { before, leftBytes }: Watch, now: MemoryReading): string | undefined {
  const [kills, hits] = [now.kills - before.kills, now.limitHits - before.limitHits];
  const had = `${megabytes(before.usedBytes)} used, ${megabytes(leftBytes)} left to it`;
  if (kills > 0)
    return `the kernel ended ${kills === 1 ? "a process" : `${kills} processes`} of ${name} for want of memory: ${had}`;
  return hits > 0 ? `${name} wanted more than its limit ${timesOf(hits)}: ${had}` : undefined;
}

function accountOf({ before, leftBytes }: Watch, now: MemoryReading): FaultAccount {
  const [kills, limitHits] = [now.kills - before.kills, now.limitHits - before.limitHits];
  return {
    sentence: `${timesOf(limitHits)} at the limit, ${kills} ended by the kernel`,
    figures: { usedBytes: before.usedBytes, leftBytes, limitHits, kills },
  };
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const timesOf = (count: number) => (count === 1 ? "once" : `${count} times`);

type Amount = { readonly share: number } | { readonly bytes: number };

function amountIn(word: string): Amount | undefined {
  const share = Number(/^(\d+(?:\.\d+)?)%$/.exec(word.trim())?.[1]) / 100;
  if (share >= LEAST_SHARE && share <= MOST_SHARE) return { share };
  const bytes = bytesIn(word);
  return bytes !== undefined && bytes >= LEAST_BYTES ? { bytes } : undefined;
}

function bytesLeft(word: string, usedBytes: number): number {
  const amount = amountIn(word);
  if (amount === undefined) throw new Error(`"${word}" is no amount of memory`);
  return "share" in amount ? Math.round(usedBytes * amount.share) : amount.bytes;
}

function memoryProblems({ launcher, host }: Pick<Outlook, "launcher" | "host">): readonly string[] {
  switch (launcher) {
    case "compose":
      return [
        "the memory of a container is its engine's to limit, which this fault does not ask for; use --launcher processes",
      ];
    case "external":
      return ["the memory of your own system is not ours to limit; describe a hook that does it"];
    case "processes": {
      const why = host.noMemoryGroups ?? host.noCpuGroups;
      return why === undefined ? [] : [`the memory of a node cannot be limited here: ${why}`];
    }
    default:
      return launcher satisfies never;
  }
}
