/** How the baseline of a gate is run again beside the target: as it was when it was saved, or not at all. */
import { Failure, wholeSentenceOf } from "../../base/failure.ts";
import { strategyVariant } from "../../targets/variant.ts";
import {
  differences,
  differenceWords,
  type Fingerprint,
  unknownWord,
} from "../../verdict/comparison/fingerprint.ts";
import type { RunPlan, RunRequest } from "../plan.ts";

export interface AskedAgain {
  /** Of the target. */
  readonly request: RunRequest;
  /** Of runs of the baseline. */
  readonly was: {
    readonly plan: Pick<RunPlan, "target" | "launcher" | "network" | "unusual" | "strategy" | "variants">;
    readonly fingerprint: Fingerprint;
  };
  /** What a run made here and now by this request would be. @throws {Failure} `usage` when it cannot be planned */
  readonly fingerprintOf: (request: RunRequest) => Fingerprint;
  /** Where the old version of somebody's own system is. */
  readonly urls?: readonly string[];
}

/** The request by which the baseline is run again, or why it is not. */
export function baselineAgain({
  request,
  was,
  fingerprintOf,
  urls,
}: AskedAgain): { readonly request: RunRequest } | { readonly because: string } {
  const { target } = request;
  if (target.kind === "external") {
    // Its books are not those of the new one, and nobody says where they are: they are not read.
    return urls === undefined
      ? { because: "nobody said where the old version of your own system is (--baseline-target)" }
      : { request: { ...request, target: { kind: "external", urls } } };
  }
  const { target: id } = was.plan;
  const program = was.fingerprint.program["shop"];
  if (program === undefined || program === unknownWord || program !== fingerprintOf(request).program["shop"])
    return { because: "the shop's program is another one today, and the old one is not here any more" };
  if (id !== target.spec.id) return { because: `it is of ${id}` };
  const tried = candidates(request, { target, plan: was.plan }).map((again) => ({
    request: again,
    because: whyAnother(was.fingerprint, () => fingerprintOf(again)),
  }));
  const same = tried.find(({ because }) => because === undefined);
  return same === undefined ? { because: tried[0]?.because ?? "" } : { request: same.request };
}

/**
 * Whatever makes the target what it is comes from the baseline: how the two are built is what one compares for. The plan
 * does not say whether its way of selling was chosen by `--strategy` or by `--variant`, which builds another declaration.
 */
function candidates(
  { strategy: _, launcher: __, network: ___, ...rest }: RunRequest,
  {
    target,
    plan: { unusual = [], launcher, network, strategy, variants },
  }: {
    readonly target: Extract<RunRequest["target"], { kind: "stage" }>;
    readonly plan: AskedAgain["was"]["plan"];
  },
): readonly RunRequest[] {
  const built = { ...rest, launcher, ...(network !== undefined && { network }) };
  const sold = variants?.[strategyVariant];
  return [
    {
      ...built,
      ...(strategy !== undefined && { strategy }),
      target: { ...target, variants: unusual },
    },
    ...(sold === undefined
      ? []
      : [{ ...built, target: { ...target, variants: [...unusual, `${strategyVariant}=${sold}`] } }]),
  ];
}

/** Stages change, too: what would come up today under the same words is not the baseline. */
function whyAnother(was: Fingerprint, isNow: () => Fingerprint): string | undefined {
  try {
    const [first] = differences(was, isNow()).filter(({ part }) => part === "plan" || part === "target");
    return first === undefined
      ? undefined
      : `run again it would be another: ${differenceWords({ ...first, between: ["the kept runs", "a run of today"] })}`;
  } catch (error) {
    if (!(error instanceof Failure) || error.kind !== "usage") throw error;
    return `it cannot be planned any more: ${wholeSentenceOf(error)}`;
  }
}
