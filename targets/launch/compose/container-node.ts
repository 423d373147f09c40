/** One node as a container: started, watched, killed and started again, its CPU counted over all its lives. */
import { sleep } from "../../../base/clock.ts";
import { Failure, sentenceOf } from "../../../base/failure.ts";
import type { NodeDeath, NodeGrip, NodeHandle, NodeUsage } from "../../running-target.ts";
import type { Business, Component, Tier } from "../../target.ts";
import { quotaOf } from "../cpu-budget.ts";
import { ExpectedEnds } from "../expected-ends.ts";
import type { WardedProcess } from "../launcher.ts";
import type { Member } from "../members.ts";
import { describeEnding, type Ending, lastLinesOf } from "../node-process.ts";
import { startTicksOf } from "../process-identity.ts";
import { type Readiness, untilReady, type Watched } from "../ready.ts";
import type { Engine, EngineEvent } from "./engine.ts";
import { type QuotaOf, withoutBudget } from "./without-budget.ts";

export interface ContainerPlan {
  readonly member: Member;
  /** The engine's own name of the container. */
  readonly id: string;
  /** host:port, loopback. */
  readonly address: string;
  /** host:port in the containers' own network. */
  readonly knownAs: string;
  readonly logPath: string;
  /** Its own, writable, at the same path inside. */
  readonly dataFolder: string;
  readonly readiness: Readiness;
  readonly politely: WardedProcess["politely"];
  /** Whether the engine starts it again when it ends by itself. */
  readonly restartsOnFailure: boolean;
}

const KILL_LIMIT_MS = 5_000;
const LOOK_EVERY_MS = 20;
/** The engine waits 100 ms before the first restart and doubles that; a shop takes a second or two to be ready. */
const COME_BACK_LIMIT_MS = 10_000;

export class ContainerNode implements NodeHandle, Watched {
  readonly name: string;
  readonly component: Component;
  readonly tier: Tier;
  readonly zone: string | undefined;
  readonly address: string;
  readonly knownAs: string;
  readonly cpuMillicores: number;
  readonly machine?: string;
  readonly logPath: string;
  readonly holds?: readonly Business[];
  readonly id: string;
  #member: Member;
  readonly #plan: ContainerPlan;
  readonly #engine: Engine;
  readonly #onDeath: (death: NodeDeath) => void;
  #pid = 0;
  #startTicks: number | undefined;
  #ending: Ending | undefined;
  #isReady = false;
  /** Its end is nobody's business now: asked for, or the whole target goes. */
  #isAsked = false;
  #isLeft = false;
  /** How many faults may be its end. */
  readonly #ends = new ExpectedEnds();
  /** Until it is ready for the first time, its end is the end of starting it, whatever the engine makes of it. */
  #isStarting = false;
  #restarts = 0;
  #turn: Promise<unknown> = Promise.resolve();
  /** Of lives before this one, and the last reading of this one. */
  #before = { cpuS: 0, periods: 0, throttledPeriods: 0 };
  #asking: Promise<NodeUsage> | undefined;
  #last = { cpuS: 0, periods: 0, throttledPeriods: 0 };

  constructor(plan: ContainerPlan, engine: Engine, onDeath: (death: NodeDeath) => void) {
    const { member, id, address, knownAs, logPath } = plan;
    this.name = member.name;
    this.component = member.component;
    this.tier = member.tier;
    this.zone = member.zone;
    this.address = address;
    this.knownAs = knownAs;
    this.cpuMillicores = member.cpuMillicores;
    if (member.machine !== undefined) this.machine = member.machine;
    this.logPath = logPath;
    if (member.holds.length > 0) this.holds = member.holds;
    this.#member = member;
    this.id = id;
    this.#plan = plan;
    this.#engine = engine;
    this.#onDeath = onDeath;
  }

  get member(): Member {
    return this.#member;
  }

  /** Of its first process, as this machine numbers it. */
  get pid(): number {
    return this.#pid;
  }

  get ending(): Ending | undefined {
    return this.#ending;
  }

  get isRunning(): boolean {
    return this.#isReady && this.#ending === undefined;
  }

  /** How often the engine has brought it back without having been asked; undefined: it would not. */
  get restarts(): number | undefined {
    return this.#plan.restartsOnFailure ? this.#restarts : undefined;
  }

