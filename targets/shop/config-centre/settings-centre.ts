/**
 * The settings of the shop as this node knows them: watched in ZooKeeper, last-known values when that is gone.
 *
 *     look ──▶ read and watch ──changed──▶ read and watch ...
 *      ▲             │ session over
 *      └── wait ◀────┘   what was read last stays in force, here and on disk
 */
import type { Log } from "../log.ts";
import type { KeptSettings } from "./kept-settings.ts";
import { firstSettings, parseSettings, type Settings, type SettingsInForce } from "./settings.ts";
import { type Znode, ZooKeeperError } from "./zookeeper-messages.ts";
import type { ZooKeeperSession } from "./zookeeper-session.ts";

/** A session as it is used here; tests hand over another. */
export type CentreSession = Pick<
  ZooKeeperSession,
  "get" | "set" | "create" | "ended" | typeof Symbol.dispose
>;

export interface SettingsCentreOptions {
  /** Opens a session; rejects when there is no server. */
  open(onChange: () => void, signal: AbortSignal): Promise<CentreSession>;
  /** Absent: nothing is kept on disk, and a node cannot start without the centre. */
  readonly kept?: KeptSettings;
  readonly log: Log;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Somebody else has changed the settings meanwhile: nothing was done. */
export class ChangedMeanwhile extends Error {
  constructor() {
    super("the settings have been changed meanwhile");
    this.name = "ChangedMeanwhile";
  }
}

/** The centre cannot be reached, so nothing can be changed. */
export class CentreGone extends Error {
  constructor() {
    super("the configuration centre cannot be reached");
    this.name = "CentreGone";
  }
}

const FOLDER = "/shop";
const PATH = "/shop/settings";
/** Between two looks for a centre that is gone: the time after which it is found again. */
const LOOK_AGAIN_MS = 500;

export class SettingsCentre implements AsyncDisposable {
  readonly #options: SettingsCentreOptions;
  readonly #stop = new AbortController();
  readonly #listeners: ((settings: Settings) => void)[] = [];
  #inForce: SettingsInForce | undefined;
  #source: "centre" | "disk" | undefined;
  #session: CentreSession | undefined;
  #changes = 0;
  #watching: Promise<void> = Promise.resolve();
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: SettingsCentreOptions) {
    this.#options = options;
  }

  /** Takes what was kept on disk, and watches the centre from then on. */
  async start(): Promise<void> {
    const kept = await this.#options.kept?.read();
    if (kept) this.#take(kept, "disk");
    this.#watching = this.#watch();
  }

  /** The settings in force; undefined as long as none are known, and then the node is not ready to serve. */
  get inForce(): SettingsInForce | undefined {
    return this.#inForce;
  }

  /** Where the settings in force are from. */
  get source(): "centre" | "disk" | undefined {
    return this.#source;
  }

  get isConnected(): boolean {
    return this.#session !== undefined;
  }

  /** Changes seen since the start. */
  get changes(): number {
    return this.#changes;
  }

  /** Is told the settings in force now, if any, and whenever they change. */
  onChange(listener: (settings: Settings) => void): void {
    this.#listeners.push(listener);
    if (this.#inForce) listener(this.#inForce.settings);
  }

  /**
   * Changes the settings for all nodes, and gives the new version. Other nodes follow by their watches.
   * @throws {CentreGone} when nothing could be done
   * @throws {ChangedMeanwhile} when `version` is not the one in the centre
   */
  async change(settings: Settings, version: number): Promise<number> {
    if (!this.#session) throw new CentreGone();
    try {
      return await this.#session.set(PATH, Buffer.from(JSON.stringify(settings)), version);
    } catch (error) {
      if (error instanceof ZooKeeperError && error.refusal === "bad-version") throw new ChangedMeanwhile();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#session?.[Symbol.dispose]();
    await this.#watching;
    await this.#keeping;
  }

  async #watch(): Promise<void> {
    const { open, log, sleep } = this.#options;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        using session = await open(() => void this.#readAgain(), signal);
        await makeSure(session);
        this.#session = session;
        this.#understand(await session.get(PATH, true));
        log.info("config-centre-connected");
        throw await session.ended;
      } catch (error) {
        this.#session = undefined;
        if (signal.aborted) return;
        log.error("config-centre", error);
        await sleep(LOOK_AGAIN_MS, signal).catch(() => {});
      }
    }
  }

  /** A watch is used up by its change, so a read that fails would leave us without one: the session is opened again. */
  async #readAgain(): Promise<void> {
    const session = this.#session;
    await session?.get(PATH, true).then(
      (znode) => this.#understand(znode),
      (error) => {
        this.#options.log.error("config-centre", error);
        session[Symbol.dispose]();
      },
    );
  }

  #understand({ data, version }: Znode): void {
    let settings: Settings;
    try {
      settings = parseSettings(JSON.parse(data.toString("utf8")));
    } catch (error) {
      // Whoever wrote nonsense must not stop the shop: what was in force stays so.
      this.#options.log.error("settings-refused", error, { version });
      return;
    }
    this.#take({ settings, version }, "centre");
  }

  #take(inForce: SettingsInForce, source: "centre" | "disk"): void {
    const isNew =
      this.#inForce === undefined ||
      JSON.stringify(this.#inForce.settings) !== JSON.stringify(inForce.settings);
    this.#inForce = inForce;
    this.#source = source;
    if (isNew) {
      this.#changes++;
      this.#options.log.info("settings", { ...inForce, source });
      for (const listener of this.#listeners) listener(inForce.settings);
    }
    if (source === "centre") this.#keep(inForce);
  }

  /** One writing after the other, so that the newest is what stays. */
  #keep(inForce: SettingsInForce): void {
    const { kept, log } = this.#options;
    if (!kept) return;
    this.#keeping = this.#keeping
      .then(() => kept.write(inForce))
      .catch((error) => log.error("settings-not-kept", error));
  }
}

/** The first node to come makes the znodes; the others find them. */
async function makeSure(session: CentreSession): Promise<void> {
  const first = Buffer.from(JSON.stringify(firstSettings));
  for (const [path, data] of [
    [FOLDER, Buffer.alloc(0)],
    [PATH, first],
  ] as const) {
    try {
      await session.create(path, data);
    } catch (error) {
      if (!(error instanceof ZooKeeperError && error.refusal === "node-exists")) throw error;
    }
  }
}
