/**
 * Defects that are planted on purpose while a node runs or is started again: a release that answers some requests with an
 * error, or takes longer than it should. Those of a whole stage are in built-in-defects.ts. These stand in a file in the node's own folder, which only somebody who may write there can
 * put there; there is none unless an experiment makes one, and when it is taken away they are gone.
 */
import { readFileSync, statSync } from "node:fs";
import { Gauge, type Registry } from "prom-client";
import { z } from "zod";
import type { Log } from "./log.ts";
import { parsedConfig } from "./parsed-config.ts";

const shape = z.strictObject({
  /** Share of what shoppers or callers ask that is answered with an error, above 0 to 1. Nothing is done then. */
  errorRatio: z.number().gt(0).max(1).optional(),
  /** How many times as long every answer takes as it would; the time is spent waiting, not working. */
  slowFactor: z.number().gt(1).max(1_000).optional(),
  /** Or how much longer, in milliseconds. */
  addedMs: z.number().positive().max(60_000).optional(),
});

export type DefectsPlanted = Readonly<z.infer<typeof shape>>;

export interface DefectsOptions {
  /** The file; absent: this node never has any. */
  readonly path: string | undefined;
  readonly log: Log;
  /** Shows how many are in force. */
  readonly registry: Registry;
  random(): number;
}

/** How soon a node notices that the file is there, or gone. Four looks a second cost it a few hundredths of a millisecond. */
const LOOK_EVERY_MS = 250;

export class Defects implements Disposable {
  readonly #options: DefectsOptions;
  readonly #looking: NodeJS.Timeout | undefined;
  #planted: DefectsPlanted = {};
  /** When the file that was read was written; undefined when there was none. */
  #writtenAtMs: number | undefined;

  /** What stands in the file now is in force from the first request on. */
  constructor(options: DefectsOptions) {
    this.#options = options;
    if (options.path === undefined) return;
    const planted = () => Object.keys(this.#planted).length;
    new Gauge({
      name: "shop_planted_defects",
      help: "Defects that are planted in this node on purpose.",
      registers: [options.registry],
      collect() {
        this.set(planted());
      },
    });
    this.look();
    this.#looking = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  /** Whether what is asked now is to be answered with an error instead. */
  fails(): boolean {
    const { errorRatio } = this.#planted;
    return errorRatio !== undefined && this.#options.random() < errorRatio;
  }

  /** How much longer what took `tookMs` has to take, in milliseconds; 0 as a rule. */
  extraMs(tookMs: number): number {
    const { slowFactor = 1, addedMs = 0 } = this.#planted;
    return tookMs * (slowFactor - 1) + addedMs;
  }

  /** Reads the file when it is another one than before. */
  look(): void {
    const { path, log } = this.#options;
    if (path === undefined) return;
    const writtenAtMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (writtenAtMs === this.#writtenAtMs) return;
    this.#writtenAtMs = writtenAtMs;
    try {
      this.#planted = writtenAtMs === undefined ? {} : parsedConfig(shape, readFileSync(path, "utf8"));
      log.info("defects", this.#planted);
    } catch (error) {
      // Gone again already, or nonsense: without a file that can be understood there are none.
      this.#planted = {};
      log.error("defects-refused", error);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#looking);
  }
}
