import { expect, test } from "vitest";
import { Failure } from "../../../../base/failure.ts";
import { ContainerDoors } from "../../../../targets/launch/compose/container-doors.ts";
import type { EdgeDoor } from "../../../../targets/launch/edge-door.ts";

const addressOf = (name: string) => `10.64.0.10:${name.length}`;
const shop = { name: "shop", calls: ["cache", "db"], replicaOf: undefined };
const standby = { name: "db-replica", calls: [], replicaOf: "db" };
const here = async (address: string) => address === "10.64.0.1";

/** Leads these edges, and remembers what was opened. */
function doorFor(...edges: readonly string[]) {
  const opened: string[] = [];
  const door: EdgeDoor = {
    leads: (from, to) => edges.includes(`${from}>${to}`),
    async open(from, to, address, host) {
      opened.push(`${from}>${to} to ${address}`);
      return `${host}:${9_000 + opened.length}`;
    },
  };
  return { door, opened };
}

test("a caller finds the door at this machine's address in the network, once that is there", async () => {
  const { door, opened } = doorFor("shop>cache");
  const doors = new ContainerDoors(door, "10.64.0.1");
  expect((await doors.addressesFor(shop, addressOf))("cache")).toBe("10.64.0.10:5");
  expect(opened).toEqual([]);
  await doors.networkIsUp(here);
  const led = await doors.addressesFor(shop, addressOf);
  expect([led("cache"), led("db")]).toEqual(["10.64.0.1:9001", "10.64.0.10:2"]);
  expect(opened).toEqual(["shop>cache to 10.64.0.10:5"]);
});

test("a member that is made anew, or calls others now, finds the doors it had", async () => {
  const { door, opened } = doorFor("shop>cache", "shop>db");
  const doors = new ContainerDoors(door, "10.64.0.1");
  await doors.networkIsUp(here);
  const before = await doors.addressesFor(shop, addressOf);
  const after = await doors.addressesFor({ ...shop, calls: ["db", "other"] }, addressOf);
  expect(after("db")).toBe(before("db"));
  expect(after("other")).toBe(addressOf("other"));
  expect(opened).toHaveLength(2);
});

test("a standby finds its primary behind a door, too", async () => {
  const doors = new ContainerDoors(doorFor("db-replica>db").door, "10.64.0.1");
  await doors.networkIsUp(here);
  expect(doors.leadsFrom(standby)).toBe(true);
  expect((await doors.addressesFor(standby, addressOf))("db")).toBe("10.64.0.1:9001");
});

test("without faults of edges nobody is led", async () => {
  const doors = new ContainerDoors(undefined, "10.64.0.1");
  expect(doors.leadsFrom(shop)).toBe(false);
  expect((await doors.addressesFor(shop, addressOf))("db")).toBe(addressOf("db"));
});

test("who does not start, and has doors, may be kept from them", () => {
  const doors = new ContainerDoors(doorFor("shop>db").door, "10.64.0.1");
  const failure = new Failure("target", "shop did not answer within 40 s", { hint: "its last words" });
  expect(doors.explained(failure, shop)).toMatchObject({
    ...{ kind: "target", message: failure.message, hint: failure.hint },
    problems: [expect.stringContaining("calls others through the relay at 10.64.0.1")],
  });
  expect(doors.explained(failure, standby)).toBe(failure);
});

test("an engine that keeps its networks to itself is refused in words", async () => {
  const doors = new ContainerDoors(doorFor("shop>db").door, "10.64.0.1");
  await expect(doors.networkIsUp(async () => false)).rejects.toThrow(
    "faults of edges need the relay at 10.64.0.1, where containers reach this machine, and this machine does not have that address",
  );
});
