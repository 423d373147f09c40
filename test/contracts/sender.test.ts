import { expect, test } from "vitest";
import { senderNames } from "../../agents/assignment.ts";
import { HttpSender } from "../../agents/senders/http.ts";
import { NoneSender } from "../../agents/senders/none.ts";
import { systemClock } from "../../base/clock.ts";
import { type SenderUnderTest, senderContract } from "./sender.contract.ts";

const senders: readonly SenderUnderTest[] = [
  { name: "http", make: (options) => new HttpSender({ ...options, clock: systemClock }) },
  { name: "none", make: () => new NoneSender(systemClock), noNetworkBecause: "it answers by itself" },
];

for (const sender of senders) senderContract(sender);

test("every sender an assignment can name is held to the contract", () => {
  expect(senders.map(({ name }) => name)).toEqual(senderNames);
});
