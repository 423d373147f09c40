import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { askRelay } from "../../../../chaos/relay/relay-control.ts";
import { type RunningRelay, startRelay } from "../../../../chaos/relay/start-relay.ts";
import { isAlive } from "../../../../targets/launch/process-identity.ts";
import { WardList } from "../../../../targets/launch/ward-list.ts";
import { addressOf, edge, listening } from "./callee.ts";

const command = [process.execPath, "--import", "tsx", "cli/main.ts"];
/** Starting a program through a loader, on two busy cores. */
const LIMIT_MS = 60_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stagebench-test-relay-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function open(): Promise<{ readonly relay: RunningRelay; readonly wards: WardList }> {
  const wards = new WardList();
  const relay = await startRelay({ edges: [edge], command, wards, logPath: join(folder, "relay.log") });
  return { relay, wards };
}

test(
  "a process of its own, known to the wards, that carries out orders and leaves nothing",
  async () => {
    const server = await listening((socket) => socket.pipe(socket));
    const { relay, wards } = await open();
    const [ward] = wards.leftovers().processes;
    expect(ward).toMatchObject({ name: "relay", pid: relay.pid });
    expect([relay.leads("shop", "db"), relay.leads("db", "shop")]).toEqual([true, false]);
    const address = await relay.open("shop", "db", addressOf(server), "127.0.0.1");
    expect(relay.control.addressOf(edge)).toBe(address);
    const does = { kind: "hold", way: "both", heal: "resume" } as const;
    await relay.control.put({ id: "cut", edges: [edge], does, share: 1, seed: 1 });
    expect(await relay.control.seen("cut")).toMatchObject({ isOn: true });
    await relay.control.lift("cut");
    expect(await relay.control.seen("cut")).toMatchObject({ isOn: false });
    await relay[Symbol.asyncDispose]();
    server.close();
    expect(isAlive(ward!)).toBe(false);
    expect(existsSync(dirname(relay.control.socketPath))).toBe(false);
    // Whoever asks it afterwards finds that its faults are gone with it.
    await relay.control.lift("cut");
    expect(await relay.control.seen("cut")).toBeUndefined();
  },
  LIMIT_MS,
);

test(
  "what is not understood is said so, and a death nobody asked for is told",
  async () => {
    const { relay } = await open();
    const nonsense = { ask: "dance" } as never;
    await expect(askRelay(relay.control.socketPath, nonsense)).rejects.toThrow("not understood");
    const death = new Promise((resolve) => relay.onDeath(resolve));
    process.kill(relay.pid, "SIGKILL");
    expect(await death).toBe("it was ended by SIGKILL");
    await relay[Symbol.asyncDispose]();
  },
  LIMIT_MS,
);

test(
  "one that cannot be started is a failure with its last words",
  async () => {
    const wards = new WardList();
    const wrong = [process.execPath, "-e", 'process.stderr.write("no such program\\n"); process.exit(3)'];
    await expect(
      startRelay({ edges: [edge], command: wrong, wards, logPath: join(folder, "wrong.log") }),
    ).rejects.toMatchObject({
      message: "the relay did not start: it exited with 3",
      hint: "no such program",
    });
    const [made] = wards.leftovers().folders;
    expect(existsSync(made!)).toBe(false);
  },
  LIMIT_MS,
);
