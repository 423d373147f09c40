/** Plays a scenario for one share in simulated time: what an agent does, without clock, sockets and measuring. */
import { Schedule } from "../../load/schedule.ts";
import type { Share } from "../../load/share.ts";
import type { Outcome } from "../../metrics/outcome.ts";
import { MixTable, phaseAt } from "../../scenarios/mix.ts";
import type { Answer, Scenario, Shape, ShopRequest, World } from "../../scenarios/scenario.ts";
import { PlainShopper, smallWorld } from "../fakes/plain-shopper.ts";

export interface Played {
  readonly arrival: number;
  readonly plannedAtS: number;
  /** Planned instant plus the think times since; answers take no time here. */
  readonly atS: number;
  readonly phase: string;
  readonly operation: string;
  readonly request: ShopRequest;
  readonly outcome: Outcome;
}

export interface Play {
  readonly scenario: Scenario;
  readonly shape: Shape;
  readonly seed: number;
  readonly shop: (request: ShopRequest) => Answer;
  readonly share?: Share;
  readonly world?: World;
}

export function* play(given: Play): Generator<Played> {
  const { scenario, shape, seed, shop, share = { index: 0, count: 1 }, world = smallWorld } = given;
  const load = scenario.load(shape);
  if (load.kind !== "open") throw new Error("only open loads are played");
  const phases = scenario.phases(shape);
  const tables = new Map(phases.map((phase) => [phase.name, new MixTable(phase.mix)]));
  for (const schedule = new Schedule(load, seed, share); schedule.arrival >= 0; schedule.advance()) {
    const { arrival, atS: plannedAtS } = schedule;
    const phase = phaseAt(phases, plannedAtS).name;
    const shopper = new PlainShopper(arrival, { seed, world, popularity: scenario.popularity });
    let atS = plannedAtS;
    const act = (operation: string): Played => {
      const { request: ask, judge, attempts } = scenario.operations[operation]!;
      if (attempts) shopper.newAttempt();
      const request = ask(shopper);
      const answered = shop(request);
      const outcome = judge?.(answered, shopper) ?? (answered.status < 400 ? "ok" : "error");
      return { arrival, plannedAtS, atS, phase, operation, request, outcome };
    };
    const drawn = tables.get(phase)!.draw(shopper.chance);
    const journey = scenario.journeys[drawn]?.(shopper);
    if (journey === undefined) {
      yield act(drawn);
      continue;
    }
    for (let step = journey.next(); !step.done; ) {
      atS += step.value.afterS ?? 0;
      const played = act(step.value.operation);
      yield played;
      step = journey.next(played.outcome);
    }
  }
}
