import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { HttpSender } from "../../agents/senders/http.ts";
import { NoneSender } from "../../agents/senders/none.ts";
import { WireSender } from "../../agents/senders/wire.ts";
import { systemClock } from "../../base/clock.ts";
import { senderNames } from "../../proto/sender-names.ts";
import { senderContract } from "./sender.contract.ts";
import type { SenderUnderTest } from "./sender-under-test.ts";

const senders: readonly SenderUnderTest[] = [
  { name: "wire", make: (options) => new WireSender({ ...options, clock: systemClock }) },
  { name: "http", make: (options) => new HttpSender({ ...options, clock: systemClock }) },
  { name: "none", make: () => new NoneSender(systemClock), noNetworkBecause: "it answers by itself" },
];

for (const sender of senders) senderContract(sender);

/** Senders of other protocols, whose servers differ, are held to it in files of their own. */
const elsewhere: Readonly<Record<string, string>> = {
  http2: "test/contracts/http2-sender.test.ts",
  grpc: "test/contracts/grpc-sender.test.ts",
};

test("every sender an assignment can name is held to a contract", () => {
  const here = senders.map(({ name }) => name);
  expect([...here, ...Object.keys(elsewhere)].sort()).toEqual([...senderNames].sort());
  for (const path of Object.values(elsewhere)) expect(existsSync(path), path).toBe(true);
});
