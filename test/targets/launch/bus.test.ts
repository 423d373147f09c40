import { describe, expect, test } from "vitest";
import { membersOf, problemsOf } from "../../../targets/launch/members.ts";
import { busConfig } from "../../../targets/launch/render-bus.ts";
import { shopConfig } from "../../../targets/launch/render-shop.ts";
import { parseBusConfig } from "../../../targets/shop/bus/bus-config.ts";
import { parseConfig } from "../../../targets/shop/config.ts";
import { stage12 } from "../../../targets/stages/stage-12-services.ts";
import { stage13 } from "../../../targets/stages/stage-13-bus.ts";
import type { NodeSpec, TargetSpec } from "../../../targets/target.ts";
import { chooseVariants } from "../../../targets/variant.ts";

const addressOf = (name: string) => `${name}:1`;

function told(spec: TargetSpec, name: string) {
  const members = membersOf(spec);
  const member = members.find((each) => each.name === name)!;
  return { member, called: members.filter((each) => member.calls.includes(each.name)) };
}

function busOf(spec: TargetSpec, name = "bus") {
  const { member, called } = told(spec, name);
  return parseBusConfig(JSON.stringify(busConfig(member, 20_000, called, addressOf)));
}

function appOf(spec: TargetSpec, name: string) {
  const { member, called } = told(spec, name);
  return parseConfig(JSON.stringify(shopConfig(member, 20_000, called, addressOf)));
}

test("the one bus knows every member of every service, in whichever zone it stands", () => {
  expect(busOf(stage13).services).toEqual({
    user: ["user-service:1"],
    order: ["order-service-a:1", "order-service-b:1"],
    payment: ["payment-service:1"],
    stock: ["stock-service:1"],
    auth: ["auth-service:1"],
  });
});

test.each(["trade-app-a", "trade-app-b"])(
  "%s finds all services at the bus, and no longer one by itself",
  (app) => {
    const { services, databases } = appOf(stage13, app);
    expect(services?.over).toBe("bus");
    expect(new Set(Object.values(services?.members ?? {}).flat())).toEqual(new Set(["bus:1"]));
    expect(Object.keys(services?.members ?? {})).toHaveLength(5);
    expect(Object.keys(databases)).toEqual(Object.keys(appOf(stage12, app).databases));
  },
);

test("an application finds the same services as in the stage before, and some more that it does not ask", () => {
  const [before, now] = [stage12, stage13].map((spec) =>
    Object.keys(appOf(spec, "cart-app").services!.members),
  );
  expect(now).toEqual(expect.arrayContaining(before!));
});

test("whoever speaks to services themselves is told nothing of a bus", () => {
  expect(appOf(stage12, "trade-app-a").services?.over).toBe("grpc");
});

describe("the variants of stage-13", () => {
  test("buses=2 gives callers two addresses", () => {
    const { spec, problems } = chooseVariants(stage13, ["buses=2"]);
    expect(problems).toEqual([]);
    expect(appOf(spec, "home-app-b").services?.members.stock).toEqual(["bus-1:1", "bus-2:1"]);
    expect(busOf(spec, "bus-2").services).toEqual(busOf(stage13).services);
  });

  test("bus-lanes=separate is told to the bus", () => {
    expect(busOf(stage13).lanes).toBe("shared");
    expect(busOf(chooseVariants(stage13, ["bus-lanes=separate"]).spec).lanes).toBe("separate");
  });

  test("governance=off reaches applications that call over the bus", () => {
    const { spec, problems } = chooseVariants(stage13, ["governance=off"]);
    expect(problems).toEqual([]);
    expect(appOf(spec, "trade-app-a").services).toMatchObject({ isGoverned: false, over: "bus" });
  });

  test("more services are more members behind the bus, and nothing else for who calls", () => {
    const { spec } = chooseVariants(stage13, ["stock-services=2"]);
    expect(busOf(spec).services["stock"]).toEqual(["stock-service-1:1", "stock-service-2:1"]);
    expect(appOf(spec, "home-app-a")).toEqual(appOf(stage13, "home-app-a"));
  });
});

test.each([
  {
    why: "brings calls to nobody",
    bus: { calls: [] },
    says: 'node "bus" brings calls to services, and calls none',
  },
  {
    why: "calls what is no service",
    bus: { calls: ["user-service", "trade"] },
    says: 'node "bus" brings calls to services, and calls trade, which is none',
  },
])("a bus that $why is a problem", ({ bus, says }) => {
  expect(problemsOf(changed("bus", bus))).toContain(says);
});

test("an application that calls services both ways is a problem", () => {
  const calls = [...(stage13.nodes["trade-app"].calls ?? []), "user-service"];
  expect(problemsOf(changed("trade-app", { calls }))).toContain(
    'node "trade-app" calls services both over bus and itself: user-service',
  );
});

test("an application without a database needs the service behind the bus", () => {
  const calls = ["user-service", "payment-service", "stock-service", "auth-service"];
  expect(problemsOf(changed("bus", { calls }))).toContainEqual(
    expect.stringMatching(/node "trade-app" needs exactly one primary node that holds trade/),
  );
});

function changed(name: keyof typeof stage13.nodes, change: Partial<NodeSpec<string>>): TargetSpec {
  const node: NodeSpec<string> = stage13.nodes[name];
  return { ...stage13, nodes: { ...stage13.nodes, [name]: { ...node, ...change } } };
}
