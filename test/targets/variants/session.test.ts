import { describe, expect, test } from "vitest";
import { membersOf } from "../../../targets/launch/members.ts";
import { renderNginx } from "../../../targets/launch/render-nginx.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { parseConfig } from "../../../targets/shop/config.ts";
import { stage04 } from "../../../targets/stages/stage-04-reverse-proxy.ts";
import { chooseVariants } from "../../../targets/variant.ts";

/** What the first shop of stage 04 is told, read as it reads it. */
function toldWith(...words: readonly string[]) {
  const { spec, problems } = chooseVariants(stage04, words);
  expect(problems).toEqual([]);
  const members = membersOf(spec);
  const shop = members.find(({ component }) => component === "shop")!;
  const called = members.filter(({ name }) => shop.calls.includes(name));
  return { spec, shop: parseConfig(JSON.stringify(shopConfig(shop, 1, called, (name) => `${name}:1`))) };
}

describe("a login is remembered", () => {
  test.each(["none", "sticky"])("with session=%s by the shop that saw it", (value) =>
    expect(toldWith(`session=${value}`).shop.sessions).toEqual({ kept: "in-process" }),
  );

  test.each(["replicated", "cookie"])("with session=%s like that, with one key for all shops", (value) =>
    expect(toldWith(`session=${value}`).shop.sessions).toEqual({ kept: value, key: expect.any(String) }),
  );

  test("with session=server in a Redis of its own, which is not the cache", () => {
    const { spec, shop } = toldWith("session=server");
    expect(shop.sessions).toEqual({ kept: "server", redis: "redis://session-server:1" });
    expect(shop.redis).toBe("redis://cache:1");
    expect(spec.nodes["session-server"]).toMatchObject({
      component: "redis",
      settings: { keeps: "sessions" },
    });
  });
});

describe("sticky", () => {
  test("goes with round robin and with no other way to balance", () => {
    const { problems } = chooseVariants(stage04, ["session=sticky", "lb=least-conn"]);
    expect(problems.join()).toMatch(/same shop, and so cannot balance by least-conn/);
    expect(chooseVariants(stage04, ["session=sticky", "lb=round-robin"]).problems).toEqual([]);
  });

  const configOf = (sticky: boolean) =>
    renderNginx({
      ...{ port: 80, balance: "round-robin", folder: "/f", user: undefined, sticky },
      backends: [{ name: "shop-1", address: "a:1", cpuMillicores: 200 }],
    });

  test("hashes a cookie of the proxy's own, and gives one to who has none", () => {
    const config = configOf(true);
    expect(config).toContain("hash $visitor consistent;");
    expect(config).toContain('"" $request_id;');
    expect(config).toContain("add_header Set-Cookie $visitor_cookie always;");
  });

  test("leaves no trace where it is off", () => expect(configOf(false)).not.toMatch(/visitor/));
});
