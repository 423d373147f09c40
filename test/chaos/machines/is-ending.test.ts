/** Processes that are about to end, by the kernel's own words. */
import { expect, test } from "vitest";
import { isEnding, saysEnding } from "../../../chaos/machines/is-ending.ts";

const stat = (state: string, flags: number) => `4711 (a (shop) Z 4) ${state} 1 4711 4711 0 -1 ${flags} 0 0 0`;
const status = (own: string, shared: string) =>
  `Name:\tshop\nSigPnd:\t${own}\nShdPnd:\t${shared}\nSigBlk:\t0100\n`;
const none = "0000000000000000";
const killed = "0000000000000100";

test.each([
  { why: "it runs", stat: stat("R", 0x400_000), status: status(none, none), isIt: false },
  {
    why: "it sleeps, and SIGTERM waits for it",
    stat: stat("S", 0),
    status: status("4000", none),
    isIt: false,
  },
  {
    why: "SIGKILL waits for one of its threads",
    stat: stat("R", 0),
    status: status(killed, none),
    isIt: true,
  },
  { why: "SIGKILL waits for all of them", stat: stat("S", 0), status: status(none, killed), isIt: true },
  { why: "it is on its way out", stat: stat("R", 0x400_004), status: status(none, none), isIt: true },
  { why: "it has ended and nobody has asked for it", stat: stat("Z", 0), status: "", isIt: true },
])("$isIt when $why", ({ isIt, ...texts }) => {
  expect(saysEnding(texts)).toBe(isIt);
});

test("we ourselves are not, and what is no process says nothing", () => {
  expect(isEnding(process.pid)).toBe(false);
  expect(isEnding(0)).toBe(false);
});