  get ward(): WardedProcess {
    const { politely } = this.#plan;
    return { name: this.name, pid: this.#pid, startTicks: this.#startTicks, politely };
  }

  grip(): NodeGrip {
    const { dataFolder } = this.#plan;
    const process = { pid: this.#pid, startTicks: this.#startTicks };
    const isUp = this.#pid > 0 && this.#ending === undefined;
    return {
      ...{ kind: "container", id: this.id, engine: this.#engine.socket, dataFolder },
      ...(isUp && { process }),
    };
  }

  lastLines(count = 10): readonly string[] {
    return lastLinesOf(this.logPath, count);
  }

  /** Starts the container, and waits until the node is ready. */
  async start(signal: AbortSignal): Promise<void> {
    this.#ending = undefined;
    this.#isAsked = false;
    this.#isStarting = true;
    try {
      await this.#engine.start(this.id);
      await this.#look();
      await untilReady(this, this.#plan.readiness, signal);
      this.#isReady = true;
    } finally {
      this.#isStarting = false;
    }
  }

  /** Takes over a container that was started before we came, as it is. */
  async takeOver(): Promise<void> {
    await this.#look();
    this.#isReady = this.#pid > 0;
  }

  kill(): Promise<void> {
    return this.#inTurn(() => this.#kill());
  }

  restart(signal: AbortSignal): Promise<void> {
    return this.#inTurn(async () => {
      await this.#kill();
      signal.throwIfAborted();
      if (this.#isLeft)
        throw new Failure("target", `${this.name} is not started again: its target is going down`);
      try {
        await withoutBudget(this.#cpuQuota(), quotaOf(this.cpuMillicores), () => this.start(signal));
      } catch (error) {
        await this.#kill();
        throw error;
      }
    });
  }

  expectEnd(): () => void {
    return this.#ends.begin();
  }

  /** Politely: what is in hand may finish. */
  stop(limitS: number): Promise<void> {
    return this.#inTurn(async () => {
      this.#isAsked = true;
      this.#isReady = false;
      await this.usage();
      await this.#engine.stop(this.id, limitS);
    });
  }

  /** Has the program read its configuration again, in which it calls these. */
  async reload(calls: readonly string[]): Promise<void> {
    this.#member = { ...this.#member, calls };
    await this.#engine.signal(this.id, "SIGHUP");
  }

  leave(): void {
    this.#isLeft = true;
  }

  async applyBudget(): Promise<void> {
    const { quotaUs, periodUs } = quotaOf(this.cpuMillicores);
    await this.#engine.limitCpu(this.id, quotaUs, periodUs);
  }

  #cpuQuota(): QuotaOf {
    return {
      read: () => this.#engine.cpuLimit(this.id),
      write: ({ quotaUs, periodUs }) => this.#engine.limitCpu(this.id, quotaUs, periodUs),
    };
  }

  /** Cumulative over all lives; never decreases. One that is down stays at what it was last seen at. */
  usage(): Promise<NodeUsage> {
    // Two answers that overtake each other would look like a container that began anew.
    this.#asking ??= this.#askUsage().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #askUsage(): Promise<NodeUsage> {
    const seen = await this.#engine.cpu(this.id).catch(() => undefined);
    if (seen !== undefined && seen.cpuS > 0) {
      if (seen.cpuS < this.#last.cpuS) this.#before = sumOf(this.#before, this.#last);
      this.#last = seen;
    }
    return { node: this.name, ...sumOf(this.#before, this.#last) };
  }

  /** What the engine tells of its container. */
  noticed({ action, exitCode, atEpochMs }: EngineEvent): void {
    if (action === "die") this.#noticeEnd({ code: exitCode, signal: null, atEpochMs });
    else if (action === "start" && this.#ending !== undefined && !this.#isAsked && !this.#isStarting)
      void this.#comeBack();
  }

  #noticeEnd(ending: Ending): void {
    const wasReady = this.#isReady;
    this.#ending = ending;
    this.#isReady = false;
    if (this.#isAsked || this.#isLeft || this.#ends.isExpected || !wasReady) return;
    if (!this.#plan.restartsOnFailure || ending.code === 0) {
      this.#report(ending);
      return;
    }
    void sleep(COME_BACK_LIMIT_MS).then(() => {
      if (!this.isRunning && !this.#isAsked && !this.#isLeft) this.#report(ending);
    });
  }

  /** The engine has started it again by itself. */
  async #comeBack(): Promise<void> {
    this.#restarts++;
    this.#ending = undefined;
    try {
      await this.#look();
      await untilReady(this, this.#plan.readiness, AbortSignal.timeout(COME_BACK_LIMIT_MS));
      this.#isReady = true;
    } catch {
      // It ended again, or is not ready in time: reported as the death it is when the time is over.
    }
  }

  #report(ending: Ending): void {
    this.#onDeath({
      node: this.name,
      because: `${this.name} (pid ${this.#pid}) ${describeEnding(ending)}`,
      atEpochMs: ending.atEpochMs,
      lastLines: this.lastLines(),
    });
  }

  async #look(): Promise<void> {
    const { Pid } = await this.#engine.state(this.id);
    this.#pid = Pid;
    this.#startTicks = startTicksOf(Pid);
  }

  async #kill(): Promise<void> {
    this.#isAsked = true;
    this.#isReady = false;
    await this.usage();
    const startedMs = performance.now();
    for (;;) {
      const { Running } = await this.#engine.state(this.id);
      if (!Running) return;
      // Refused when it has ended meanwhile; the next look tells.
      const refusal = await this.#engine.signal(this.id, "SIGKILL").catch((error: unknown) => error);
      if (performance.now() - startedMs > KILL_LIMIT_MS) {
        const why = refusal === undefined ? "" : `: ${sentenceOf(refusal)}`;
        throw new Failure(
          "environment",
          `${this.name} could not be killed within ${KILL_LIMIT_MS / 1_000} s${why}`,
        );
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {}); // Told to whoever asked; the next one begins anew.
    return done;
  }
}

type Cpu = Omit<NodeUsage, "node">;

function sumOf(a: Cpu, b: Cpu): Cpu {
  return {
    cpuS: a.cpuS + b.cpuS,
    periods: a.periods + b.periods,
    throttledPeriods: a.throttledPeriods + b.throttledPeriods,
  };
}
