/** Who remembers that a shopper has logged in. */
import type { NodeSettings, NodeSpec, TargetSpec } from "../target.ts";
import type { Variant } from "../variant.ts";

const values = ["none", "sticky", "replicated", "cookie", "server"] as const;
type Value = (typeof values)[number];
type Nodes = Readonly<Record<string, NodeSpec<string>>>;

export const session: Variant = {
  title:
    "who remembers a login: the shop that saw it, alone (none) or asked again each time (sticky); all shops; " +
    "the shopper's cookie; a session server",
  values,
  usual: "none",
  apply: (spec, value) => ({ ...spec, nodes: nodesWith(spec, value as Value) }),
};

/** The same where there is a store that keeps logins anyway. */
export const sessionInStore: Variant = {
  title: "who remembers a login: the store that keeps carts (server), or the shopper's cookie",
  values: ["server", "cookie"],
  usual: "server",
  apply: (spec) => ({ ...spec, nodes: withSetting(spec.nodes, "shop", { sessions: "cookie" }) }),
};

/** The same where a service answers for logins. */
export const sessionByService: Variant = {
  ...sessionInStore,
  apply: ({ nodes, ...spec }) => {
    const changed = Object.entries(nodes).map(([name, node]): [string, NodeSpec<string>] =>
      node.settings?.serves?.includes("auth")
        ? [name, { ...node, settings: { ...node.settings, sessions: "cookie" } }]
        : [name, node],
    );
    return { ...spec, nodes: Object.fromEntries(changed) };
  },
};

function nodesWith({ nodes }: TargetSpec, value: Value): Nodes {
  switch (value) {
    case "none":
      return nodes;
    case "sticky":
      return withSetting(nodes, "nginx", { sticky: true });
    case "replicated":
    case "cookie":
      return withSetting(nodes, "shop", { sessions: value });
    case "server":
      return withServer(nodes);
    default:
      return value satisfies never;
  }
}

function withServer(nodes: Nodes): Nodes {
  const name = "session-server";
  const calling = Object.entries(nodes).map(([shop, node]): [string, NodeSpec<string>] =>
    node.component === "shop" ? [shop, { ...node, calls: [...(node.calls ?? []), name] }] : [shop, node],
  );
  return {
    ...Object.fromEntries(calling),
    [name]: { component: "redis", tier: "cache", cpuMillicores: 50, settings: { keeps: "sessions" } },
  };
}

function withSetting(nodes: Nodes, component: NodeSpec<string>["component"], added: NodeSettings): Nodes {
  return Object.fromEntries(
    Object.entries(nodes).map(([name, node]): [string, NodeSpec<string>] =>
      node.component === component
        ? [name, { ...node, settings: { ...node.settings, ...added } }]
        : [name, node],
    ),
  );
}
