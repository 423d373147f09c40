/** Reads beside the load what a target says of itself: logs five times a second, pages of figures once. Asks for nothing else. */
import { type Clock, sleep } from "../../base/clock.ts";
import { metricsPage } from "../../chaos/metrics-page.ts";
import type { Detection, TrafficSample, Watched } from "../../metrics/detection.ts";
import type { Member } from "../../targets/launch/members.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import type { Component } from "../../targets/target.ts";
import { detectorsOf } from "./detectors.ts";
import { changesIn, type GaugeStates, gaugesIn } from "./gauges.ts";
import { type AddressBook, type Noticed, noticedIn } from "./log-detections.ts";
import { LogTail } from "./log-tail.ts";
import { TrafficSum, trafficIn } from "./traffic.ts";
import { type WatchedNode, watchedNodes } from "./watched-node.ts";

export interface TargetWatchParts {
  readonly nodes: readonly NodeHandle[];
  readonly members: readonly Member[];
  readonly addresses: AddressBook;
  readonly clock: Clock;
  /** Called at once for each detection, for the record of the run. */
  detected(detection: Detection): void;
  /** The node's page of figures; another in tests. */
  page?(node: NodeHandle): Promise<string>;
}

export const logsEveryMs = 200;
/** A page takes the node that renders it 1.2 ms of its budget. Source: docs/recovery.md. */
const logsPerPage = 5;

const heardEveryS = 2;

/** Those that have a page at `/metrics`. */
const withPages: ReadonlySet<Component> = new Set(["shop", "service", "bus", "order-worker", "indexer"]);

export class TargetWatch {
  readonly #parts: TargetWatchParts;
  readonly #known: readonly WatchedNode[];
  readonly #tails: ReadonlyMap<WatchedNode, LogTail>;
  readonly #gauges = new Map<string, GaugeStates>();
  readonly #restarts = new Map<string, number>();
  readonly #sum = new TrafficSum();
  /** When each was last heard to say what. */
  readonly #heard = new Map<string, number>();
  readonly #detections: Detection[] = [];
  readonly #traffic: TrafficSample[] = [];
  readonly #stop = new AbortController();
  #originMs = 0;
  #running: Promise<void> | undefined;

  constructor(parts: TargetWatchParts) {
    this.#parts = parts;
    this.#known = watchedNodes(parts.nodes, parts.members);
    this.#tails = new Map(
      this.#known.map((known) => [
        known,
        new LogTail(parts.nodes.find(({ name }) => name === known.name)!.logPath),
      ]),
    );
  }

  /** The measured part begins at `originMs` of the clock; what is seen before has an instant below 0. */
  start(originMs: number): void {
    this.#originMs = originMs;
    this.#running ??= this.#run();
  }

  /** Ends the watching. Never rejects. */
  async close(): Promise<Watched> {
    this.#stop.abort(new Error("the watching is over"));
    await this.#running;
    return {
      detectors: detectorsOf(this.#known),
      detections: this.#detections,
      traffic: this.#traffic,
    };
  }

  /** One look at the logs, and at who was started again. */
  readLogs(): void {
    for (const [node, tail] of this.#tails) {
      for (const line of tail.lines()) {
        const noticed = noticedIn(line, this.#reading(node));
        if (noticed !== undefined) this.#detected(node.name, noticed);
      }
    }
    for (const { name, restarts } of this.#parts.nodes) {
      if (restarts === undefined) continue;
      const before = this.#restarts.get(name) ?? restarts;
      this.#restarts.set(name, restarts);
      if (restarts === before) continue;
      const says = `${name} was started again`;
      this.#detected("orchestrator", { source: "orchestrator", about: [name], isBack: false, says });
    }
  }

  /** One look at the pages. A node that does not answer is looked at the next time. */
  async readPages(): Promise<void> {
    const { nodes, page = metricsPage } = this.#parts;
    const asked = this.#known.filter(({ component }) => withPages.has(component));
    await Promise.all(
      asked.map(async (node) => {
        const handle = nodes.find(({ name }) => name === node.name);
        if (handle?.isRunning !== true) return;
        const text = await page(handle).catch(() => undefined);
        if (text === undefined) return;
        this.#sum.add(node.name, trafficIn(text, node.component));
        const states = gaugesIn(text, this.#reading(node));
        for (const noticed of changesIn(this.#gauges.get(node.name) ?? new Map(), states))
          this.#detected(node.name, noticed);
        this.#gauges.set(node.name, states);
      }),
    );
    if (asked.length > 0) this.#traffic.push({ atS: this.#atS(), counts: this.#sum.totals() });
  }

  async #run(): Promise<void> {
    const { clock } = this.#parts;
    let pages: Promise<void> | undefined;
    for (let look = 0; !this.#stop.signal.aborted; look++) {
      this.readLogs();
      if (look % logsPerPage === 0 && pages === undefined)
        pages = this.readPages().finally(() => (pages = undefined));
      await sleep(logsEveryMs, this.#stop.signal, clock).catch(() => {});
    }
    await pages;
    this.readLogs();
  }

  #reading(node: WatchedNode) {
    return { node, nodes: this.#known, addresses: this.#parts.addresses };
  }

  /** Who says the same over and over is heard once in a while. */
  #detected(by: string, noticed: Noticed): void {
    const detection = { atS: this.#atS(), by, ...noticed };
    const { source, about, isBack } = noticed;
    const key = [by, source, isBack, ...about].join(" ");
    const last = this.#heard.get(key);
    if (last !== undefined && detection.atS - last < heardEveryS) return;
    this.#heard.set(key, detection.atS);
    this.#detections.push(detection);
    this.#parts.detected(detection);
  }

  #atS(): number {
    return Math.round(this.#parts.clock.nowMs() - this.#originMs) / 1_000;
  }
}
