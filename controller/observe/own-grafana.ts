/** BENCH_GRAFANA: a Grafana of one's own, which links lead to and in whose place none is started. */
import { Failure } from "../../base/failure.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Undefined when it is not set.
 * @throws {Failure} `usage` when it is no address of a web page
 */
export function ownGrafana(env: Environment = process.env): string | undefined {
  const word = env["BENCH_GRAFANA"];
  if (word === undefined || word === "") return undefined;
  if (!URL.canParse(word) || !/^https?:$/.test(new URL(word).protocol))
    throw new Failure(
      "usage",
      `BENCH_GRAFANA "${word}" is no address; write for example http://127.0.0.1:3000`,
    );
  return word;
}
