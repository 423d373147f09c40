/** Two members of the object store, real servers in this process, as the shop uses them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NotDone } from "../../../../../targets/shop/data/not-done.ts";
import { openObjectStore } from "../../../../../targets/shop/objects/object-service.ts";
import { ObjectStore } from "../../../../../targets/shop/objects/object-store.ts";
import { pictureOf } from "../../../../../targets/shop/objects/picture.ts";
import type { Shop as Service } from "../../../../../targets/shop/shop.ts";

const PICTURES = 30;
let folder: string;
let members: Service[];
let store: ObjectStore;
let nowMs: number;

const member = (index: number, port = 0) =>
  openObjectStore(
    {
      name: `pictures-${index}`,
      host: "127.0.0.1",
      port,
      folder: join(folder, `${index}`),
      pictures: PICTURES,
    },
    {
      log: { info: () => {}, error: () => {} },
      nowMs: () => nowMs,
      epochMs: () => nowMs,
      random: () => 0.5,
    },
  );

beforeEach(async () => {
  nowMs = 0;
  folder = await mkdtemp(join(tmpdir(), "objects-test-"));
  members = [await member(1), await member(2)];
  store = new ObjectStore(
    members.map(({ port }) => `http://127.0.0.1:${port}`),
    () => nowMs,
  );
});
afterEach(async () => {
  await Promise.all(members.map((each) => each.close(0)));
  await rm(folder, { recursive: true, force: true });
});

const read = async (name: string) => {
  const found = await store.read(name, undefined);
  return found.status === "found" ? found.bytes.toString() : found.status;
};

test("every member begins with the picture of every item", async () => {
  // Twice each: another member is asked every time.
  for (const id of [1, 1, PICTURES, PICTURES]) expect(await read(`item-${id}`)).toBe(pictureOf(id));
  expect(await read(`item-${PICTURES + 1}`)).toBe("absent");
});

test("whoever has the picture already gets its tag and no bytes", async () => {
  const found = await store.read("item-7", undefined);
  if (found.status !== "found") throw new Error(`it was ${found.status}`);
  expect(await store.read("item-7", found.etag)).toEqual({ status: "unchanged", etag: found.etag });
});

test("what was written is read from either member", async () => {
  await store.write("item-7", "image/svg+xml", Buffer.from("<svg>new</svg>"));
  expect([await read("item-7"), await read("item-7")]).toEqual(Array(2).fill("<svg>new</svg>"));
});

describe("with one member gone", () => {
  beforeEach(async () => {
    await store.write("item-7", "image/svg+xml", Buffer.from("<svg>new</svg>"));
    await members[0]!.close(0);
  });

  test("no object is lost", async () => {
    for (let id = 1; id <= PICTURES; id++) {
      expect(await read(`item-${id}`)).toBe(id === 7 ? "<svg>new</svg>" : pictureOf(id));
    }
  });

  test("a write is not acknowledged, as one loss more could lose it", async () => {
    await expect(store.write("item-8", "image/svg+xml", Buffer.from("<svg/>"))).rejects.toBeInstanceOf(
      NotDone,
    );
  });

  test("what none of the others has is not called absent: the one that is gone may have it", async () => {
    await expect(store.read("item-999", undefined)).rejects.toBeInstanceOf(NotDone);
  });

  test("it has everything that was acknowledged when it comes back", async () => {
    members[0] = await member(1, Number(members[0]!.port));
    nowMs += 1_000;
    await members[1]!.close(0);
    expect(await read("item-7")).toBe("<svg>new</svg>");
  });
});
