/** One bringing-up of a target as containers: data first, then containers, then node after node until all are ready. */
import { randomBytes, randomInt } from "node:crypto";
import { setMaxListeners } from "node:events";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure, sentenceOf } from "../../../base/failure.ts";
import type { NodeDeath } from "../../running-target.ts";
import type { TargetSpec } from "../../target.ts";
import { Births } from "../births.ts";
import { CacheFolder } from "../cache-folder.ts";
import { firstPageOf, servesHome } from "../first-page.ts";
import type { LaunchOptions } from "../launcher.ts";
import type { Member } from "../members.ts";
import { sizeOf } from "../own-disk.ts";
import { Ports } from "../ports.ts";
import { type PostgresBinaries, postgresBinaries } from "../postgres-binaries.ts";
import { copyData } from "../postgres-data.ts";
import { template } from "../postgres-template.ts";
import { answersOk } from "../probes.ts";
import { untilReady } from "../ready.ts";
import { type ShopProgram, seedDigest } from "../shop-program.ts";
import { StepTimes } from "../step-times.ts";
import { mustBeOpen, unprivilegedUser } from "../unprivileged-user.ts";
import { composeCommand, dockerCommand } from "./compose-command.ts";
import { ContainerMaker } from "./container-maker.ts";
import type { ContainerNode } from "./container-node.ts";
import type { Engine } from "./engine.ts";
import { shopFiles } from "./shop-files.ts";
import { sparesOf } from "./spares.ts";
import { freeSubnet, ownSubnets } from "./subnet.ts";

export interface BringUpParts {
  readonly spec: TargetSpec;
  readonly members: readonly Member[];
  readonly options: LaunchOptions;
  readonly engine: Engine;
  readonly shop: ShopProgram;
  readonly cachePath: string | undefined;
  onDeath(death: NodeDeath): void;
}

export interface BroughtUp {
  readonly nodes: readonly ContainerNode[];
  readonly maker: ContainerMaker;
  readonly subnet: string;
  /** Gone after the run. */
  readonly temporary: string;
}

export class BringUp {
  readonly times = new StepTimes();
  readonly #parts: BringUpParts;
  readonly #signal: AbortSignal;
  readonly ports = new Ports();
  readonly #user = unprivilegedUser();
  readonly #births: Births;
  #maker: ContainerMaker | undefined;

  constructor(parts: BringUpParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
    const { births = {}, runId, wards } = parts.options;
    this.#births = new Births({ births, runId, wards });
  }

  /** As soon as it has a container. */
  nodeNamed(name: string): ContainerNode | undefined {
    return this.#maker?.nodeNamed(name);
  }

