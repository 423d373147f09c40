/** Whether the books agree: stock, orders, and what shoppers were told. */
import type { Board, Tile } from "../board.ts";
import { faultsAndPhases, last, rate, run, runs, total, window } from "../words.ts";

const books = (title: string, state: string, description: string, isBad = true): Tile => ({
  ...{ kind: "tile", title, unit: "short", width: 4, min: 0, nothing: "no books" },
  description,
  queries: [{ expr: `sum(${total("bench_orders_total", `${run},state="${state}"`)})`, legend: state }],
  ...(isBad && { steps: [{ from: 1, colour: "red" }] }),
});

export const correctnessBoard: Board = {
  uid: "bench-correctness",
  title: "Bench / Correctness",
  description:
    "Whether the target's books agree with what shoppers were told: sold, oversold, lost, doubled.",
  variables: [runs],
  marks: faultsAndPhases(),
  rows: [
    {
      title: "The ledger",
      panels: [
        {
          ...{ kind: "tile", title: "Oversold", unit: "short", width: 4, min: 0, nothing: "no sale" },
          description: "Units sold beyond the stock, by the target's books.",
          queries: [
            { expr: `sum(${last("bench_stock_units", `${run},state="oversold"`)})`, legend: "oversold" },
          ],
          steps: [{ from: 1, colour: "red" }],
        },
        books("Lost", "lost", "Orders that shoppers were told are theirs, and that are in no book."),
        books("Doubled", "duplicate", "Attempts for which more than one order stands in the books."),
        books("Phantom", "phantom", "Orders in the books of attempts that were told no."),
        books("Accepted", "accepted", "Attempts that shoppers were told are theirs.", false),
        books("Unknown", "unknown", "Attempts that were never answered clearly: counted as neither.", false),
      ],
    },
    {
      title: "Stock and attempts",
      panels: [
        {
          ...{ kind: "table", title: "Stock", unit: "short", width: 8 },
          description: "What was sold, by the target's books: initial = sold + left, and oversold is 0.",
          by: { state: "Units" },
          queries: [
            {
              expr: `sum by (state) (${last("bench_stock_units")}) or label_replace(sum(${last("bench_stock_remaining")}), "state", "remaining", "", "")`,
              ...{ legend: "units", isInstant: true },
            },
          ],
          columns: [{ title: "How many", unit: "short" }],
        },
        {
          ...{ kind: "lines", title: "Attempts to buy", unit: "short", width: 16, min: 0, isStacked: true },
          description:
            "By what shoppers were told while the run went on; at its end by what the books say of them too.",
          queries: [
            {
              expr: `max_over_time(bench_orders_total{${run},state=~"accepted|rejected|unknown"}[${window}])`,
              legend: "{{state}}",
            },
          ],
        },
      ],
    },
    {
      title: "What must hold whatever is broken",
      panels: [
        {
          ...{ kind: "table", title: "Checks", unit: "short", width: 12 },
          description:
            "Of how many things (a stock, a database, all attempts) a check found it broken; a check that could not decide is not here.",
          by: { invariant: "Check" },
          queries: [
            {
              expr: `sum by (invariant) (${total("bench_invariant_violations_total")})`,
              legend: "broken",
              isInstant: true,
            },
          ],
          columns: [{ title: "Broken", unit: "short", steps: [{ from: 1, colour: "red" }] }],
        },
        {
          ...{ kind: "lines", title: "Answers to orders", unit: "reqps", width: 12, min: 0 },
          description:
            "Settled requests of all operations by outcome: an order that ends in an error, a time-out or a broken connection may stand in the books or not.",
          queries: [{ expr: `sum by (outcome) (${rate("bench_requests_total")})`, legend: "{{outcome}}" }],
        },
      ],
    },
  ],
};
