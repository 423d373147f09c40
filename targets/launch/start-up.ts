/** One bringing-up of a target, from nothing to every node ready. */

import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { chown, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure, sentenceOf } from "../../base/failure.ts";
import type { TargetSpec } from "../target.ts";
import type { Births } from "./births.ts";
import { CacheFolder } from "./cache-folder.ts";
import type { BudgetGroup, Budgets } from "./cpu-budget.ts";
import { addressesFor } from "./edge-door.ts";
import { firstPageOf, servesHome } from "./first-page.ts";
import type { LaunchOptions } from "./launcher.ts";
import type { Member } from "./members.ts";
import type { Namespaces } from "./network/namespaces.ts";
import { describeEnding, type Ending, NodeProcess } from "./node-process.ts";
import { sizeOf } from "./own-disk.ts";
import type { Ports } from "./ports.ts";
import { binariesEntry, npmPostgres, postgresBinaries } from "./postgres-binaries.ts";
import { copyData } from "./postgres-data.ts";
import { seededPrefix, template } from "./postgres-template.ts";
import { answersOk } from "./probes.ts";
import type { Kitchen } from "./programs/program-kind.ts";
import { lastWords, untilReady } from "./ready.ts";
import { lostThePort, recipe } from "./recipe.ts";
import type { StartedNode } from "./running-node.ts";
import { type ShopProgram, seedDigest } from "./shop-program.ts";
import { StepTimes } from "./step-times.ts";
import { mustBeOpen, unprivilegedUser } from "./unprivileged-user.ts";

/** What it takes from its surroundings; a test can hand over another. */
export interface Surroundings {
  readonly shop: ShopProgram;
  readonly ports: Pick<Ports, "next">;
  readonly cachePath: string | undefined;
  /** Where every node has a network of its own. */
  readonly network?: Namespaces | undefined;
  /** What nodes are given for faults to come. */
  readonly births: Births;
}

const CACHE_KEPT_DAYS = 14;

export class StartUp {
  readonly times = new StepTimes();
  readonly #spec: TargetSpec;
  readonly #members: readonly Member[];
  readonly #options: LaunchOptions;
  readonly #signal: AbortSignal;
  readonly #budgets: Budgets;
  readonly #around: Surroundings;
  readonly #births: Births;
  readonly #ready = new Map<string, StartedNode>();
  /** Of nodes whose members have addresses of their own: a name leads to all of them, and says nothing of ports. */
  readonly #sharedPorts = new Map<string, Promise<number>>();

  constructor(
    spec: TargetSpec,
    members: readonly Member[],
    options: LaunchOptions,
    signal: AbortSignal,
    budgets: Budgets,
    around: Surroundings,
  ) {
    this.#spec = spec;
    this.#members = members;
    this.#options = options;
    this.#signal = signal;
    // Whatever is waited for at the same time listens to it, in a large target dozens of nodes: no leak, no warning.
    setMaxListeners(0, signal);
    this.#budgets = budgets;
    this.#around = around;
    this.#births = around.births;
  }