  async run(): Promise<BroughtUp> {
    const { spec, members, options, engine, shop, onDeath } = this.#parts;
    const { say, folder } = options;
    const finish = this.times.start("total");
    const docker = dockerCommand(engine.socket);
    const compose = await composeCommand(engine.socket);
    await mkdir(folder, { recursive: true });
    const temporary = await this.#temporaryFolder();
    const cache = await CacheFolder.open(options.wards, this.#parts.cachePath);
    mustBeOpen(cache.path, this.#user, "BENCH_CACHE");
    const needsPostgres = members.some(({ component }) => component === "postgres");
    const binaries = needsPostgres ? await postgresBinaries(cache, this.#user) : undefined;

    const finishData = this.times.start("data");
    if (binaries !== undefined) await this.#prepareData(cache, binaries, temporary);
    await this.#mountDisks(temporary);
    finishData();
    const subnet = freeSubnet([...(await engine.subnets()), ...ownSubnets()], randomInt);
    const maker = new ContainerMaker(
      {
        ...{ spec, options, engine, docker, compose, binaries, temporary, onDeath },
        ...{ user: this.#user, ports: this.ports, times: this.times, files: shopFiles(shop) },
        subnet,
      },
      [...members, ...sparesOf(spec, members)],
    );
    this.#maker = maker;
    const nodes = await maker.make(members, this.#signal);
    await this.#startAll(nodes);
    await this.#firstPages(nodes);
    await this.#entryAnswers(nodes);
    finish();
    say(`${spec.id} is up: ${nodes.length} containers in ${this.times.inSeconds()["total"]?.toFixed(1)} s`);
    return { nodes, maker, subnet, temporary };
  }

  /** Every member starts when all it calls are ready; what does not depend on each other starts together. */
  async #startAll(nodes: readonly ContainerNode[]): Promise<void> {
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    // One listener for each node that waits, of which there are dozens.
    setMaxListeners(0, signal, this.#signal);
    const starting = new Map<string, Promise<void>>();
    const start = (node: ContainerNode): Promise<void> => {
      const known = starting.get(node.name);
      if (known) return known;
      const { calls, replicaOf } = node.member;
      const needed = [...calls, ...(replicaOf === undefined ? [] : [replicaOf])];
      const begun = (async () => {
        await Promise.all(needed.map((name) => start(nodes.find((each) => each.name === name)!)));
        signal.throwIfAborted();
        const finish = this.times.start(node.tier);
        await node.start(signal).catch((error: unknown) => {
          throw this.#maker?.explained(error, node.member) ?? error;
        });
        finish();
      })();
      starting.set(node.name, begun);
      return begun;
    };
    const all = nodes.map(start);
    for (const one of all) one.catch((error: unknown) => stop.abort(error));
    await Promise.allSettled(all);
    if (stop.signal.aborted) throw stop.signal.reason;
    this.#signal.throwIfAborted();
  }

  async #firstPages(nodes: readonly ContainerNode[]): Promise<void> {
    const finish = this.times.start("first pages");
    const shops = nodes.filter(({ member }) => servesHome(member));
    await Promise.all(shops.map((node) => untilReady(node, firstPageOf(node.address), this.#signal)));
    finish();
  }

  async #entryAnswers(nodes: readonly ContainerNode[]): Promise<void> {
    const finish = this.times.start("entry");
    const does = "pass /health through to a shop";
    const entries = nodes.filter(({ member }) => member.node === this.#parts.spec.entry);
    await Promise.all(
      entries.map((node) => {
        const probe = answersOk(`http://${node.address}/health`);
        return untilReady(node, { does, limitMs: 10_000, probe }, this.#signal);
      }),
    );
    finish();
  }

  /** Copies of seeded data, one for every database; the same template is made once, by whoever is first. */
  async #prepareData(cache: CacheFolder, binaries: PostgresBinaries, temporary: string): Promise<void> {
    const { members, options, shop, spec } = this.#parts;
    const digest = await seedDigest(shop, this.#signal);
    const tools = {
      ...{ cache, binaries, digest, shop, user: this.#user, data: spec.data, ports: this.ports },
      ...{ wards: options.wards, logFolder: options.folder, say: options.say },
    };
    for (const member of members.filter(({ component }) => component === "postgres")) {
      const source = await template(member, tools, this.#signal);
      const folder = join(temporary, member.name);
      const firstBytes = this.#births.hasDisk(member) ? await sizeOf(source, this.#signal) : 0;
      await this.#births.mountDisk(member, { folder, firstBytes, user: this.#user }, this.#signal);
      await copyData(source, folder, this.#signal);
    }
  }

  /** Of those that begin without any data. They are handed to the containers as folders, whatever lies below. */
  async #mountDisks(temporary: string): Promise<void> {
    for (const member of this.#parts.members.filter(({ component }) => component !== "postgres")) {
      const folder = join(temporary, member.name);
      await this.#births.mountDisk(member, { folder, firstBytes: 0, user: this.#user }, this.#signal);
    }
  }

  async #temporaryFolder(): Promise<string> {
    const { runId, wards } = this.#parts.options;
    mustBeOpen(tmpdir(), this.#user, "TMPDIR");
    const path = join(tmpdir(), `stagebench-${runId}-${randomBytes(3).toString("hex")}`);
    wards.folder(path);
    try {
      await mkdir(path, { mode: 0o711 });
    } catch (cause) {
      throw new Failure("environment", `${path} cannot be made: ${sentenceOf(cause)}`, { cause });
    }
    return path;
  }
}
