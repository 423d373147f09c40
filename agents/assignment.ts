/** What the controller asked for, made ready: scenario, sender, and the order of the drive. */
import type { Clock } from "../base/clock.ts";
import { Failure, unknownName } from "../base/failure.ts";
import type { Assignment } from "../proto/generated/bench.ts";
import { type SenderName, senderNames } from "../proto/sender-names.ts";
import { findScenario } from "../scenarios/catalog.ts";
import { loadScenarioFile } from "../scenarios/from-file.ts";
import type { World } from "../scenarios/scenario.ts";
import type { DriveOrder } from "./drive.ts";
import { grpcSender } from "./senders/grpc.ts";
import { HttpSender } from "./senders/http.ts";
import { Http2Sender } from "./senders/http2.ts";
import { namesFrom } from "./senders/names.ts";
import { NoneSender } from "./senders/none.ts";
import type { Sender } from "./senders/sender.ts";
import { WireSender } from "./senders/wire.ts";

/** @throws {Failure} `usage` when the scenario or the world is not one we can drive */
export async function orderOf(assignment: Assignment): Promise<DriveOrder> {
  const { scenarioFile, scenario, ratePerS, durationS, shareIndex, shareCount } = assignment;
  return {
    drive: assignment.drive,
    scenario: scenarioFile === "" ? findScenario(scenario) : await loadScenarioFile(scenarioFile),
    shape: { ratePerS, durationS },
    seed: assignment.seed,
    share: { index: shareIndex, count: shareCount },
    warmupS: assignment.warmupS,
    drainS: assignment.drainS,
    maxInFlight: assignment.maxInFlight,
    world: worldOf(assignment),
    ...(assignment.goodWithinMs !== undefined && { goodWithinMs: assignment.goodWithinMs }),
    ...(assignment.warmupRatePerS !== undefined && { warmupRatePerS: assignment.warmupRatePerS }),
  };
}

/** @throws {Failure} `usage` when there is no such sender, or no URL to send to */
export function senderOf(assignment: Assignment, clock: Clock): Sender {
  const { baseUrls, maxConnections, requestTimeoutMs, names } = assignment;
  const name = assignment.sender as SenderName;
  switch (name) {
    case "wire":
      return new WireSender({
        ...{ baseUrls, maxConnections, requestTimeoutMs, clock },
        ...(names && { names: namesFrom(names, assignment.shareIndex, clock) }),
      });
    case "http":
      return new HttpSender({ baseUrls, maxConnections, requestTimeoutMs, clock });
    case "http2":
      return new Http2Sender({ baseUrls, maxConnections, requestTimeoutMs, clock });
    case "grpc":
      return grpcSender({ baseUrls, maxConnections, requestTimeoutMs, clock });
    case "none":
      return new NoneSender(clock);
    default:
      name satisfies never;
      throw new Failure("usage", unknownName("sender", assignment.sender, senderNames));
  }
}

/** A target whose answers take this long keeps the warm connections busy; a slower one gets more as it needs them. */
const warmForMs = 50;
/** A layer-4 balancer spreads connections, not requests: with fewer, a proxy behind it may get none. Our choice. */
const warmPerUrl = 8;

/** Connections to open before the start, as many to each base URL: Little's law, requests per second x time in the target. */
export function warmConnections(
  { ratePerS, shareCount, baseUrls, maxConnections }: Assignment,
  requestsPerArrival: number,
): number {
  const requestsPerS = (ratePerS * requestsPerArrival) / Math.max(1, shareCount);
  const urls = Math.max(1, baseUrls.length);
  const perUrl = Math.max(warmPerUrl, Math.ceil((requestsPerS * warmForMs) / 1000 / urls));
  return Math.min(maxConnections, perUrl * urls);
}

function worldOf({ world }: Assignment): World {
  if (world === undefined) throw new Failure("usage", "the assignment says nothing about the target's world");
  const { items, categories, users, tag, sale } = world;
  return sale === undefined ? { items, categories, users, tag } : { items, categories, users, tag, sale };
}
