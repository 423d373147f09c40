/** Sessions of ours, as far as that can be told without a database; at a real one they are in test/contracts. */
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { Guests } from "../../../chaos/database/guests.ts";
import { faultLine, guardLine } from "../../../chaos/guard-line.ts";
import { performMend } from "../../../chaos/mend.ts";

test("none is left at a server that is gone; at one that does not answer as it should nothing is known", async () => {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const guests = new Guests(`postgres://shop@127.0.0.1:${port}/shop`, "row-lock=7@1", 5);
  await expect(guests.present()).rejects.toThrow();
  await new Promise((resolve) => server.close(resolve));
  expect(await guests.present()).toBe(0);
});

test("sent away by the journal alone they are gone with their server; a setting is not, for it comes back with it", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const url = `postgres://shop@127.0.0.1:${port}/shop`;
  const line = guardLine(
    faultLine({
      id: "row-lock=7@1",
      mends: [new Guests(url, "row-lock=7@1", 5).mend],
      forMs: 1,
      isOwn: true,
    }),
  );
  const [sessions] = line?.ward === "fault" ? line.mends : [];
  await performMend(sessions!, AbortSignal.timeout(5_000));
  const setting = { mend: "postgres" as const, url, statements: ["SELECT pg_wal_replay_resume()"] };
  await expect(performMend(setting, AbortSignal.timeout(5_000))).rejects.toThrow("ECONNREFUSED");
});