  async run(commands: Kitchen["commands"], giveUp: (error: unknown) => void): Promise<StartedNode[]> {
    const { say, folder } = this.#options;
    const finish = this.times.start("total");
    await mkdir(folder, { recursive: true });
    const needsPostgres = this.#members.some(({ component }) => component === "postgres");
    const user = unprivilegedUser();
    const temporary = await this.#temporaryFolder(user);
    const cache = await CacheFolder.open(this.#options.wards, this.#around.cachePath);
    mustBeOpen(cache.path, user, "BENCH_CACHE");

    const finishBinaries = this.times.start("binaries");
    const postgres = needsPostgres ? await postgresBinaries(cache, user) : undefined;
    finishBinaries();
    if (postgres)
      say(`PostgreSQL ${postgres.version} of ${postgres.origin === "npm" ? "npm" : postgres.folder}`);

    const kitchen: Kitchen = {
      members: this.#members,
      commands,
      postgres,
      shop: this.#around.shop,
      data: this.#spec.data,
      folder,
      temporary,
      user,
      network: this.#around.network,
      addressOf: (name) => this.#ready.get(name)!.address,
    };
    const digest = needsPostgres ? seedDigest(this.#around.shop, this.#signal) : Promise.resolve("");
    digest.catch(() => {}); // Reported by every node that waits for it.
    const prepareData = async (member: Member) => {
      const finishData = this.times.start("data");
      const source = await template(
        member,
        {
          ...{ cache, user, binaries: postgres!, digest: await digest, data: this.#spec.data },
          ...{ shop: this.#around.shop, ports: this.#around.ports, wards: this.#options.wards },
          ...{ logFolder: folder, say },
        },
        this.#signal,
      );
      finishData();
      const finishCopy = this.times.start("copy");
      const data = join(temporary, member.name);
      const firstBytes = this.#births.hasDisk(member) ? await sizeOf(source, this.#signal) : 0;
      await this.#births.mountDisk(member, { folder: data, firstBytes, user }, this.#signal);
      await copyData(source, data, this.#signal);
      finishCopy();
    };

    for (const member of this.#members.filter(({ component }) => component !== "postgres")) {
      const data = join(temporary, member.name);
      await this.#births.mountDisk(member, { folder: data, firstBytes: 0, user }, this.#signal);
    }
    const nodes = await this.#startAll(kitchen, prepareData, giveUp);
    await this.#firstPages();
    await this.#entryAnswers();
    this.#signal.throwIfAborted();
    finish();
    if (needsPostgres) await prune(cache, await digest, say);
    say(`${this.#spec.id} is up: ${nodes.length} nodes in ${this.times.inSeconds()["total"]?.toFixed(1)} s`);
    return nodes;
  }

  /** Every member starts when all it calls are ready; what does not depend on each other starts together. */
  async #startAll(
    kitchen: Kitchen,
    prepareData: (member: Member) => Promise<void>,
    giveUp: (error: unknown) => void,
  ): Promise<StartedNode[]> {
    const prepared = new Map<string, Promise<void>>();
    // Replicas may share the template with their primary: made once, by whoever is first.
    for (const member of this.#members) {
      if (member.component !== "postgres") continue;
      const before = member.replicaOf === undefined ? undefined : prepared.get(member.replicaOf);
      const copied = (before ?? Promise.resolve()).then(() => prepareData(member));
      copied.catch(() => {}); // Seen by the node itself, below.
      prepared.set(member.name, copied);
    }
    const starting = new Map<string, Promise<StartedNode>>();
    const start = (member: Member): Promise<StartedNode> => {
      const known = starting.get(member.name);
      if (known) return known;
      const needed = [...member.calls, ...(member.replicaOf === undefined ? [] : [member.replicaOf])];
      const begun = (async () => {
        await Promise.all(needed.map((name) => start(this.#members.find((one) => one.name === name)!)));
        await prepared.get(member.name);
        const finish = this.times.start(member.tier);
        const node = await this.#startOne(member, kitchen);
        finish();
        this.#ready.set(member.name, node);
        // Others would wait in vain for one that dies after it was ready. Once all are up nobody listens to this.
        void node.process.ended.then((ending) => giveUp(diedEarly(node.process, ending)));
        return node;
      })();
      starting.set(member.name, begun);
      return begun;
    };
    const all = this.#members.map((member) => start(member));
    for (const one of all) one.catch(giveUp);
    const results = await Promise.allSettled(all);
    const reasons = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason as unknown] : [],
    );
    if (reasons.length > 0) throw theFirst(reasons, this.#signal);
    return results.map((result) => (result as PromiseFulfilledResult<StartedNode>).value);
  }

  /** A port may be taken between our looking and the node's listening; once is bad luck, twice is something else. */
  async #startOne(member: Member, kitchen: Kitchen): Promise<StartedNode> {
    const { folder, wards, say } = this.#options;
    const group = this.#groupOf(member);
    const memory = this.#births.memoryOf(member, group);
    const { temporary } = kitchen;
    const { network } = this.#around;
    const addressOf = await this.#addressesFor(member, kitchen);
    for (let isFirst = true; ; isFirst = false) {
      this.#signal.throwIfAborted();
      const port = await this.#portFor(member);
      const { program: plain, readiness } = await recipe(member, port, { ...kitchen, addressOf });
      const given = this.#births.program(member, plain, temporary);
      const program = network?.inside(given) ?? given;
      const logPath = join(folder, `${member.name}.log`);
      const begin = (room: Pick<BudgetGroup, "add"> = group) =>
        NodeProcess.start(program, logPath, wards, (pid) => {
          room.add(pid);
          memory?.add(pid);
        });
      const process = begin();
      try {
        await untilReady(process, readiness, this.#signal);
        return {
          member,
          process,
          address: `${member.ownAddress ?? "127.0.0.1"}:${port}`,
          group,
          readiness,
          network,
          dataFolder: join(temporary, member.name),
          born: this.#births.bornOf(member, { memory, temporary }),
          begin,
          beside: (other) => {
            const { cwd, politely, user } = program;
            const log = join(folder, `${other.name}.log`);
            return NodeProcess.start({ cwd, politely, user, ...other }, log, wards, (pid) => {
              group.add(pid);
              memory?.add(pid);
            });
          },
        };
      } catch (error) {
        // A port that others listen on already cannot be changed for one of them.
        if (
          !isFirst ||
          member.ownAddress !== undefined ||
          this.#signal.aborted ||
          !process.ending ||
          !lostThePort(process.lastLines())
        )
          throw error;
        say(`${member.name} lost port ${port} to somebody else; once more with another`);
      }
    }
  }

  /** Opened once: who calls finds the same door after a second try. */
  #addressesFor({ name, calls, replicaOf }: Member, kitchen: Kitchen): Promise<Kitchen["addressOf"]> {
    const callees = [...calls, ...(replicaOf === undefined ? [] : [replicaOf])];
    const host = this.#around.network?.outside ?? "127.0.0.1";
    return addressesFor({ name, callees }, kitchen.addressOf, { door: this.#options.through, host });
  }

  #portFor({ node, ownAddress }: Member): Promise<number> {
    if (ownAddress === undefined) return this.#around.ports.next();
    const together = this.#members.filter((member) => member.node === node);
    const hosts = together.flatMap((member) => member.ownAddress ?? []);
    const port =
      this.#sharedPorts.get(node) ?? this.#around.ports.next(this.#around.network ? undefined : hosts);
    this.#sharedPorts.set(node, port);
    return port;
  }

  #groupOf({ name, machine, cpuMillicores }: Member): BudgetGroup {
    if (machine === undefined) return this.#budgets.group(name, cpuMillicores);
    const together = this.#members.filter((member) => member.machine === machine);
    return this.#budgets.group(
      machine,
      together.reduce((sum, member) => sum + member.cpuMillicores, 0),
    );
  }

  async #firstPages(): Promise<void> {
    const finish = this.times.start("first pages");
    const shops = [...this.#ready.values()].filter(({ member }) => servesHome(member));
    await Promise.all(
      shops.map(({ address, process }) => untilReady(process, firstPageOf(address), this.#signal)),
    );
    finish();
  }

  /** The whole way in works, from every entry to a shop and back. */
  async #entryAnswers(): Promise<void> {
    const finish = this.times.start("entry");
    const entries = [...this.#ready.values()].filter(({ member }) => member.node === this.#spec.entry);
    await Promise.all(
      entries.map(({ address, process }) =>
        untilReady(
          process,
          {
            does: "pass /health through to a shop",
            limitMs: 10_000,
            probe: answersOk(`http://${address}/health`),
          },
          this.#signal,
        ),
      ),
    );
    finish();
  }

  async #temporaryFolder(user: ReturnType<typeof unprivilegedUser>): Promise<string> {
    mustBeOpen(tmpdir(), user, "TMPDIR");
    const path = join(tmpdir(), `stagebench-${this.#options.runId}-${randomBytes(3).toString("hex")}`);
    this.#options.wards.folder(path);
    await mkdir(path, { mode: 0o700 });
    if (user) await chown(path, user.uid, user.gid);
    return path;
  }
}

function diedEarly(node: NodeProcess, ending: Ending): Failure {
  return new Failure("target", `${node.name} ${describeEnding(ending)} while others were started`, {
    hint: lastWords(node),
  });
}

/** Other seeds' data that nobody has used for two weeks, and other versions' binaries. */
async function prune(cache: CacheFolder, digest: string, say: (line: string) => void): Promise<void> {
  const current = [seededPrefix(digest), binariesEntry(npmPostgres()?.version ?? "none")];
  const isCurrent = (name: string) => current.some((prefix) => name.startsWith(prefix));
  const nowMs = Date.now();
  const removed = await cache.prune(isCurrent, nowMs - CACHE_KEPT_DAYS * 86_400_000, nowMs);
  for (const name of removed) say(`removed ${name} from the cache`);
}

/** Of several reasons the first failure, with the sentences of the others; not the aborts that followed from it. */
function theFirst(reasons: readonly unknown[], signal: AbortSignal): unknown {
  const first = signal.aborted && reasons.includes(signal.reason) ? signal.reason : reasons[0];
  const others = [...new Set(reasons)].filter((reason) => reason !== first).map(sentenceOf);
  return first instanceof Failure && others.length > 0
    ? withProblems(first, [first.message, ...others])
    : first;
}

/** The same failure, with more problems listed. */
export function withProblems(failure: Failure, problems: readonly string[]): Failure {
  return new Failure(failure.kind, failure.message, {
    ...(failure.hint !== undefined && { hint: failure.hint }),
    cause: failure.cause,
    problems: [...failure.problems, ...problems],
  });
}
