/** What a target said of nodes in trouble, told apart by whether something had been done to it at the time. */
import type { Detection, Watched } from "../../metrics/detection.ts";
import type { FaultSeen } from "../../metrics/fault-seen.ts";

export interface Alarms {
  /** Said from when the fault was asked for until its aftermath was over, in the order it was read. */
  during(fault: FaultSeen): readonly Detection[];
  /** Said when nothing was wrong. */
  readonly quiet: readonly Detection[];
  /** How long nothing was wrong, seconds. */
  readonly quietS: number;
}

/** After a fault is gone, what it left behind may still be spoken of: connections that are made again, tries that end late. */
export const aftermathS = 10;

interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/** Alarms only: that all is well again is none. */
export function alarmsIn(watched: Watched, faults: readonly FaultSeen[], measuredS: number): Alarms {
  const alarms = watched.detections.filter(({ isBack, atS }) => !isBack && atS >= 0 && atS < measuredS);
  const spans = faults.map((fault) => spanOf(fault, faults, measuredS));
  const isDisturbed = (atS: number) => spans.some((span) => span !== undefined && isIn(span, atS));
  return {
    during(fault) {
      const span = spans[faults.indexOf(fault)];
      return span === undefined ? [] : alarms.filter(({ atS }) => isIn(span, atS));
    },
    quiet: alarms.filter(({ atS }) => !isDisturbed(atS)),
    quietS: measuredS - lengthOf(spans.filter((span) => span !== undefined)),
  };
}

/** Ends with the next fault, whose own it is from then on; undefined when nothing was ever done. */
function spanOf(fault: FaultSeen, faults: readonly FaultSeen[], measuredS: number): Span | undefined {
  const { requestedAtS: fromS, undoneAtS = measuredS } = fault;
  if (fromS === undefined) return undefined;
  const next = faults.flatMap(({ requestedAtS }) =>
    requestedAtS !== undefined && requestedAtS > fromS ? requestedAtS : [],
  );
  return { fromS, toS: Math.min(undoneAtS + aftermathS, measuredS, ...next) };
}

const isIn = ({ fromS, toS }: Span, atS: number): boolean => atS >= fromS && atS < toS;

/** Of all together, as far as one does not cover another. */
function lengthOf(spans: readonly Span[]): number {
  let [sum, coveredToS] = [0, 0];
  for (const { fromS, toS } of spans.toSorted((one, other) => one.fromS - other.fromS)) {
    sum += Math.max(0, toS - Math.max(fromS, coveredToS));
    coveredToS = Math.max(coveredToS, toS);
  }
  return sum;
}
