/** The mends of faults on machines: that they do it, that twice does no harm, and whom they leave alone. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Mend, manualOf, mendShape, performMend } from "../../../../chaos/mend.ts";
import { startTicksOf } from "../../../../targets/launch/process-identity.ts";

const signal = new AbortController().signal;
const self = { pid: process.pid, startTicks: startTicksOf(process.pid) };

/** As it comes out of a journal. */
const throughJournal = (mend: Mend): Mend => mendShape.parse(JSON.parse(JSON.stringify(mend)));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stagebench-test-mends-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("a configuration is put back", () => {
  const gone = { pid: 2 ** 22 - 1, startTicks: 1 };
  const mend = (path: string, process: { pid: number; startTicks?: number | undefined } = gone): Mend =>
    throughJournal({ mend: "reload", path, text: "as it was\n", process });

  test("and whoever reads it is told to", async () => {
    const path = join(folder, "shop.zone");
    writeFileSync(path, "changed\n");
    let told = 0;
    const listen = () => void told++;
    process.on("SIGHUP", listen);
    try {
      await performMend(mend(path, self), signal);
      await performMend(mend(path, self), signal);
      await expect.poll(() => told).toBeGreaterThan(0);
    } finally {
      process.off("SIGHUP", listen);
    }
    expect(readFileSync(path, "utf8")).toBe("as it was\n");
  });

  test("also when whoever reads it has gone", async () => {
    const path = join(folder, "shop.zone");
    writeFileSync(path, "changed\n");
    await performMend(mend(path), signal);
    expect(readFileSync(path, "utf8")).toBe("as it was\n");
  });

  test("but not where the target is gone", async () => {
    const path = join(folder, "shop.zone");
    await performMend(mend(path), signal);
    expect(existsSync(path)).toBe(false);
  });

  test.each(["/etc/hosts", "shop.zone", "/tmp/stagebench-x/../../etc/hosts"])(
    "and never in %s",
    async (path) => {
      await expect(performMend(mend(path), signal)).rejects.toThrow(
        "is not in a folder that a run of ours made",
      );
    },
  );

  test("by hand it is a line of a shell", () => {
    expect(manualOf({ ...mend("/tmp/stagebench-x/z"), text: "it's\n" } as Mend)).toBe(
      `printf %s 'it'\\''s\n' > /tmp/stagebench-x/z && kill -HUP ${gone.pid}`,
    );
  });
});

test.each(["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu/stagebench-1/shop", "/tmp/stagebench-fault-x/../y"])(
  "a cgroup that no fault made is left alone: %s",
  async (path) => {
    const mend = throughJournal({ mend: "cgroup", path });
    await expect(performMend(mend, signal)).rejects.toThrow("is not a cgroup that a fault of ours made");
  },
);

test("a cgroup of a fault that is gone is mended", async () => {
  const path = "/sys/fs/cgroup/cpu/stagebench-test-none/shop/stagebench-fault-neighbour";
  await performMend(throughJournal({ mend: "cgroup", path }), signal);
  expect(manualOf({ mend: "cgroup", path })).toContain(`rmdir ${path}`);
});

describe("a container", () => {
  let server: Server;
  let asked: string[];
  let paused: boolean;
  let isThere: boolean;
  const socket = () => join(folder, "engine.sock");
  const mend = (order: Extract<Mend, { mend: "container" }>["order"]): Mend =>
    throughJournal({ mend: "container", engine: socket(), id: "shop-1", order });

  beforeEach(async () => {
    [asked, paused, isThere] = [[], true, true];
    server = createServer((request, response) => {
      const { method, url = "" } = request;
      let said = "";
      request.on("data", (text) => (said += text));
      request.on("end", () => {
        if (method !== "GET") asked.push(`${method} ${url} ${said}`.trim());
        if (url.endsWith("/unpause")) paused = false;
        response.statusCode = isThere ? 200 : 404;
        response.end(
          isThere
            ? JSON.stringify({ State: { Running: true, Paused: paused, Pid: 1 } })
            : JSON.stringify({ message: "No such container" }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(socket(), resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  test("goes on, once", async () => {
    await performMend(mend({ do: "resume" }), signal);
    await performMend(mend({ do: "resume" }), signal);
    expect(asked).toEqual(["POST /containers/shop-1/unpause"]);
  });

  test("gets its limit back", async () => {
    await performMend(mend({ do: "limit-cpu", quotaUs: 4_000, periodUs: 20_000 }), signal);
    expect(asked).toEqual(['POST /containers/shop-1/update {"CpuPeriod":20000,"CpuQuota":4000}']);
  });

  test("that is gone needs nothing", async () => {
    isThere = false;
    await performMend(mend({ do: "resume" }), signal);
    await performMend(mend({ do: "limit-cpu", quotaUs: 4_000, periodUs: 20_000 }), signal);
    expect(asked).toEqual([]);
  });

  test("whose engine does not answer is not mended, and by hand it is a command of docker", async () => {
    const dead: Mend = {
      mend: "container",
      engine: join(folder, "none.sock"),
      id: "x",
      order: { do: "resume" },
    };
    await expect(performMend(dead, signal)).rejects.toThrow();
    expect(manualOf(dead)).toBe(`docker -H unix://${join(folder, "none.sock")} unpause x`);
  });
});
