/** Words like `trade-app=3` to orders for an orchestrator; every problem of every word together. Pure. */
import { unknownName } from "../base/failure.ts";
import type { Scalable } from "../targets/running-target.ts";

export interface ScaleOrder {
  readonly node: string;
  readonly count: number;
}

export function readScaleWords(
  words: readonly string[],
  scalable: readonly Scalable[],
): { readonly orders: readonly ScaleOrder[]; readonly problems: readonly string[] } {
  const orders: ScaleOrder[] = [];
  const problems: string[] = [];
  for (const word of words) {
    const [, node = "", count = ""] = /^([^=]+)=(\d+)$/.exec(word) ?? [];
    const found = scalable.find((each) => each.node === node);
    if (node === "")
      problems.push(`"${word}" is no order; write node=count, for example ${example(scalable)}`);
    else if (found === undefined)
      problems.push(
        unknownName(
          "node that scales:",
          node,
          scalable.map((each) => each.node),
        ),
      );
    else if (Number(count) < found.least || Number(count) > found.most)
      problems.push(`${word}: ${node} has ${found.least} to ${found.most} members`);
    else if (orders.some((order) => order.node === node)) problems.push(`${node} is named twice`);
    else orders.push({ node, count: Number(count) });
  }
  return { orders, problems };
}

function example(scalable: readonly Scalable[]): string {
  const [first] = scalable;
  return first === undefined ? "shop=2" : `${first.node}=${first.most}`;
}
