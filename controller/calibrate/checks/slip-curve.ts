/** Is one agent on time below its maximum rate, and how late is it where? */
import { count, ms, percent } from "../../../verdict/telling/figures.ts";
import type { CalibrationCheck, CalibrationFigures } from "../certificate.ts";
import { slipLimitMs } from "./maximum-rate.ts";

export function slipCurve(points: CalibrationFigures["slipCurve"]): readonly CalibrationCheck[] {
  return points.map(({ ofMaximumRatio, ratePerS, tries, slipMs }) => ({
    check: "slip-curve",
    subject: `${Math.round(ofMaximumRatio * 100)} %`,
    status: slipMs.p99 <= slipLimitMs ? "upheld" : "refuted",
    because:
      `at ${percent(ofMaximumRatio)} of the maximum (${count(ratePerS)} /s) requests left ${ms(slipMs.p50)} late ` +
      `at the median, ${ms(slipMs.p99)} at p99, ${ms(slipMs.max)} at most` +
      (tries > 1 ? ", when tried again" : ""),
    observed: slipMs.p99,
    limit: slipLimitMs,
    unit: "ms",
  }));
}
