/** An experiment as the request of a run or of a search. Pure: what this machine can do is handed over. */
import { Failure } from "../../base/failure.ts";
import { readWish } from "../../chaos/chaos-plan.ts";
import type { HostSeen } from "../../chaos/host-seen.ts";
import { findScenario } from "../../scenarios/catalog.ts";
import { findTarget } from "../../targets/catalog.ts";
import type { Experiment } from "../../verdict/claims/stage-claim.ts";
import type { RunRequest } from "../plan.ts";

/** @throws {Failure} `usage` when a name is not known, or a fault is not written as faults are */
export function experimentRequest(experiment: Experiment, host: HostSeen, seed: number): RunRequest {
  const { side, scenario } = experiment;
  const { target, variants = [], strategy, launcher, network } = side;
  return {
    ...{ seed, scenario: findScenario(scenario) },
    target: { kind: "stage", spec: findTarget(target), variants },
    ...(strategy !== undefined && { strategy }),
    ...(launcher !== undefined && { launcher }),
    ...(network !== undefined && { network }),
    ...(experiment.kind === "run" && {
      durationS: experiment.durationS,
      ...(experiment.ratePerS !== undefined && { ratePerS: experiment.ratePerS }),
      ...(experiment.connections !== undefined && { connections: experiment.connections }),
      ...(experiment.faults !== undefined && { chaos: { plan: faultsOf(experiment.faults), host } }),
    }),
  };
}

function faultsOf(words: readonly string[]): NonNullable<RunRequest["chaos"]>["plan"] {
  const read = words.map(readWish);
  const problems = read.flatMap((each) => ("problem" in each ? [each.problem] : []));
  if (problems.length > 0)
    throw new Failure("usage", "the faults of an experiment cannot be read", { problems });
  return { wishes: read.flatMap((each) => ("problem" in each ? [] : [each])), quiet: [] };
}
