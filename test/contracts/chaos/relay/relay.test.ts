import { once } from "node:events";
import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { addressOf, edge, endOf, listening, openStand, read } from "./callee.ts";

const echo = (socket: Socket) => {
  socket.on("data", (chunk) => socket.write(chunk));
  socket.on("end", () => socket.end());
};
/** Answers every piece with `pong`, and says nothing at the end. */
const pong = (socket: Socket) => socket.on("data", () => socket.write("pong"));
const silent = () => {};

/** So many turns of the loop that everything on its way between sockets of one process has arrived: each hop takes one. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function exchange(socket: Socket, word: string): Promise<string> {
  socket.write(word);
  return (await read(socket, word.length)).toString();
}

describe("without faults", () => {
  test("what a caller says arrives, and so does the answer", async () => {
    await using stand = await openStand(echo);
    expect(await exchange(await stand.call(), "hello")).toBe("hello");
  });

  test("the other way lives on when one has ended", async () => {
    await using stand = await openStand((socket) =>
      socket.on("end", () => setImmediate(() => socket.end("late reply"))).resume(),
    );
    const caller = await stand.call();
    caller.end("the request, and then FIN");
    expect((await read(caller, 10)).toString()).toBe("late reply");
    expect(await endOf(caller)).toBe("FIN");
  });

  test("a reset of the callee reaches the caller as one", async () => {
    await using stand = await openStand(silent);
    const caller = await stand.call();
    (await stand.callee(0)).resetAndDestroy();
    expect(await endOf(caller)).toBe("ECONNRESET");
  });

  test("a reset of the caller reaches the callee as one", async () => {
    await using stand = await openStand(silent);
    const caller = await stand.call();
    const end = endOf(await stand.callee(0));
    caller.resetAndDestroy();
    expect(await end).toBe("ECONNRESET");
  });

  test("connections are counted, and forgotten when they are over", async () => {
    await using stand = await openStand(echo);
    const caller = await stand.call();
    await exchange(caller, "x");
    expect((await stand.ask({ ask: "links", edge })).links).toEqual({ open: 1, ever: 1 });
    caller.end();
    await endOf(caller);
    await settle();
    expect((await stand.ask({ ask: "links", edge })).links).toEqual({ open: 0, ever: 1 });
  });

  test("an edge that was not opened is refused with its name", async () => {
    await using stand = await openStand(echo);
    await expect(stand.ask({ ask: "links", edge: { from: "a", to: "b" } })).rejects.toThrow(
      "the edge a>b does not lead through the relay",
    );
  });
});

describe("a callee that is gone", () => {
  test("is refused to callers, and let in to again when it is back", async () => {
    const server = await listening(echo);
    await using stand = await openStand(echo);
    await stand.ask({ ask: "redirect", edge, upstream: addressOf(server) });
    const { port } = server.address() as { readonly port: number };
    server.close();
    const first = await stand.call();
    expect(await endOf(first)).toBe("ECONNRESET");
    await expect(stand.call()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const again = await eventually(() => stand.call());
    expect(await exchange(again, "back")).toBe("back");
    again.destroy();
    server.close();
  });
});

describe("a callee that is gone while a fault is on", () => {
  test("connections that it did not take are counted, by the faults of its edge alone", async () => {
    const going = await listening(echo);
    const gone = addressOf(going);
    await using stand = await openStand(echo);
    await stand.ask({ ask: "redirect", edge, upstream: gone });
    going.close();
    const elsewhere = { from: "shop", to: "cache" };
    await stand.ask({ ask: "open", edge: elsewhere, upstream: gone, host: "127.0.0.1" });
    const does = { kind: "latency", delayMs: 0, jitterMs: 0, way: "up" } as const;
    await stand.put({ does });
    await stand.put({ id: "elsewhere", does, edges: [elsewhere] });
    expect(await endOf(await stand.call())).toBe("ECONNRESET");
    // From here on callers are refused by the system, and nobody hears of them.
    await expect(stand.call()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(await stand.seen()).toMatchObject({ refusedDials: 1, resets: 0 });
    expect(await stand.seen("elsewhere")).toMatchObject({ refusedDials: 0 });
  });
});

describe("redirect", () => {
  test("leads new connections elsewhere, and back; those that are there stay", async () => {
    const elsewhere = await listening((socket) => socket.on("data", () => socket.write("elsewhere")));
    await using stand = await openStand(echo);
    const before = await stand.call();
    expect(await exchange(before, "here")).toBe("here");
    await stand.ask({ ask: "redirect", edge, upstream: addressOf(elsewhere) });
    const after = await stand.call();
    expect(await exchange(after, "somewhere")).toBe("elsewhere");
    expect(await exchange(before, "here")).toBe("here");
    await stand.ask({ ask: "redirect", edge });
    expect(await exchange(await stand.call(), "home")).toBe("home");
    after.destroy();
    elsewhere.close();
  });
});

describe("reset", () => {
  test("now: also a connection that stands idle, on both sides", async () => {
    await using stand = await openStand(silent);
    const caller = await stand.call();
    const ends = [endOf(caller), endOf(await stand.callee(0))];
    await stand.put({ does: { kind: "reset", when: "now" } });
    expect(await Promise.all(ends)).toEqual(["ECONNRESET", "ECONNRESET"]);
    expect(await stand.seen()).toMatchObject({ isOn: true, connections: 1, resets: 1 });
  });

  test("now: those that come later live", async () => {
    await using stand = await openStand(echo);
    await stand.put({ does: { kind: "reset", when: "now" } });
    expect(await exchange(await stand.call(), "later")).toBe("later");
    expect(await stand.seen()).toMatchObject({ connections: 0, resets: 0 });
  });

  test("accept: whoever comes, and nobody who was there", async () => {
    await using stand = await openStand(echo);
    const before = await stand.call();
    await exchange(before, "x");
    await stand.put({ does: { kind: "reset", when: "accept" } });
    // It may be told before it knows that it was let in.
    const end = await stand.call().then(endOf, ({ code }) => code);
    expect(end).toBe("ECONNRESET");
    expect(await exchange(before, "still")).toBe("still");
    expect(stand.callees).toHaveLength(1);
  });

  test("bytes: in the middle of an answer", async () => {
    await using stand = await openStand((socket) =>
      socket.on("data", () => socket.write(Buffer.alloc(100, "a"))),
    );
    await stand.put({ does: { kind: "reset", when: "bytes", afterBytes: 150 } });
    const caller = await stand.call();
    caller.write("?");
    expect(await read(caller, 100)).toHaveLength(100);
    const end = endOf(caller);
    caller.write("?");
    expect(await end).toBe("ECONNRESET");
    expect(caller.bytesRead).toBe(150);
  });

  test("answer: the request arrives, its answer does not", async () => {
    const heard: string[] = [];
    await using stand = await openStand((socket) =>
      socket.on("data", (chunk) => {
        heard.push(chunk.toString());
        socket.write("committed");
      }),
    );
    const caller = await stand.call();
    caller.write("begin");
    expect((await read(caller, 9)).toString()).toBe("committed");
    await stand.put({ does: { kind: "reset", when: "answer" } });
    const end = endOf(caller);
    caller.write("commit");
    expect(await end).toBe("ECONNRESET");
    expect(heard).toEqual(["begin", "commit"]);
    expect(caller.bytesRead).toBe(9);
  });

  test("answer, of some requests: others are answered, and those are not, wherever they are cut in pieces", async () => {
    const heard: string[] = [];
    await using stand = await openStand((socket) =>
      socket.on("data", (chunk) => {
        heard.push(chunk.toString());
        socket.write("answered");
      }),
    );
    const caller = await stand.call();
    await stand.put({ does: { kind: "reset", when: "answer", asked: "place_order" } });
    caller.write("stock_of");
    expect((await read(caller, 8)).toString()).toBe("answered");
    const end = endOf(caller);
    caller.write("place_order");
    expect(await end).toBe("ECONNRESET");
    expect(heard).toEqual(["stock_of", "place_order"]);
    expect(caller.bytesRead).toBe(8);
    expect(await stand.seen()).toMatchObject({ connections: 1, resets: 1 });
  });

  test("answer: what a callee says unasked is let through", async () => {
    await using stand = await openStand((socket) => socket.write("INFO"));
    await stand.put({ does: { kind: "reset", when: "answer" } });
    expect((await read(await stand.call(), 4)).toString()).toBe("INFO");
  });
});

describe("hold", () => {
  test("nothing passes, and all of it once it is over", async () => {
    await using stand = await openStand(echo);
    const caller = await stand.call();
    await exchange(caller, "before");
    await stand.put({ does: { kind: "hold", way: "both", heal: "resume" } });
    caller.write("during");
    await settle();
    expect(caller.bytesRead).toBe(6);
    expect(await stand.seen()).toMatchObject({ connections: 1, chunks: 1, bytes: 6 });
    await stand.lift();
    expect((await read(caller, 6)).toString()).toBe("during");
    expect(await stand.seen()).toMatchObject({ isOn: false, bytes: 6 });
  });

  test("hides the end of a connection until it is over", async () => {
    await using stand = await openStand(silent);
    const caller = await stand.call();
    const callee = await stand.callee(0);
    await stand.put({ does: { kind: "hold", way: "both", heal: "resume" } });
    let ended = "";
    const end = endOf(callee).then((how) => (ended = how));
    caller.end();
    await settle();
    expect(ended).toBe("");
    await stand.lift();
    expect(await end).toBe("FIN");
  });

  test("hides a reset until it is over", async () => {
    await using stand = await openStand(silent);
    const caller = await stand.call();
    const callee = await stand.callee(0);
    await stand.put({ does: { kind: "hold", way: "both", heal: "resume" } });
    let ended = "";
    const end = endOf(callee).then((how) => (ended = how));
    caller.resetAndDestroy();
    await settle();
    expect(ended).toBe("");
    await stand.lift();
    expect(await end).toBe("ECONNRESET");
  });

  test("one way only: requests arrive, answers do not", async () => {
    const heard: string[] = [];
    await using stand = await openStand((socket) =>
      socket.on("data", (chunk) => {
        heard.push(chunk.toString());
        socket.write("pong");
      }),
    );
    const caller = await stand.call();
    await stand.put({ does: { kind: "hold", way: "down", heal: "resume" } });
    caller.write("ping");
    await settle();
    expect(heard).toEqual(["ping"]);
    expect(caller.bytesRead).toBe(0);
    await stand.lift();
    expect((await read(caller, 4)).toString()).toBe("pong");
  });

  test("new connections do not reach the callee before it is over", async () => {
    await using stand = await openStand(echo);
    await stand.put({ does: { kind: "hold", way: "both", heal: "resume" } });
    const caller = await stand.call();
    caller.write("early");
    await settle();
    expect(stand.callees).toHaveLength(0);
    await stand.lift();
    expect((await read(caller, 5)).toString()).toBe("early");
  });

  test("heals by a reset where that is asked for", async () => {
    await using stand = await openStand(silent);
    const caller = await stand.call();
    const end = endOf(caller);
    await stand.put({ does: { kind: "hold", way: "both", heal: "reset" } });
    await stand.lift();
    expect(await end).toBe("ECONNRESET");
  });

  test("a source that goes on and on has to wait, and loses nothing", async () => {
    const all = 8 * 1024 * 1024;
    let have = 0;
    await using stand = await openStand((socket) => socket.on("data", (chunk) => (have += chunk.length)));
    const caller = await stand.call();
    await stand.put({ does: { kind: "hold", way: "both", heal: "resume" } });
    caller.end(Buffer.alloc(all));
    await settle();
    expect((await stand.seen()).bytes).toBeLessThan(1024 * 1024);
    await stand.lift();
    await once(await stand.callee(0), "end");
    expect(have).toBe(all);
  });
});

describe("hang and refuse", () => {
  test("hang: taken and never served, until it is over", async () => {
    await using stand = await openStand(echo);
    const before = await stand.call();
    await exchange(before, "x");
    await stand.put({ does: { kind: "hang", established: "hold" } });
    const caller = await stand.call();
    caller.write("hello");
    before.write("y");
    await settle();
    expect(stand.callees).toHaveLength(1);
    expect([caller.bytesRead, before.bytesRead]).toEqual([0, 1]);
    await stand.lift();
    expect((await read(caller, 5)).toString()).toBe("hello");
    expect((await read(before, 1)).toString()).toBe("y");
  });

  test("hang: those that were there may live on", async () => {
    await using stand = await openStand(echo);
    const before = await stand.call();
    await stand.put({ does: { kind: "hang", established: "keep" } });
    expect(await exchange(before, "still")).toBe("still");
  });

  test("refuse: nobody is let in, and those that were there are reset", async () => {
    await using stand = await openStand(echo);
    const before = await stand.call();
    await exchange(before, "x");
    const end = endOf(before);
    await stand.put({ does: { kind: "refuse", established: "reset" } });
    await expect(stand.call()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(await end).toBe("ECONNRESET");
    await stand.lift();
    expect(await exchange(await stand.call(), "again")).toBe("again");
  });

  test("refuse: those that were there may live on", async () => {
    await using stand = await openStand(echo);
    const before = await stand.call();
    await stand.put({ does: { kind: "refuse", established: "keep" } });
    await expect(stand.call()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(await exchange(before, "still")).toBe("still");
  });
});

describe("who is disturbed", () => {
  test("the same connections for as long as they live, and again with the same seed", async () => {
    const cohort = async () => {
      await using stand = await openStand(pong);
      const callers: Socket[] = [];
      for (let index = 0; index < 20; index++) callers.push(await stand.call());
      const put = (way: "up" | "down") =>
        stand.put({ does: { kind: "hold", way, heal: "resume" }, share: 0.4, seed: 7 });
      const passedOf = async () => {
        const before = callers.map(({ bytesRead }) => bytesRead);
        for (const each of callers) each.resume().write("ping");
        await settle();
        return callers.map(({ bytesRead }, index) => bytesRead > before[index]!);
      };
      await put("down");
      const first = await passedOf();
      // Another set with the same fault in it must not draw lots anew.
      await stand.put({ id: "other", does: { kind: "latency", delayMs: 0, jitterMs: 0, way: "up" } });
      expect(await passedOf()).toEqual(first);
      return first;
    };
    const first = await cohort();
    expect(first.filter((isPassed) => !isPassed).length).toBeGreaterThan(2);
    expect(first.filter(Boolean).length).toBeGreaterThan(2);
    expect(await cohort()).toEqual(first);
  });
});

/** The first success, of tries that follow each other at once. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await settle();
    }
  }
}
