/** A second Redis that follows one of the target's, is cut off from it, and takes its place with what it had until then. */
import { chown, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Clock, sleep } from "../../base/clock.ts";
import { lookFor } from "../../targets/launch/components.ts";
import { Ports } from "../../targets/launch/ports.ts";
import { renderRedis } from "../../targets/launch/render-redis.ts";
import { unprivilegedUser } from "../../targets/launch/unprivileged-user.ts";
import type { Beside, NodeHandle } from "../../targets/running-target.ts";
import { isListening } from "../listening.ts";
import { withRedis } from "../stores/redis.ts";
import { infoOf } from "./page-keys.ts";

export interface StandbyParts {
  readonly node: NodeHandle;
  /** Whether it keeps a log on disk, as the one it follows. */
  readonly isDurable: boolean;
  readonly clock: Clock;
}

const LOOK_EVERY_MS = 10;
/** Seconds for which a master waits for further followers before it sends what it has. */
const DELAY = "repl-diskless-sync-delay";
/** Starting and following: a page cache of a stage is a few megabytes. */
const FOLLOW_LIMIT_MS = 5_000;
/** Promoting and listening at another port take milliseconds; a CPU budget may make them tenths of a second. */
const TAKE_OVER_LIMIT_MS = 3_000;
/** Nobody listens there: a master that is never reached. */
const NOBODY = ["127.0.0.1", "1"] as const;

export class Standby {
  readonly #parts: StandbyParts;
  readonly #beside: Beside;
  readonly #address: string;

  private constructor(parts: StandbyParts, beside: Beside, address: string) {
    this.#parts = parts;
    this.#beside = beside;
    this.#address = address;
  }

  /**
   * Starts it, and resolves when it has all that the other one has.
   * @throws when it cannot be started, or does not come to follow
   */
  static async follow(parts: StandbyParts, signal: AbortSignal): Promise<Standby> {
    const { node, isDurable, clock } = parts;
    const [found] = lookFor(["redis"]).found;
    if (found === undefined) throw new Error("there is no redis-server on this machine");
    const grip = node.grip();
    if (grip.kind !== "processes" || node.startBeside === undefined)
      throw new Error(`nothing can be started beside ${node.name}`);
    const [host = "", port = ""] = node.address.split(":");
    // Until it listens.
    using ports = new Ports();
    const own = await ports.next();
    const name = `${node.name}-standby-${own}`;
    const folder = join(dirname(grip.dataFolder), name);
    await mkdir(folder, { recursive: true });
    const user = unprivilegedUser();
    if (user) await chown(folder, user.uid, user.gid);
    const config = join(folder, "standby.conf");
    await writeFile(
      config,
      `${renderRedis({ port: own, host, folder, isDurable })}replicaof ${host} ${port}\n`,
    );
    const [, usualDelay = "5"] = await withRedis(node.address, (redis) => redis.config("GET", DELAY));
    await withRedis(node.address, (redis) => redis.config("SET", DELAY, "0"));
    const beside = node.startBeside({ name, command: found.command, args: ["-"], stdinPath: config });
    const standby = new Standby(parts, beside, `${host}:${own}`);
    try {
      await standby.#until("follows", FOLLOW_LIMIT_MS, clock, signal, async () => {
        const state = await withRedis(standby.#address, (redis) =>
          infoOf(redis, "replication", "master_link_status"),
        );
        return state === "up";
      });
    } catch (error) {
      standby.end();
      throw error;
    } finally {
      await withRedis(node.address, (redis) => redis.config("SET", DELAY, usualDelay)).catch(() => {});
    }
    return standby;
  }

  /** From now on it hears of nothing that is written. */
  async cutOff(): Promise<void> {
    await withRedis(this.#address, (redis) => redis.replicaof(...NOBODY));
  }

  /** Takes writes and listens where the other one did, which has to be down. */
  async takeOver(signal: AbortSignal): Promise<void> {
    const { node, clock } = this.#parts;
    const port = node.address.split(":")[1]!;
    await withRedis(this.#address, async (redis) => {
      await redis.replicaof("NO", "ONE");
      await redis.config("SET", "port", port);
    });
    await this.#until("took over", TAKE_OVER_LIMIT_MS, clock, signal, () => isListening(node.address));
    this.#beside.takeOver();
  }

  end(): void {
    this.#beside.kill();
  }

  async #until(
    what: string,
    limitMs: number,
    clock: Clock,
    signal: AbortSignal,
    isSo: () => Promise<boolean>,
  ): Promise<void> {
    const untilMs = clock.nowMs() + limitMs;
    while (!(await isSo().catch(() => false))) {
      if (clock.nowMs() >= untilMs)
        throw new Error(
          `the standby of ${this.#parts.node.name} never ${what} within ${limitMs / 1_000} s; its log is ${this.#beside.logPath}`,
        );
      await sleep(LOOK_EVERY_MS, signal, clock);
    }
  }
}
