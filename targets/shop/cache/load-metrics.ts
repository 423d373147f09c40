/** What the caches let through to the databases, for Prometheus. */
import { Counter, type Registry } from "prom-client";
import type { LoadCounts, LoadResult } from "./page-traffic.ts";

export class LoadMetrics implements LoadCounts {
  readonly #begun: Counter<"page">;
  readonly #beside: Counter<"page">;
  readonly #ended: Counter<"page" | "result">;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#begun = new Counter({
      name: "shop_page_loads_begun_total",
      help: "Pages that no cache had, and that were asked of the databases.",
      labelNames: ["page"],
      registers,
    });
    this.#beside = new Counter({
      name: "shop_page_loads_beside_total",
      help: "Of these, those begun while the same page was being loaded here: what a single flight would have saved.",
      labelNames: ["page"],
      registers,
    });
    this.#ended = new Counter({
      name: "shop_page_loads_total",
      help: "Loads that are over: found, absent (there is no such page) or failed.",
      labelNames: ["page", "result"],
      registers,
    });
    // A series that begins with its first event has no rate at that moment.
    for (const page of ["home", "category", "item"]) {
      this.#begun.inc({ page }, 0);
      this.#beside.inc({ page }, 0);
      for (const result of ["found", "absent", "failed"]) this.#ended.inc({ page, result }, 0);
    }
  }

  begun(page: string, isBeside: boolean): void {
    this.#begun.inc({ page });
    if (isBeside) this.#beside.inc({ page });
  }

  ended(page: string, result: LoadResult): void {
    this.#ended.inc({ page, result });
  }
}
