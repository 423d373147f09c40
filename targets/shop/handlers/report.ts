/** What the shopkeeper wants to know: sales per category and day. */
import type { SalesReport } from "../data/sales-report.ts";
import { type Answer, json } from "../http/answer.ts";
import type { Call } from "../http/call.ts";
import type { Route } from "../http/door.ts";

const DAYS = 7;
const DAYS_MAX = 366;
const DAY_MS = 86_400_000;

export function reportRoutes(report: SalesReport, epochMs: () => number): readonly Route[] {
  return [
    {
      name: "report",
      method: "GET",
      path: "/admin/report",
      isShed: true,
      handle: (call) => sales(report, epochMs(), call),
    },
  ];
}

/** Days are those of UTC; the last one is today and not over yet. */
async function sales(report: SalesReport, nowEpochMs: number, call: Call): Promise<Answer> {
  const days = call.wholeQuery("days", DAYS_MAX) ?? DAYS;
  call.check();
  const today = Math.floor(nowEpochMs / DAY_MS);
  const firstDay = new Date((today - days + 1) * DAY_MS).toISOString().slice(0, "2026-11-11".length);
  return json(200, await report.sales(firstDay));
}
