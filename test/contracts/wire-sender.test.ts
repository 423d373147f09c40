/** The wire sender is held to the contract of all senders. */
import { WireSender } from "../../agents/senders/wire.ts";
import { systemClock } from "../../base/clock.ts";
import { senderContract } from "./sender.contract.ts";

senderContract({ name: "wire", make: (options) => new WireSender({ ...options, clock: systemClock }) });
