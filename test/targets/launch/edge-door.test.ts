import { expect, test } from "vitest";
import { addressesFor, type EdgeDoor } from "../../../targets/launch/edge-door.ts";

const addressOf = (name: string) => `${name}:1`;

/** Leads one edge, and remembers what was opened. */
function doorFor(edge: string) {
  const opened: string[] = [];
  const door: EdgeDoor = {
    leads: (from, to) => `${from}>${to}` === edge,
    async open(from, to, address, host) {
      opened.push(`${from}>${to} to ${address}`);
      return `${host}:9`;
    },
  };
  return { door, opened };
}

test("a caller whose edge is led finds the door, for others nothing is changed", async () => {
  const { door, opened } = doorFor("shop-1>db");
  const of = (name: string) =>
    addressesFor({ name, callees: ["cache", "db"] }, addressOf, { door, host: "h" });
  const [led, direct] = [await of("shop-1"), await of("shop-2")];
  expect([led("cache"), led("db"), led("other")]).toEqual(["cache:1", "h:9", "other:1"]);
  expect([direct("cache"), direct("db")]).toEqual(["cache:1", "db:1"]);
  expect(opened).toEqual(["shop-1>db to db:1"]);
});

test("without a door everybody finds everybody directly", async () => {
  const caller = { name: "shop-1", callees: ["db"] };
  const reached = await addressesFor(caller, addressOf, { door: undefined, host: "h" });
  expect(reached("db")).toBe("db:1");
});
