/** Makes the containers of a target: configuration, image and compose file of each, at the start and later on. */
import { chown, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../../../base/failure.ts";
import type { NodeDeath } from "../../running-target.ts";
import type { Component, TargetSpec } from "../../target.ts";
import { isBuiltIn, packageOf } from "../components.ts";
import type { LaunchOptions } from "../launcher.ts";
import type { Member } from "../members.ts";
import { isOwnAddress, type Ports } from "../ports.ts";
import type { PostgresBinaries } from "../postgres-binaries.ts";
import { acceptsConnections } from "../probes.ts";
import type { Kitchen, Recipe } from "../programs/program-kind.ts";
import { recipe } from "../recipe.ts";
import type { StepTimes } from "../step-times.ts";
import type { UnprivilegedUser } from "../unprivileged-user.ts";
import { type Command, runErrand } from "./compose-command.ts";
import { ContainerDoors } from "./container-doors.ts";
import { ContainerNode, type ContainerPlan } from "./container-node.ts";
import { type Engine, nodeLabel } from "./engine.ts";
import { debianImage, ensureImage, type ImagePlan, postgresImage, shopImage } from "./images.ts";
import { renderCompose, type Service } from "./render-compose.ts";
import { postgresFolder } from "./render-images.ts";
import type { ShopFiles } from "./shop-files.ts";
import { firstFree, gatewayIn } from "./subnet.ts";

export interface MakerParts {
  readonly spec: TargetSpec;
  readonly options: LaunchOptions;
  readonly engine: Engine;
  readonly docker: Command;
  readonly compose: Command;
  readonly files: ShopFiles;
  readonly binaries: PostgresBinaries | undefined;
  readonly user: UnprivilegedUser | undefined;
  readonly subnet: string;
  /** Gone after the run. */
  readonly temporary: string;
  readonly ports: Pick<Ports, "next">;
  readonly times: StepTimes;
  onDeath(death: NodeDeath): void;
}

export interface Place {
  readonly port: number;
  /** In the target's own network. */
  readonly ipv4: string;
  /** On loopback. */
  readonly publishedAt: string;
}

/** What has been decided so far; with it another maker goes on where this one was. Plain data. */
export interface MakerState {
  /** Also those that may be added later. */
  readonly members: readonly Member[];
  readonly places: Readonly<Record<string, Place>>;
  /** One for each container. */
  readonly services: readonly Service[];
}

/** A member with everything that is decided about it before it is started. */
interface Prepared {
  readonly member: Member;
  readonly recipe: Recipe;
  readonly service: Service;
}

const UP_LIMIT_MS = 120_000;
/** For one that was ready before and is started again. */
const READY_AGAIN_LIMIT_MS = 20_000;

export class ContainerMaker {
  readonly #parts: MakerParts;
  /** Also those that may be added later: databases make room for their connections at the start. */
  readonly #members = new Map<string, Member>();
  /** Port and address in the target's network, by member; once given they stay. */
  readonly #places = new Map<string, Place>();
  readonly #services = new Map<string, Service>();
  readonly #nodes = new Map<string, ContainerNode>();
  readonly #doors: ContainerDoors;
  #isWarded = false;

  constructor(parts: MakerParts, members: readonly Member[]) {
    this.#parts = parts;
    this.#doors = new ContainerDoors(parts.options.through, gatewayIn(parts.subnet));
    for (const member of members) this.#members.set(member.name, member);
  }

  /** Goes on where another was. */
  static from(state: MakerState, parts: MakerParts): ContainerMaker {
    const maker = new ContainerMaker(parts, state.members);
    for (const [name, place] of Object.entries(state.places)) maker.#places.set(name, place);
    for (const service of state.services) maker.#services.set(service.name, service);
    return maker;
  }

  state(): MakerState {
    return {
      members: [...this.#members.values()],
      places: Object.fromEntries(this.#places),
      services: [...this.#services.values()],
    };
  }

  /**
   * The containers that an earlier maker made, as they run now. What it has not told of was begun and not finished, and is
   * removed; what it told of and is gone is no member any more.
   */
  async takeOver(): Promise<readonly ContainerNode[]> {
    const { engine, options } = this.#parts;
    const found = new Map<string, string>();
    for (const { Id, Labels } of await engine.containers(options.runId)) {
      const name = Labels[nodeLabel] ?? "";
      if (this.#services.has(name)) found.set(name, Id);
      else await engine.remove(Id);
    }
    for (const name of this.#services.keys()) if (!found.has(name)) this.#services.delete(name);
    return Promise.all(
      [...this.#services].map(async ([name, service]) => {
        const id = found.get(name)!;
        const { port, publishedAt, stopSignal } = service;
        const node = this.#nodeOf(this.#members.get(name)!, service, id, {
          politely: stopSignal,
          readiness: {
            does: "accept connections",
            limitMs: READY_AGAIN_LIMIT_MS,
            probe: acceptsConnections(port, publishedAt),
          },
        });
        await node.takeOver();
        return node;
      }),
    );
  }

  /** As soon as it has a container. */
  nodeNamed(name: string): ContainerNode | undefined {
    return this.#nodes.get(name);
  }

  /**
   * Containers for these members, made and not yet started; they take the places of those with the same names.
   * @throws {Failure} `environment` when an image cannot be had, or the engine does not make them
   */
  async make(members: readonly Member[], signal: AbortSignal): Promise<ContainerNode[]> {
    for (const member of members) {
      this.#members.set(member.name, member);
      await this.#place(member);
    }
    const prepared: Prepared[] = [];
    const images = new Map<string, ImagePlan>();
    for (const member of members) {
      const made = await this.#cook(member);
      const image = this.#imageOf(member, made);
      images.set(image.name, image);
      prepared.push({ member, recipe: made, service: await this.#serviceOf(member, made, image) });
    }
    await this.#ensureImages([...images.values()], signal);
    const nodes = await this.#create(prepared, signal);
    await this.#leadThroughDoors(members);
    return nodes;
  }

  /** Why a member did not start, in full. */
  explained(error: unknown, member: Member): unknown {
    return this.#doors.explained(error, member);
  }

  /** Writes the configuration of `member` anew, for a program that reads it again when told to. */
  async reconfigure(member: Member): Promise<void> {
    this.#members.set(member.name, member);
    await this.#cook(member);
  }

  /** The container is gone; its name and place can be given to another. */
  async remove(node: ContainerNode): Promise<void> {
    await this.#parts.engine.remove(node.id);
    this.#nodes.delete(node.name);
    this.#services.delete(node.name);
  }

  async #place({ name, node, ownAddress }: Member): Promise<void> {
    if (this.#places.has(name)) return;
    const taken = new Set([...this.#places.values()].map((place) => place.ipv4));
    const ipv4 = firstFree(this.#parts.subnet, taken);
    // Members that one name leads to are told apart by address: a name says nothing of ports.
    const sibling =
      ownAddress === undefined
        ? undefined
        : [...this.#members.values()].find((each) => each.node === node && this.#places.has(each.name));
    const port = (sibling && this.#places.get(sibling.name)?.port) ?? (await this.#parts.ports.next());
    this.#places.set(name, { port, ipv4, publishedAt: ownAddress ?? "127.0.0.1" });
  }

  async #cook(member: Member): Promise<Recipe> {
    const own = join(this.#parts.temporary, member.name);
    await mkdir(own, { recursive: true, mode: 0o700 });
    const { user } = this.#parts;
    if (user) await chown(own, user.uid, user.gid);
    const kitchen = this.#kitchenOf(member);
    const addressOf = await this.#doors.addressesFor(member, kitchen.addressOf);
    return recipe(member, this.#places.get(member.name)!.port, { ...kitchen, addressOf });
  }

  /** Doors stand in the network, and that comes with the containers: their configurations are written once more. */
  async #leadThroughDoors(members: readonly Member[]): Promise<void> {
    const led = members.filter((member) => this.#doors.leadsFrom(member));
    if (led.length === 0) return;
    await this.#doors.networkIsUp(isOwnAddress);
    for (const member of led) await this.#cook(member);
  }

  async #ensureImages(images: readonly ImagePlan[], signal: AbortSignal): Promise<void> {
    const { engine, docker, options, temporary, times } = this.#parts;
    const { folder, wards, say } = options;
    const finish = times.start("images");
    for (const image of images) {
      await ensureImage(image, { engine, docker, wards, temporary, folder, say }, signal);
    }
    finish();
  }

  /** The compose file with these as well, and their containers. */
  async #create(prepared: readonly Prepared[], signal: AbortSignal): Promise<ContainerNode[]> {
    const { engine, options, spec, subnet, compose, times } = this.#parts;
    const { runId, folder, wards } = options;
    const finish = times.start("create");
    for (const { service } of prepared) this.#services.set(service.name, service);
    const file = join(folder, "compose.yaml");
    const services = [...this.#services.values()];
    await writeFile(file, renderCompose({ runId, target: spec.id, subnet, services }));
    // Once: whoever is told of the same containers twice removes them twice at the same time.
    if (!this.#isWarded) wards.containers({ runId, socket: engine.socket });
    this.#isWarded = true;
    const project = ["-p", `bench-${runId.toLowerCase().replace(/[^a-z0-9_-]/g, "-")}`, "-f", file];
    const names = prepared.map(({ service }) => service.name);
    await runErrand(
      {
        name: "docker compose",
        command: compose.command,
        args: [...compose.args, ...project, "up", "--no-start", "--no-deps", "--no-recreate", ...names],
        folder,
        limitMs: UP_LIMIT_MS,
      },
      wards,
      signal,
    );
    const made = await engine.containers(runId);
    finish();
    return prepared.map((each) => {
      const container = made.find(({ Labels }) => Labels[nodeLabel] === each.member.name);
      const { member, service, recipe } = each;
      if (container !== undefined)
        return this.#nodeOf(member, service, container.Id, {
          politely: recipe.program.politely,
          readiness: recipe.readiness,
        });
      throw new Failure("environment", `compose made no container for ${each.member.name}`);
    });
  }

  #nodeOf(
    member: Member,
    { ipv4, logPath, port, publishedAt, restartsOnFailure }: Service,
    id: string,
    how: Pick<ContainerPlan, "politely" | "readiness">,
  ): ContainerNode {
    const { engine, onDeath, temporary } = this.#parts;
    const address = `${publishedAt}:${port}`;
    const dataFolder = join(temporary, member.name);
    const node = new ContainerNode(
      { member, id, address, knownAs: `${ipv4}:${port}`, logPath, dataFolder, restartsOnFailure, ...how },
      engine,
      onDeath,
    );
    this.#nodes.set(member.name, node);
    return node;
  }

  #kitchenOf({ component }: Member): Kitchen {
    const { binaries, files, options, spec, temporary, user } = this.#parts;
    const inImage = (name: string) => join(postgresFolder, "bin", name);
    const members = [...this.#members.values()];
    return {
      members,
      commands: Object.fromEntries(
        members.flatMap(({ component }) => {
          const command = programOf(component);
          return command === undefined ? [] : [[component, command]];
        }),
      ),
      postgres: binaries && { ...binaries, postgres: inImage("postgres"), initdb: inImage("initdb") },
      shop: files.program,
      data: spec.data,
      folder: options.folder,
      temporary,
      user,
      host: "0.0.0.0",
      addressOf: (name) => {
        const { ipv4, port, publishedAt } = this.#places.get(name)!;
        // A name server leads those who come from outside.
        return `${component === "knot" ? publishedAt : ipv4}:${port}`;
      },
    };
  }

  /** Told by the program: there are more kinds of nodes than images. */
  #imageOf({ component }: Member, { program }: Recipe): ImagePlan {
    const { files, binaries } = this.#parts;
    if (program.command === files.program.command) return shopImage(files);
    if (component === "postgres") return postgresImage(binaries!);
    if (isBuiltIn(component)) throw new Error(`${component} is not started as the shop's program`);
    return debianImage(component);
  }

  async #serviceOf(
    { name, calls, component, replicaOf, cpuMillicores }: Member,
    { program }: Recipe,
    image: ImagePlan,
  ): Promise<Service> {
    const { options, spec, temporary } = this.#parts;
    const { folder } = options;
    const logPath = join(folder, `${name}.log`);
    await writeFile(logPath, "", { flag: "a" });
    if (program.user) await chown(logPath, program.user.uid, program.user.gid);
    const user = program.user ?? whoWeAre();
    return {
      name,
      image: image.name,
      command: [program.command, ...program.args],
      workingFolder: program.cwd,
      ...(program.stdinPath !== undefined && { stdinPath: program.stdinPath }),
      logPath,
      ...(user && { user: `${user.uid}:${user.gid}` }),
      stopSignal: program.politely,
      ...this.#places.get(name)!,
      isAskedByUdp: component === "knot",
      folders: [
        { path: folder, isWritable: false },
        { path: join(temporary, name), isWritable: true },
      ],
      after: [...calls, ...(replicaOf === undefined ? [] : [replicaOf])],
      cpuMillicores,
      restartsOnFailure: spec.orchestration?.restart === "on-failure",
    };
  }
}

/** Files that a container writes must be ours to remove; as root they are, whoever they belong to. */
function whoWeAre(): { uid: number; gid: number } | undefined {
  const uid = process.getuid?.() ?? 0;
  return uid === 0 ? undefined : { uid, gid: process.getgid?.() ?? 0 };
}

/** Found by the search path of the container, but for those that Debian keeps elsewhere. */
function programOf(component: Component): string | undefined {
  if (isBuiltIn(component) || component === "postgres") return undefined;
  return component === "zookeeper" ? "/usr/share/zookeeper/bin/zkServer.sh" : packageOf(component).program;
}
