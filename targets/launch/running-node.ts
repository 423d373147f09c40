/** One node of a running target: killed and started again when asked to, watched for deaths nobody asked for. */
import { Failure } from "../../base/failure.ts";
import type { Beside, BesideProgram, NodeDeath, NodeGrip, NodeHandle } from "../running-target.ts";
import type { Business, Component, Tier } from "../target.ts";
import type { Born } from "./births.ts";
import type { BudgetGroup } from "./cpu-budget.ts";
import { ExpectedEnds } from "./expected-ends.ts";
import type { WardedProcess } from "./launcher.ts";
import type { Member } from "./members.ts";
import type { Namespaces } from "./network/namespaces.ts";
import { describeEnding, type NodeProcess } from "./node-process.ts";
import { type ProcessRow, processTable, treeOf } from "./process-table.ts";
import { type Readiness, untilReady } from "./ready.ts";
import { sweep } from "./sweep.ts";

/** A member that was ready. */
export interface StartedNode {
  readonly member: Member;
  readonly process: NodeProcess;
  /** host:port */
  readonly address: string;
  readonly group: BudgetGroup;
  readonly readiness: Readiness;
  /** Where it has a network of its own. */
  readonly network?: Pick<Namespaces, "cut" | "mend" | "networkOf"> | undefined;
  /** What it keeps on disk. */
  readonly dataFolder: string;
  /** What it was given for faults to come. */
  readonly born?: Born;
  /**
   * Starts the same program once more, with the same configuration and data, told to the same wards; in the same group,
   * or in the room it is given.
   */
  begin(room?: Pick<BudgetGroup, "add">): NodeProcess;
  /** Starts another program in the same group, as the same user, told to the same wards. */
  beside?(program: BesideProgram): NodeProcess;
}

/** SIGKILL is obeyed at once; what takes longer is a process that hangs in the kernel. */
const KILL_LIMIT_MS = 3_000;

export class RunningNode implements NodeHandle {
  readonly name: string;
  readonly component: Component;
  readonly tier: Tier;
  readonly zone: string | undefined;
  readonly address: string;
  readonly cpuMillicores: number;
  readonly machine?: string;
  readonly logPath: string;
  readonly holds?: readonly Business[];
  readonly #started: StartedNode;
  readonly #onDeath: (death: NodeDeath) => void;
  /** Processes whose end was asked for. */
  readonly #asked = new WeakSet<NodeProcess>();
  #process: NodeProcess;
  #isReady = true;
  #isLeft = false;
  /** How many faults may be its end. */
  readonly #ends = new ExpectedEnds();
  /** Killing and restarting one after the other, in the order in which they were asked for. */
  #turn: Promise<unknown> = Promise.resolve();
  /** CPU seconds of processes before this one, and the most seen of this one. */
  #cpuBeforeS = 0;
  #cpuS = 0;

  constructor(started: StartedNode, onDeath: (death: NodeDeath) => void) {
    const { member, process, address } = started;
    this.name = member.name;
    this.component = member.component;
    this.tier = member.tier;
    this.zone = member.zone;
    this.address = address;
    this.cpuMillicores = member.cpuMillicores;
    if (member.machine !== undefined) this.machine = member.machine;
    this.logPath = process.logPath;
    if (member.holds.length > 0) this.holds = member.holds;
    this.#started = started;
    this.#onDeath = onDeath;
    this.#process = process;
    this.#watch(process);
  }

  get pid(): number {
    return this.#process.pid;
  }

  get isRunning(): boolean {
    return this.#isReady && this.#process.ending === undefined;
  }

  get group(): BudgetGroup {
    return this.#started.group;
  }

  get member(): Member {
    return this.#started.member;
  }

  /** The process it is now. */
  get ward(): WardedProcess {
    return this.#process.ward;
  }

  grip(): NodeGrip {
    const table = processTable();
    const tree = this.isRunning ? treeOf([this.pid], table) : new Set<number>();
    const cpuGroup = this.group.folder;
    const network = this.#started.network?.networkOf(this.name);
    return {
      kind: "processes",
      processes: table
        .filter(({ pid, isZombie }) => tree.has(pid) && !isZombie)
        .map(({ pid, startTicks }) => ({ pid, startTicks })),
      dataFolder: this.#started.dataFolder,
      ...this.#started.born,
      ...(cpuGroup !== undefined && { cpuGroup }),
      ...(network !== undefined && { network }),
    };
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
      this.#cpuBeforeS += this.#cpuS;
      this.#cpuS = 0;
      await this.#started.network?.mend(this.name);
      const room = this.group.startingRoom();
      try {
        this.#process = this.#started.begin(room);
        await untilReady(this.#process, this.#started.readiness, signal);
      } catch (error) {
        await this.#kill();
        throw error;
      } finally {
        room?.settle();
      }
      this.#isReady = true;
      this.#watch(this.#process);
    });
  }

  expectEnd(): () => void {
    return this.#ends.begin();
  }

  startBeside(program: BesideProgram): Beside {
    const { beside } = this.#started;
    if (beside === undefined) throw new Failure("environment", `nothing can be started beside ${this.name}`);
    const process = beside(program);
    return {
      pid: process.pid,
      startTicks: process.ward.startTicks,
      logPath: process.logPath,
      kill: () => process.signal("SIGKILL"),
      takeOver: () => {
        if (this.isRunning) throw new Error(`${this.name} runs, and nobody can take its place`);
        this.#cpuBeforeS += this.#cpuS;
        this.#cpuS = 0;
        this.#process = process;
        this.#isReady = true;
        this.#watch(process);
      },
    };
  }

  /** From now on its end is nobody's business, and it is not started again. */
  leave(): void {
    this.#isLeft = true;
  }

  /** It may go on without us: it no longer keeps our process from ending. */
  release(): void {
    this.#process.release();
  }

  /** CPU seconds of all it has been, by `table`; never decreases. */
  cpuS(table: readonly ProcessRow[]): number {
    const tree = treeOf([this.pid], table);
    const nowS = table.filter(({ pid }) => tree.has(pid)).reduce((sum, row) => sum + row.cpuS, 0);
    this.#cpuS = Math.max(this.#cpuS, nowS);
    return this.#cpuBeforeS + this.#cpuS;
  }

  /** All its processes, also those that outlived a leader that died by itself. */
  async #kill(): Promise<void> {
    const process = this.#process;
    this.#asked.add(process);
    this.#isReady = false;
    if (process.ending === undefined) this.cpuS(processTable());
    // First, or its last words would still go out: keepalived says that it is leaving, which no power cut lets it.
    await this.#started.network?.cut(this.name);
    const leftovers = { processes: [process.ward], folders: [], cgroups: [] };
    const { problems } = await sweep(leftovers, { limitMs: KILL_LIMIT_MS, isPolite: false });
    if (problems.length > 0) {
      throw new Failure("environment", `${this.name} could not be killed within ${KILL_LIMIT_MS / 1_000} s`, {
        problems,
      });
    }
    await process.ended;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {}); // Told to whoever asked; the next one begins anew.
    return done;
  }

  #watch(process: NodeProcess): void {
    void process.ended.then((ending) => {
      if (this.#isLeft || this.#ends.isExpected || this.#asked.has(process)) return;
      this.#onDeath({
        node: this.name,
        because: `${this.name} (pid ${process.pid}) ${describeEnding(ending)}`,
        atEpochMs: ending.atEpochMs,
        lastLines: process.lastLines(),
      });
    });
  }
}
