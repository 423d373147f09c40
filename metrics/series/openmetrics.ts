/** Samples of many instants as OpenMetrics text, which `promtool tsdb create-blocks-from openmetrics` takes. Source: OpenMetrics 1.0.0. */
import { type Labels, type Sample, type SeriesName, type SeriesSpec, series } from "./catalog.ts";
import { labelsInOrder } from "./run-series.ts";

export interface Instant {
  /** Unix time, seconds. */
  readonly epochS: number;
  readonly samples: readonly Sample[];
}

/** Family by family, within each metric by metric, of each all parts of one instant after those of the one before. */
export function openMetricsOf(instants: readonly Instant[]): string {
  const families = new Map<SeriesName, Map<string, string[]>>();
  for (const { epochS, samples } of instants)
    for (const sample of samples) {
      let family = families.get(sample.name);
      if (family === undefined) families.set(sample.name, (family = new Map()));
      const { le: _, ...metric } = sample.labels;
      const key = wordsOf(metric).join();
      const line = `${nameOf(sample)} ${numberOf(sample.value)} ${epochS.toFixed(3)}`;
      const lines = family.get(key);
      if (lines === undefined) family.set(key, [line]);
      else lines.push(line);
    }
  const specs: Readonly<Record<SeriesName, SeriesSpec>> = series;
  const written = (Object.keys(series) as SeriesName[]).flatMap((name) => {
    const family = families.get(name);
    if (family === undefined) return [];
    const { kind, help } = specs[name];
    const unit = /_(seconds)$/.exec(name)?.[1];
    return [
      `# TYPE ${name} ${kind}`,
      ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
      `# HELP ${name} ${help}`,
      ...[...family.values()].flat(),
    ];
  });
  return `${[...written, "# EOF"].join("\n")}\n`;
}

function nameOf({ name, part, labels }: Sample): string {
  const words = wordsOf(labels);
  return `${name}${part}${words.length === 0 ? "" : `{${words.join(",")}}`}`;
}

const wordsOf = (labels: Labels): readonly string[] =>
  labelsInOrder(labels).map(([label, value]) => `${label}="${escaped(value)}"`);

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');

const numberOf = (value: number): string =>
  value === Number.POSITIVE_INFINITY ? "+Inf" : value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
