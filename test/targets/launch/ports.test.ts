import { createServer } from "node:net";
import { expect, test } from "vitest";
import { isOwnAddress, Ports, systemPorts } from "../../../targets/launch/ports.ts";

/** Offers these numbers in turn, and says which of them are free. */
function offered(numbers: readonly number[], isFree: (port: number, host: string) => boolean = () => true) {
  let turn = 0;
  return {
    below: 32_768,
    pick: () => numbers[turn++ % numbers.length]!,
    isFree: async (port: number, host: string) => isFree(port, host),
    lease: async () => ({ [Symbol.dispose]() {} }),
  };
}

/** Leases as all of us on one machine see them. */
function leasesOf(held = new Set<number>()) {
  return {
    held,
    async lease(port: number) {
      if (held.has(port)) return undefined;
      held.add(port);
      return { [Symbol.dispose]: () => void held.delete(port) };
    },
  };
}

test("a port that is taken is passed over", async () => {
  const ports = new Ports(offered([20_001, 20_002], (port) => port !== 20_001));
  expect(await ports.next()).toBe(20_002);
});

test("no port is handed out twice, even while nobody listens on it yet", async () => {
  const ports = new Ports(offered([20_001, 20_001, 20_001, 20_005]));
  expect([await ports.next(), await ports.next()]).toEqual([20_001, 20_005]);
});

test("what one has, another of us is not given until the first has given it up", async () => {
  const { lease } = leasesOf();
  const [one, other] = [
    new Ports({ ...offered([20_001]), lease }),
    new Ports({ ...offered([20_001, 20_002]), lease }),
  ];
  expect([await one.next(), await other.next()]).toEqual([20_001, 20_002]);
  one[Symbol.dispose]();
  expect(await new Ports({ ...offered([20_001]), lease }).next()).toBe(20_001);
});

test("a port that is not free is nobody's", async () => {
  const { held, lease } = leasesOf();
  using ports = new Ports({ ...offered([20_001, 20_002], (port) => port !== 20_001), lease });
  await ports.next();
  expect([...held]).toEqual([20_002]);
});

test("a port for several addresses is free on each of them", async () => {
  const ports = new Ports(
    offered([20_001, 20_002], (port, host) => port !== 20_001 || host !== "127.0.11.1"),
  );
  expect(await ports.next(["127.0.10.1", "127.0.11.1"])).toBe(20_002);
});

test("a machine without a free port is an environment failure, not an endless search", async () => {
  const ports = new Ports(offered([20_001], () => false));
  await expect(ports.next()).rejects.toMatchObject({ kind: "environment" });
});

test("a port of this machine is below those of outgoing connections, and can be listened on", async () => {
  const port = await new Ports().next();
  expect(port).toBeGreaterThanOrEqual(20_000);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  await new Promise((resolve) => server.close(resolve));
});

test.runIf(process.platform === "linux")(
  "on Linux no other process of ours is given it meanwhile",
  async () => {
    const port = await portOfNobody();
    // Names of the kernel: whether it is another process that asks makes no difference.
    const only = { ...systemPorts(), pick: () => port };
    {
      using ports = new Ports(only);
      expect(await ports.next()).toBe(port);
      await expect(new Ports(only).next()).rejects.toMatchObject({ kind: "environment" });
    }
    using again = new Ports(only);
    expect(await again.next()).toBe(port);
  },
);

async function portOfNobody(): Promise<number> {
  using ports = new Ports();
  return await ports.next();
}

test("an address is this machine's own when one can listen there", async () => {
  expect(await isOwnAddress("127.0.0.1")).toBe(true);
  // For documentation only, RFC 5737.
  expect(await isOwnAddress("192.0.2.1")).toBe(false);
});
