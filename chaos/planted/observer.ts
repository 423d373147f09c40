/** Somebody who meets the answers of a node, and counts what became of them. */
import type { Member } from "../../targets/launch/members.ts";
import type { NodeHandle } from "../../targets/running-target.ts";
import type { Ground, Outlook } from "../fault.ts";
import { metricsPage, sumIn } from "../metrics-page.ts";
import { Continued, nothingSeen, type Symptoms, together } from "./symptoms.ts";

export interface Observer {
  /** As the end of a sentence: `from those who call user-service`. */
  readonly who: string;
  /** What part of what he meets is answered by that node, above 0 to 1. */
  readonly share: number;
  look(): Promise<Symptoms>;
}

/** Of a service those who call it; an application is asked by ourselves, as a shopper would. */
export function observerOf({ outlook, node, target }: Ground, name: string): Observer {
  const member = outlook.members.find((each) => each.name === name);
  if (member === undefined) throw new Error(`there is no member ${name}`);
  return member.component === "service"
    ? callersOf(member, outlook, target.nodes)
    : shopperAt(node(name), member, outlook.spec?.data.items ?? 1);
}

/**
 * What applications count of their calls: the service itself has no say in it. Another fault may have ended some of them,
 * but one has to be there.
 */
function callersOf(service: Member, { members }: Outlook, nodes: readonly NodeHandle[]): Observer {
  const names = service.settings.serves ?? [];
  const twins = members.filter(({ node }) => node === service.node).length;
  const callers = nodes
    .filter(({ component }) => component === "shop")
    .map((node) => ({ node, sum: new Continued() }));
  return {
    who: `from those who call ${service.node}`,
    share: 1 / twins,
    async look() {
      const pages = await Promise.allSettled(callers.map(({ node }) => metricsPage(node)));
      const [first] = pages;
      if (first?.status === "rejected" && pages.every(({ status }) => status === "rejected"))
        throw first.reason;
      return together(
        callers.map(({ sum }, at) => {
          const page = pages[at];
          return sum.counted(
            page?.status === "fulfilled"
              ? together(names.map((name) => callsIn(page.value, name)))
              : undefined,
          );
        }),
      );
    },
  };
}

/** Out of a page of metrics of an application: a try that was made again has failed as well. */
export function callsIn(page: string, service: string): Symptoms {
  const ended = (outcome: string) => sumIn(page, "shop_service_calls_total", { service, outcome });
  const [answered, undone, unknown] = [ended("answered"), ended("undone"), ended("unknown")];
  const [full, retries] = [ended("full"), sumIn(page, "shop_service_retries_total", { service })];
  return {
    tries: answered + undone + unknown + full + retries,
    failed: undone + unknown + full + retries,
    timed: answered + undone + unknown + retries,
    seconds: sumIn(page, "shop_service_call_seconds_sum", { service }),
  };
}

const REQUEST_LIMIT_MS = 5_000;

/**
 * One request at each look, past proxies and their retries, for what has to be fetched from a store each time: what comes out
 * of a node's own memory takes no time that could be told from none.
 */
function shopperAt({ address, name }: NodeHandle, member: Member, items: number): Observer {
  let seen = nothingSeen;
  return {
    who: `to ${name}`,
    share: 1,
    async look() {
      const startedAtMs = performance.now();
      const answer = await fetch(`http://${address}${pathFor(member, items, seen.tries)}`, {
        headers: { "x-user": "1" },
        signal: AbortSignal.timeout(REQUEST_LIMIT_MS),
      });
      await answer.arrayBuffer();
      const isFailed = answer.status === 500;
      seen = {
        tries: seen.tries + 1,
        failed: seen.failed + Number(isFailed),
        timed: seen.timed + 1,
        seconds: seen.seconds + (performance.now() - startedAtMs) / 1_000,
      };
      return seen;
    },
  };
}

/** A prime: so items come in an order in which none is asked for again soon. */
const STRIDE = 7_919;

function pathFor({ settings: { areas } }: Member, items: number, time: number): string {
  const area = areas?.[0] ?? "home";
  switch (area) {
    case "home":
      return `/item/${((time * STRIDE) % items) + 1}`;
    case "search":
      return "/search?q=teapot";
    case "cart":
      return "/cart";
    case "trade":
      return "/orders";
    default:
      return area satisfies never;
  }
}
