import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../../base/clock.ts";
import { Failure } from "../../../base/failure.ts";
import { EndingWatch } from "../../../controller/ending.ts";
import { type DriveListener, type DriveOrder, Fleet, gatherFleet } from "../../../controller/fleet.ts";
import { type AgentLink, type FrontDoor, openFrontDoor } from "../../../controller/front-door.ts";
import type { JoinRequest } from "../../../proto/generated/bench.ts";
import { ManualClock } from "../../fakes/manual-clock.ts";
import { type AgentScript, ScriptedAgent } from "../../fakes/scripted-agent.ts";

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const order: DriveOrder = {
  drive: 0,
  purpose: "measure",
  scenario: "browse",
  scenarioFile: "",
  seed: 1,
  ratePerS: 10,
  warmupS: 0,
  durationS: 1,
  drainS: 1,
  baseUrls: ["http://127.0.0.1:1"],
  names: undefined,
  requestTimeoutMs: 100,
  maxConnections: 1,
  maxInFlight: 10,
  sender: "none",
  world: undefined,
};

class Heard implements DriveListener {
  readonly intervals: [agent: number, second: number][] = [];
  readonly farewells: number[] = [];
  readonly losses: [agent: number, because: string][] = [];
  startedAtMs = Number.NaN;
  started = (atMs: number) => void (this.startedAtMs = atMs);
  interval: DriveListener["interval"] = (agent, { second }) => void this.intervals.push([agent, second]);
  farewell: DriveListener["farewell"] = (agent) => void this.farewells.push(agent);
  lost: DriveListener["lost"] = (agent, because) => void this.losses.push([agent, because]);
}

async function door(agents: number, joined: AgentLink[] = [], refused: string[] = []): Promise<FrontDoor> {
  const opening = await openFrontDoor({
    token: "secret",
    agents,
    letIn: (link) => joined.push(link),
    refused: (because) => refused.push(because),
  });
  opened.push(() => opening[Symbol.asyncDispose]());
  return opening;
}

async function fleetOf(
  scripts: readonly AgentScript[],
  watch = new EndingWatch(new AbortController().signal),
) {
  let join: (link: AgentLink) => void = () => {};
  const opening = await openFrontDoor({
    token: "secret",
    agents: scripts.length,
    letIn: (link) => join(link),
    refused: () => {},
  });
  opened.push(() => opening[Symbol.asyncDispose]());
  const gathering = gatherFleet({
    count: scripts.length,
    clock: systemClock,
    watch,
    onJoin: (listener) => (join = listener),
    onExit: () => {},
    lastWords: (index) => `words of ${index}`,
  });
  const agents = scripts.map((script) => new ScriptedAgent(opening.address, { token: "secret", ...script }));
  for (const agent of agents) opened.push(() => agent.close());
  return { fleet: await gathering, agents, watch };
}

const drive = (fleet: Fleet, heard: Heard) => fleet.drive(order, heard, async () => ({}));

/** An agent without a network: it is ready at once, and says nothing more. */
function silentLink(): { link: AgentLink; say: (words: NonNullable<JoinRequest["say"]>) => void } {
  let hear: (say: NonNullable<JoinRequest["say"]>) => void = () => {};
  const link: AgentLink = {
    index: 0,
    pid: 1,
    host: "here",
    send: (say) => say.$case === "assignment" && hear({ $case: "ready", value: { drive: say.value.drive } }),
    listen: (listener) => (hear = listener),
    onGone: () => {},
  };
  return { link, say: (words) => hear(words) };
}

/** A drive of one silent agent that has just begun. */
async function silentDrive() {
  const clock = new ManualClock();
  const watch = new EndingWatch(new AbortController().signal);
  const { link, say } = silentLink();
  const members = [{ link, clock: { offsetMs: 0, errorMs: 0 } }];
  const fleet = new Fleet({ members, clock, watch, lastWords: () => "" });
  const heard = new Heard();
  const driving = fleet.drive(order, heard);
  while (Number.isNaN(heard.startedAtMs)) await Promise.resolve();
  // The fleet listens from the turn after its start.
  await Promise.resolve();
  return { clock, say, heard, driving };
}

describe("an agent that says nothing", () => {
  test("is lost after four seconds", async () => {
    const { clock, heard, driving } = await silentDrive();
    clock.pass(heard.startedAtMs - clock.nowMs() + 4_000);
    expect(heard.losses).toEqual([]);
    clock.pass(1_000);
    await driving;
    expect(heard.losses).toEqual([[0, "silent for 4 s"]]);
  });

  test("is not lost when it was we who did not listen", async () => {
    const { clock, say, heard, driving } = await silentDrive();
    clock.stall(8_000);
    clock.pass(1);
    expect(heard.losses).toEqual([]);
    say({ $case: "farewell", value: { drive: 0, intervals: 0, cutShort: 0, because: "done" } });
    await driving;
    expect(heard).toMatchObject({ losses: [], farewells: [0] });
  });
});

