/** What another choice of variants changes in applications that run, when it changes nothing else. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { NodeSettings, TargetSpec } from "../../target.ts";

type Plain = Omit<TargetSpec, "variants">;

export interface Release {
  readonly node: string;
  /** Only what differs; a setting that is not made any more is there, and undefined. */
  readonly settings: NodeSettings;
  /** The same settings as they are now. */
  readonly before: NodeSettings;
}

export interface Releases {
  readonly releases: readonly Release[];
  /** Nodes that would change otherwise, which no rolling update can do. */
  readonly others: readonly string[];
}

/** Applications are the nodes that scale. */
export function releasesBetween(now: Plain, wanted: Plain): Releases {
  const applications = now.orchestration?.scales ?? {};
  const releases: Release[] = [];
  const others: string[] = [];
  for (const name of new Set([...Object.keys(now.nodes), ...Object.keys(wanted.nodes)])) {
    const [before, after] = [plain(now.nodes[name]), plain(wanted.nodes[name])];
    if (isDeepStrictEqual(before, after)) continue;
    const { settings: old = {}, ...restBefore } = before ?? {};
    const { settings: fresh = {}, ...restAfter } = after ?? {};
    if (!(name in applications) || !isDeepStrictEqual(restBefore, restAfter)) others.push(name);
    else releases.push({ node: name, settings: differing(old, fresh), before: differing(fresh, old) });
  }
  return { releases, others };
}

/** What of `to` is otherwise than in `from`. */
function differing(from: NodeSettings, to: NodeSettings): NodeSettings {
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])] as (keyof NodeSettings)[];
  const changed = keys.filter((key) => !isDeepStrictEqual(from[key], to[key]));
  return Object.fromEntries(changed.map((key) => [key, to[key]])) as NodeSettings;
}

/** As it looks once it was written down and read again. */
const plain = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)));
