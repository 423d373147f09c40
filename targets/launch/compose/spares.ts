/** Members that a target may grow by while it runs, and those it gives up first. Pure. */
import type { TargetSpec } from "../../target.ts";
import type { Member } from "../members.ts";

/** For every node that scales, the members beyond its count: databases make room for their connections at the start. */
export function sparesOf({ orchestration }: TargetSpec, members: readonly Member[]): readonly Member[] {
  return Object.entries(orchestration?.scales ?? {}).flatMap(([node, most = 0]) =>
    grown(
      members.filter((member) => member.node === node),
      most,
    ),
  );
}

/** Members to add so that there are `count`: each in the zone that has the fewest, and like the others there. */
export function grown(present: readonly Member[], count: number): readonly Member[] {
  const all = [...present];
  while (all.length < count && present.length > 0) {
    const [fewest] = byZone(all).toSorted((a, b) => a.length - b.length);
    const pattern = fewest![0]!;
    // `shop-2` stands beside `shop-1`, and `home-a-2` beside `home-a`.
    const base = pattern.name.replace(/-\d+$/, "");
    const isTaken = (name: string) => all.some((member) => member.name === name);
    let number = isTaken(base) ? 2 : 1;
    while (isTaken(`${base}-${number}`)) number++;
    all.push({ ...pattern, name: `${base}-${number}` });
  }
  return all.slice(present.length);
}

/** Members to give up so that `count` are left: the last of the zone that has the most, and no zone's only one. */
export function shrunk(present: readonly Member[], count: number): readonly Member[] {
  const left = [...present];
  const gone: Member[] = [];
  while (left.length > count) {
    const [most] = byZone(left).toSorted((a, b) => b.length - a.length);
    if (most === undefined || most.length < 2) return gone;
    const last = most.at(-1)!;
    left.splice(left.indexOf(last), 1);
    gone.push(last);
  }
  return gone;
}

/** The fewest members it can have: one in each of its zones. */
export const leastOf = (present: readonly Member[]) => byZone(present).length;

function byZone(members: readonly Member[]): readonly Member[][] {
  const zones = new Map<string | undefined, Member[]>();
  for (const member of members) zones.set(member.zone, [...(zones.get(member.zone) ?? []), member]);
  return [...zones.values()];
}