describe("the front door", () => {
  test.each([
    { why: "its token is wrong", script: { token: "guess" }, says: "wrong token" },
    { why: "it is another build", script: { token: "secret", build: "other" }, says: "agent is build other" },
  ])("refuses an agent when $why, and tells it so", async ({ script, says }) => {
    const joined: AgentLink[] = [];
    const refused: string[] = [];
    const agent = new ScriptedAgent((await door(1, joined, refused)).address, script);
    await agent.ended;
    agent.close();
    expect(joined).toEqual([]);
    expect(refused).toEqual([expect.stringContaining(says)]);
    expect(agent.heard).toEqual([{ $case: "goodbye", value: { because: expect.stringContaining(says) } }]);
  });

  test("refuses one agent too many", async () => {
    const refused: string[] = [];
    const { address } = await door(1, [], refused);
    const agents = [
      new ScriptedAgent(address, { token: "secret" }),
      new ScriptedAgent(address, { token: "secret" }),
    ];
    await Promise.race(agents.map((agent) => agent.ended));
    for (const agent of agents) agent.close();
    expect(refused).toEqual(["the fleet is complete with 1 agents"]);
  });
});

describe("a fleet", () => {
  test("gives every agent its own index, whatever order they come in", async () => {
    const { fleet, agents } = await fleetOf([{ wantedIndex: 1 }, { wantedIndex: 0 }, {}]);
    expect(fleet.members.map(({ link }) => link.index)).toEqual([0, 1, 2]);
    expect(agents.map((agent) => agent.heard[0])).toEqual(
      [1, 0, 2].map((index) => ({ $case: "welcome", value: { index } })),
    );
  });

  test("knows each clock's offset within its stated error", async () => {
    const { fleet } = await fleetOf([{ clockOffsetMs: 5_000 }, { clockOffsetMs: -123_456 }]);
    for (const [{ clock }, offset] of [
      [fleet.members[0]!, 5_000],
      [fleet.members[1]!, -123_456],
    ] as const) {
      expect(Math.abs(clock.offsetMs - offset)).toBeLessThanOrEqual(clock.errorMs);
    }
  });

  test("starts all agents at one instant, each on its own clock", async () => {
    const { fleet, agents } = await fleetOf([{}, { clockOffsetMs: 9_000 }]);
    const heard = new Heard();
    await drive(fleet, heard);
    const starts = agents.map((agent) => agent.heard.find((say) => say.$case === "start"));
    const instants = starts.map(
      (say, at) =>
        (say?.$case === "start" ? say.value.atAgentMs : Number.NaN) - fleet.members[at]!.clock.offsetMs,
    );
    expect(instants[0]).toBeCloseTo(heard.startedAtMs, 6);
    expect(instants[1]).toBeCloseTo(heard.startedAtMs, 6);
  });

  test("hands on every interval and ends with the last farewell", async () => {
    const { fleet, agents } = await fleetOf([{ seconds: 3 }, { seconds: 2 }]);
    const heard = new Heard();
    await drive(fleet, heard);
    expect(heard.intervals.toSorted()).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
    ]);
    expect(heard.farewells.toSorted()).toEqual([0, 1]);
    const shares = agents.map((agent) => agent.heard.find((say) => say.$case === "assignment")?.value);
    expect(shares).toMatchObject([
      { shareIndex: 0, shareCount: 2 },
      { shareIndex: 1, shareCount: 2 },
    ]);
  });

  test("an agent that hangs up ends the run, stops the others, and is named with its last words", async () => {
    const { fleet, watch } = await fleetOf([{ instead: "hang up" }, { instead: "fall silent" }]);
    const heard = new Heard();
    await drive(fleet, heard);
    expect(heard.losses.map(([agent]) => agent)).toEqual([0]);
    expect(heard.farewells).toEqual([1]);
    expect(watch.early).toMatchObject({
      status: "agents-lost",
      because: expect.stringMatching(/^agent 0 is gone: .*words of 0/),
    });
  });

  test("an agent that leaves when told to is not lost", async () => {
    const { fleet, agents, watch } = await fleetOf([{}]);
    await drive(fleet, new Heard());
    fleet.dismiss("the run is over");
    agents[0]?.close();
    await agents[0]?.ended;
    fleet.lose(0, "the agent closed its stream");
    expect(watch.early).toBeUndefined();
  });

  test("an agent whose interval cannot be read is lost, and it is no bug of ours", async () => {
    const { fleet, watch } = await fleetOf([{}]);
    const heard = new Heard();
    heard.interval = () => {
      throw new Failure("agents", "a packed histogram ends in the middle");
    };
    await drive(fleet, heard);
    expect(heard.losses).toEqual([
      [0, "its interval 0 cannot be read: a packed histogram ends in the middle"],
    ]);
    expect(watch.early).toMatchObject({ status: "agents-lost" });
  });

  test("trouble before the start is a failure with the agent's own sentence", async () => {
    const { fleet } = await fleetOf([{ instead: "complain" }]);
    await expect(drive(fleet, new Heard())).rejects.toMatchObject({
      kind: "agents",
      message: "agent 0: no such scenario",
      hint: "update me",
    });
  });

  test("Ctrl-C stops the agents and waits for their farewells", async () => {
    const user = new AbortController();
    const { fleet, agents, watch } = await fleetOf(
      [{ instead: "fall silent" }],
      new EndingWatch(user.signal),
    );
    const heard = new Heard();
    const driving = drive(fleet, heard);
    const begun = new Promise<void>((resolve) => (heard.interval = () => resolve()));
    await begun;
    user.abort(new Failure("interrupted", "interrupted by SIGINT"));
    await driving;
    expect(heard.farewells).toEqual([0]);
    expect(agents[0]?.heard.at(-1)).toMatchObject({
      $case: "stop",
      value: { because: "interrupted by SIGINT" },
    });
    expect(watch.early).toEqual({ status: "interrupted", because: "interrupted by SIGINT" });
  });
});
