import { spawnSync } from "node:child_process";
import { getPriority } from "node:os";
import { expect, test } from "vitest";
import { goFirst, type Scheduling } from "../../../agents/priority.ts";

/** A kernel that writes down what it was asked for, and refuses what it is told to. */
function kernel(refuses: "nothing" | "threads" | "session", session = 7): Scheduling & { asked: string[] } {
  const asked: string[] = [];
  const ask = (what: "threads" | "session", words: string) => {
    if (refuses === what) throw new Error("EACCES");
    asked.push(words);
  };
  return {
    asked,
    threads: () => [7, 8],
    setThread: (thread, nice) => ask("threads", `thread ${thread} to ${nice}`),
    session: () => session,
    setSession: (nice) => ask("session", `session to ${nice}`),
  };
}

const both = ["thread 7 to -10", "thread 8 to -10"];

test.each([
  {
    why: "all is granted",
    refuses: "nothing",
    session: 7,
    isRaised: true,
    asked: [...both, "session to -10"],
  },
  { why: "there are no sessions to weigh", refuses: "session", session: 7, isRaised: true, asked: both },
  { why: "others live in our session", refuses: "nothing", session: 3, isRaised: true, asked: both },
  { why: "we may not", refuses: "threads", session: 7, isRaised: false, asked: [] },
] as const)(
  "when $why, an agent raises what is its own and goes on",
  ({ refuses, session, isRaised, asked }) => {
    const scheduling = kernel(refuses, session);
    expect(goFirst(scheduling, 7)).toBe(isRaised);
    expect(scheduling.asked).toEqual(asked);
  },
);

test("on this machine the threads of a process are raised, later ones too, or all of them stay", () => {
  const program = `
    import { readdirSync } from "node:fs";
    import { getPriority } from "node:os";
    import { Worker } from "node:worker_threads";
    import { goFirst } from ${JSON.stringify(new URL("../../../agents/priority.ts", import.meta.url).href)};
    const isRaised = goFirst();
    const worker = new Worker("setTimeout(() => {}, 10_000)", { eval: true, execArgv: [] });
    await new Promise((resolve) => worker.once("online", resolve));
    const nice = readdirSync("/proc/self/task").map((thread) => getPriority(Number(thread)));
    console.log(JSON.stringify({ isRaised, nice: [...new Set(nice)] }));
    process.exit(0);`;
  const { stdout } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "--eval", program],
    {
      encoding: "utf8",
    },
  );
  expect([
    { isRaised: true, nice: [-10] },
    { isRaised: false, nice: [getPriority()] },
  ]).toContainEqual(JSON.parse(stdout));
});
