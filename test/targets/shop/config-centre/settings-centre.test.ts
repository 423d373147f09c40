import { expect, test, vi } from "vitest";
import type { KeptSettings } from "../../../../targets/shop/config-centre/kept-settings.ts";
import { parseSettings, type SettingsInForce } from "../../../../targets/shop/config-centre/settings.ts";
import {
  CentreGone,
  type CentreSession,
  ChangedMeanwhile,
  SettingsCentre,
} from "../../../../targets/shop/config-centre/settings-centre.ts";
import { ZooKeeperError } from "../../../../targets/shop/config-centre/zookeeper-messages.ts";

/** A centre in memory, which can go away and come back. */
class MemoryCentre {
  readonly znodes = new Map<string, { data: Buffer; version: number }>();
  isUp = true;
  #sessions: { end: (reason: Error) => void; onChange: () => void; isWatching: boolean }[] = [];

  readonly open = async (onChange: () => void): Promise<CentreSession> => {
    if (!this.isUp) throw new Error("connect ECONNREFUSED");
    let end: (reason: Error) => void = () => {};
    const ended = new Promise<Error>((resolve) => (end = resolve));
    const own = { end, onChange, isWatching: false };
    this.#sessions.push(own);
    return {
      ended,
      create: async (path, data) => {
        if (this.znodes.has(path)) throw new ZooKeeperError(-110, path);
        this.znodes.set(path, { data, version: 0 });
      },
      get: async (path, isWatched) => {
        own.isWatching ||= isWatched;
        return { ...this.znodes.get(path)! };
      },
      set: async (path, data, version) => {
        const znode = this.znodes.get(path)!;
        if (version !== znode.version) throw new ZooKeeperError(-103, path);
        this.put(data.toString());
        return znode.version + 1;
      },
      [Symbol.dispose]: () => end(new Error("closed by us")),
    };
  };

  put(text: string): void {
    const { version } = this.znodes.get("/shop/settings")!;
    this.znodes.set("/shop/settings", { data: Buffer.from(text), version: version + 1 });
    for (const session of this.#sessions.filter(({ isWatching }) => isWatching)) {
      session.isWatching = false;
      session.onChange();
    }
  }

  goAway(): void {
    this.isUp = false;
    for (const { end } of this.#sessions) end(new Error("the connection was closed"));
    this.#sessions = [];
  }
}

class MemoryDisk implements KeptSettings {
  kept: SettingsInForce | undefined;
  read = async () => this.kept;
  write = async (inForce: SettingsInForce) => {
    this.kept = inForce;
  };
}

const log = { info: () => {}, error: () => {} };

/** `wake` ends the wait before the next look for the centre. */
function centreOver(memory: MemoryCentre, kept?: KeptSettings) {
  let wake = () => {};
  const centre = new SettingsCentre({
    open: memory.open,
    ...(kept && { kept }),
    log,
    sleep: (_ms, signal) =>
      new Promise((resolve) => {
        wake = resolve;
        signal.addEventListener("abort", () => resolve());
      }),
  });
  return { centre, wake: () => wake() };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test("the first node to come makes the settings, and a change reaches every node that watches", async () => {
  const memory = new MemoryCentre();
  const [one, other] = [centreOver(memory).centre, centreOver(memory).centre];
  const seen: string[] = [];
  other.onChange(({ switchedOff }) => seen.push(switchedOff.join()));
  await one.start();
  await other.start();
  await settled();
  expect(one.inForce).toEqual({ settings: { switchedOff: [] }, version: 0 });
  expect(await one.change({ switchedOff: ["search"] }, 0)).toBe(1);
  await settled();
  expect(await one.change({ switchedOff: [] }, 1)).toBe(2);
  await settled();
  expect(seen).toEqual(["", "search", ""]);
  await one[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

test("whoever has not seen the newest settings changes nothing", async () => {
  const { centre } = centreOver(new MemoryCentre());
  await centre.start();
  await settled();
  await centre.change({ switchedOff: ["search"] }, 0);
  await expect(centre.change({ switchedOff: [] }, 0)).rejects.toBeInstanceOf(ChangedMeanwhile);
  await settled();
  expect(centre.inForce?.settings.switchedOff).toEqual(["search"]);
  await centre[Symbol.asyncDispose]();
});

test("while the centre is gone the last known settings stay in force, changes are refused, and later ones are seen again", async () => {
  const memory = new MemoryCentre();
  const { centre, wake } = centreOver(memory);
  await centre.start();
  await settled();
  await centre.change({ switchedOff: ["search"], inFlightLimit: 9 }, 0);
  await settled();
  memory.goAway();
  await settled();
  expect(centre.isConnected).toBe(false);
  expect(centre.inForce?.settings).toEqual({ switchedOff: ["search"], inFlightLimit: 9 });
  await expect(centre.change({ switchedOff: [] }, 1)).rejects.toBeInstanceOf(CentreGone);

  memory.isUp = true;
  memory.put('{"switchedOff":[]}');
  wake();
  await settled();
  expect(centre.inForce).toEqual({ settings: { switchedOff: [] }, version: 2 });
  memory.put('{"switchedOff":["pay"]}');
  await settled();
  expect(centre.inForce?.settings.switchedOff).toEqual(["pay"]);
  await centre[Symbol.asyncDispose]();
});

test.each([
  { why: "nothing was kept", kept: undefined, inForce: undefined, source: undefined },
  {
    why: "the last settings were kept on disk",
    kept: { settings: { switchedOff: ["pay"] }, version: 4 },
    inForce: { settings: { switchedOff: ["pay"] }, version: 4 },
    source: "disk",
  },
])("without the centre a node starts with $inForce when $why", async ({ kept, inForce, source }) => {
  const memory = new MemoryCentre();
  memory.isUp = false;
  const disk = new MemoryDisk();
  disk.kept = kept;
  const { centre } = centreOver(memory, disk);
  await centre.start();
  await settled();
  expect(centre.inForce).toEqual(inForce);
  expect(centre.source).toBe(source);
  await centre[Symbol.asyncDispose]();
});

test("what the centre says is kept on disk", async () => {
  const disk = new MemoryDisk();
  const { centre } = centreOver(new MemoryCentre(), disk);
  await centre.start();
  await settled();
  await centre.change({ switchedOff: ["favourite"] }, 0);
  await vi.waitUntil(() => disk.kept?.version === 1);
  expect(disk.kept?.settings.switchedOff).toEqual(["favourite"]);
  await centre[Symbol.asyncDispose]();
});

test.each(["not JSON", '{"switchedOff":"search"}', '{"inFlightLimit":0}', '{"swichedOff":[]}'])(
  "nonsense in the centre, %s, leaves in force what was, and the next change is seen",
  async (nonsense) => {
    const memory = new MemoryCentre();
    const { centre } = centreOver(memory);
    await centre.start();
    await settled();
    memory.put(nonsense);
    await settled();
    expect(centre.inForce).toEqual({ settings: { switchedOff: [] }, version: 0 });
    memory.put('{"switchedOff":["search"]}');
    await settled();
    expect(centre.inForce?.settings.switchedOff).toEqual(["search"]);
    await centre[Symbol.asyncDispose]();
  },
);

test("all that is wrong with settings is told together", () => {
  expect(() => parseSettings({ inFlightLimit: -1, switchedOff: ["Search"] })).toThrow(
    /inFlightLimit: .*\nswitchedOff\.0: must be the name of an operation/,
  );
});
