/** Samples as Prometheus asks for them while a run goes on. The only file that knows prom-client. */
import { Registry } from "prom-client";
import { type Sample, type SeriesName, type SeriesSpec, series } from "./catalog.ts";

/** prom-client asks what is registered for its values; ours are told by the run, so it is asked for nothing but text. */
export class Exposition {
  readonly #registry = new Registry();
  #families: ReadonlyMap<SeriesName, readonly Sample[]> = new Map();

  constructor() {
    const specs: Readonly<Record<SeriesName, SeriesSpec>> = series;
    for (const name of Object.keys(series) as SeriesName[]) {
      const { kind: type, help } = specs[name];
      // The text format, unlike OpenMetrics, knows a counter by the name of its samples.
      const ownName = type === "counter" ? `${name}_total` : name;
      const get = () => ({
        ...{ name: ownName, help, type },
        values: (this.#families.get(name) ?? []).map(({ part, labels, value }) => ({
          ...{ metricName: `${name}${part}`, labels, value },
        })),
      });
      this.#registry.registerMetric({ name: ownName, get } as unknown as Parameters<
        Registry["registerMetric"]
      >[0]);
    }
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Families without a sample are named all the same: who looks for them finds that there is nothing. */
  text(samples: readonly Sample[]): Promise<string> {
    const families = new Map<SeriesName, Sample[]>();
    for (const sample of samples) {
      const family = families.get(sample.name);
      if (family === undefined) families.set(sample.name, [sample]);
      else family.push(sample);
    }
    this.#families = families;
    return this.#registry.metrics();
  }
}
