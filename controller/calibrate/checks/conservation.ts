/** To the last request: planned = owed = fired + dropped, fired = completed + failed + in flight, and the server read what was fired. */
import { count, counted } from "../../../verdict/telling/figures.ts";
import type { CalibrationCheck, CalibrationFigures } from "../certificate.ts";
import type { DriveCounts, Driven } from "../drives.ts";

export function conservationFigures(drives: readonly Driven[]): CalibrationFigures["conservation"] {
  return drives.map(({ drive, counts: { owed, ...counts } }) => ({
    drive: drive.name,
    ...counts,
    ...(owed === undefined ? {} : { owed }),
  }));
}

/** `breaks`: what did not add up within single seconds, as sentences. */
export function conservation(
  drives: CalibrationFigures["conservation"],
  breaks: readonly string[],
): CalibrationCheck {
  const problems = [...drives.flatMap((counts) => problemsOf(counts, counts.drive)), ...breaks];
  const planned = drives.reduce((sum, counts) => sum + counts.planned, 0);
  const because =
    problems.length > 0
      ? `${counted(problems.length, "sum")} of ${drives.length} drives did not come out: ${problems[0]}`
      : `${count(planned)} requests of ${drives.length} drives are all accounted for, by the agents and by the server`;
  return {
    check: "conservation",
    subject: "all drives",
    status:
      drives.length === 0 || planned === 0 ? "inconclusive" : problems.length > 0 ? "refuted" : "upheld",
    because,
    observed: problems.length,
    limit: 0,
    unit: "sums",
  };
}

/** What does not add up, one sentence each. */
function problemsOf(
  counts: Omit<DriveCounts, "owed"> & { readonly owed?: number },
  drive: string,
): readonly string[] {
  const { planned, fired, completed, failed, dropped, inFlightAtEnd, owed, readByServer } = counts;
  const problems: string[] = [];
  if (owed !== undefined && planned !== owed) problems.push(`${drive}: ${owed} owed, ${planned} planned`);
  if (planned !== fired + dropped)
    problems.push(`${drive}: ${planned} planned, ${fired} fired + ${dropped} dropped`);
  if (fired !== completed + failed + inFlightAtEnd) {
    problems.push(
      `${drive}: ${fired} fired, ${completed} completed + ${failed} failed + ${inFlightAtEnd} in flight`,
    );
  }
  // A request that failed may have been read or not.
  if (readByServer < completed || readByServer > fired) {
    problems.push(
      `${drive}: ${fired} fired, of which ${completed} completed, but the server read ${readByServer}`,
    );
  }
  return problems;
}
