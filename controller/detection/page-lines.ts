/** The series of one name on a page of Prometheus text. Pure. */

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export function seriesIn(page: string, name: string): readonly Series[] {
  return page.split("\n").flatMap((line) => {
    if (!line.startsWith(name)) return [];
    const [, labels, value] = /^(?:\{(.*)\})? (\S+)/.exec(line.slice(name.length)) ?? [];
    if (value === undefined) return [];
    return [{ labels: labelsIn(labels ?? ""), value: Number(value) }];
  });
}

const labelsIn = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, value]) => [label!, value!]));
