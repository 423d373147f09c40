/** The ways to keep a login, each without a network: what is found, what is lost, and what does not fit. */
import { describe, expect, test } from "vitest";
import { type FellowStore, Fellows, SILENT_MS } from "../../../../targets/shop/sessions/fellows.ts";
import { OwnMemory } from "../../../../targets/shop/sessions/own-memory.ts";
import {
  COOKIE_LIMIT_BYTES,
  SESSION_LIFE_S,
  SessionTooLarge,
  setCookie,
  wordOf,
} from "../../../../targets/shop/sessions/session.ts";
import { SessionServer, type SessionStore } from "../../../../targets/shop/sessions/session-server.ts";
import { SignedCookie } from "../../../../targets/shop/sessions/signed-cookie.ts";

const key = "a key that is long enough";
const endsAtEpochMs = SESSION_LIFE_S * 1_000;
const mine = { userId: 7, note: "", endsAtEpochMs };

describe("the header Cookie", () => {
  test.each([
    { why: "there is none", cookies: undefined, word: undefined },
    { why: "it is alone", cookies: "session=abc", word: "abc" },
    { why: "it stands among others", cookies: "visitor=1; session=a=b; x=y", word: "a=b" },
    { why: "another ends like it", cookies: "mysession=abc", word: undefined },
  ])("gives $word when $why", ({ cookies, word }) => expect(wordOf(cookies)).toBe(word));
});

describe("in a node's own memory", () => {
  test("who logged in is known until the session ends, and at no other node", async () => {
    let nowMs = 0;
    const here = new OwnMemory(() => nowMs);
    const word = await here.open(mine);
    expect(here.find(word)).toEqual(mine);
    expect(new OwnMemory(() => nowMs).find(word)).toBeUndefined();
    nowMs = endsAtEpochMs;
    expect(here.find(word)).toBeUndefined();
  });

  test("of too many sessions the one unused for longest is lost", async () => {
    const here = new OwnMemory(() => 0, 2);
    const words = [await here.open(mine), await here.open(mine), await here.open(mine)];
    expect(words.map((word) => here.find(word) !== undefined)).toEqual([false, true, true]);
  });
});

describe("in a signed cookie", () => {
  const cookie = new SignedCookie(key, () => 0);

  test("any node with the key knows the session", async () => {
    const word = await cookie.open({ ...mine, note: "tea; and cake" });
    expect(word).toMatch(/^[\w.-]+$/);
    expect(new SignedCookie(key, () => 0).find(word)).toEqual({ ...mine, note: "tea; and cake" });
  });

  test.each([
    {
      why: "was made with another key",
      other: "another key, long enough",
      nowMs: 0,
      spoil: (word: string) => word,
    },
    { why: "has ended", other: key, nowMs: endsAtEpochMs, spoil: (word: string) => word },
    {
      why: "lost its signature",
      other: key,
      nowMs: 0,
      spoil: (word: string) => word.slice(0, word.indexOf(".")),
    },
    { why: "was changed", other: key, nowMs: 0, spoil: (word: string) => `A${word.slice(1)}` },
    { why: "is empty", other: key, nowMs: 0, spoil: () => "" },
  ])("one that $why is nobody's", async ({ other, nowMs, spoil }) => {
    const word = spoil(await new SignedCookie(key, () => 0).open(mine));
    expect(new SignedCookie(other, () => nowMs).find(word)).toBeUndefined();
  });

  test("more than a cookie holds is refused, and what just fits is not", async () => {
    const largest = await largestNote(cookie);
    const word = await cookie.open({ ...mine, note: "x".repeat(largest) });
    expect(setCookie(word).length).toBeGreaterThan(COOKIE_LIMIT_BYTES - 4);
    await expect(cookie.open({ ...mine, note: "x".repeat(largest + 1) })).rejects.toThrow(SessionTooLarge);
  });
});

async function largestNote(cookie: SignedCookie): Promise<number> {
  for (let length = COOKIE_LIMIT_BYTES; length > 0; length--) {
    const fits = await cookie.open({ ...mine, note: "x".repeat(length) }).then(
      () => true,
      () => false,
    );
    if (fits) return length;
  }
  throw new Error("no note fits");
}

describe("in a session server", () => {
  class Store implements SessionStore {
    readonly kept = new Map<string, string>();
    isSilent = false;
    async get(name: string) {
      if (this.isSilent) throw new Error("silent");
      return this.kept.get(name) ?? null;
    }
    async set(name: string, text: string) {
      if (this.isSilent) throw new Error("silent");
      this.kept.set(name, text);
    }
    disconnect() {}
  }

  test("every node finds it", async () => {
    const store = new Store();
    const word = await new SessionServer(store, () => 0).open(mine);
    expect(await new SessionServer(store, () => 0).find(word)).toEqual(mine);
    expect(await new SessionServer(store, () => 0).find("guessed")).toBeUndefined();
  });

  test("while it is silent nothing is done, which is not the same as a lost session", async () => {
    const store = new Store();
    const server = new SessionServer(store, () => 0);
    const word = await server.open(mine);
    store.isSilent = true;
    await expect(server.find(word)).rejects.toThrow("does not answer");
    await expect(server.open(mine)).rejects.toThrow("does not answer");
  });
});

describe("nodes that find each other through the cache", () => {
  class Store implements FellowStore {
    readonly seen = new Map<string, number>();
    async zadd(_key: string, score: number, member: string) {
      this.seen.set(member, score);
    }
    async zrangebyscore(_key: string, min: number) {
      return [...this.seen].filter(([, at]) => at >= min).map(([member]) => member);
    }
    async zrem(_key: string, member: string) {
      this.seen.delete(member);
    }
  }

  test("know each other while they speak, and not themselves", async () => {
    const store = new Store();
    let nowMs = 0;
    const [one, two] = ["a:1", "b:1"].map(
      (own) =>
        new Fellows(
          store,
          () => own,
          () => nowMs,
        ),
    );
    await one!.tell();
    await two!.tell();
    expect(two!.others).toEqual(["a:1"]);
    nowMs = SILENT_MS + 1;
    await two!.tell();
    expect(two!.others).toEqual([]);
  });

  test("one that says goodbye is forgotten at once; one that does not know its address says nothing", async () => {
    const store = new Store();
    const [one, two] = ["a:1", "b:1"].map(
      (own) =>
        new Fellows(
          store,
          () => own,
          () => 0,
        ),
    );
    await one!.tell();
    await one!.leave();
    await two!.tell();
    await new Fellows(
      store,
      () => undefined,
      () => 0,
    ).tell();
    expect(two!.others).toEqual([]);
    expect([...store.seen.keys()]).toEqual(["b:1"]);
  });
});
