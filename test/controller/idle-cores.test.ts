import { describe, expect, test } from "vitest";
import { haltPollMs } from "../../controller/idle-cores.ts";

const machine = (governor: string, pollNs?: string) => (path: string) => {
  if (path.endsWith("/current_governor")) return `${governor}\n`;
  if (path.endsWith("/guest_halt_poll_ns") && pollNs !== undefined) return `${pollNs}\n`;
  throw new Error(`ENOENT: ${path}`);
};

describe("how long idle cores stay awake", () => {
  test("is told in ms where the kernel of a guest polls", () => {
    expect(haltPollMs(machine("haltpoll", "20000000"))).toBe(20);
    expect(haltPollMs(machine("haltpoll", "200000"))).toBe(0.2);
  });

  test("is 0 where it could and does not", () => {
    expect(haltPollMs(machine("haltpoll", "0"))).toBe(0);
  });

  test.each([
    ["another governor decides", machine("menu", "200000")],
    ["the module is not there", machine("haltpoll")],
    ["what is there is not a number", machine("haltpoll", "-")],
    [
      "there is no such system",
      () => {
        throw new Error("ENOENT");
      },
    ],
  ])("is not told where %s", (_, read) => {
    expect(haltPollMs(read)).toBeUndefined();
  });
});
