/** A choice a target offers: `--variant shops=4`. Each variant is one change to the declaration; all are pure. */
import { unknownName } from "../base/failure.ts";
import { problemsOf } from "./launch/members.ts";
import { whyNotHosted } from "./strategies.ts";
import type { TargetSpec } from "./target.ts";

export interface Variant {
  /** What it changes, in a line. */
  readonly title: string;
  /** Words it can be set to, or whole numbers from `least` to `most`. */
  readonly values: readonly string[] | { readonly least: number; readonly most: number };
  /** What the declaration itself says. */
  readonly usual: string;
  /** The target with this value; `value` is one of `values`. */
  apply(spec: TargetSpec, value: string): TargetSpec;
}

export interface Chosen {
  /** The declaration with everything applied; as it was when there are problems. */
  readonly spec: TargetSpec;
  /** Every variant of the target, by name, with the value it has now. */
  readonly variants: Readonly<Record<string, string>>;
  /** Those that are not as usual, as words: `shops=3`. */
  readonly unusual: readonly string[];
  /** What cannot be, one sentence each. */
  readonly problems: readonly string[];
}

/** The way the flash sale is sold is a variant of every stage; `--strategy F2` is short for it. */
export const strategyVariant = "strategy";

/**
 * The target as chosen by words like `shops=4`. Variants apply in the order in which the target declares them, so the
 * order of the words does not matter; of several words for one variant the last counts.
 */
export function chooseVariants(spec: TargetSpec, words: readonly string[]): Chosen {
  const declared = variantsOf(spec);
  const problems: string[] = [];
  const wanted = new Map<string, string>();
  for (const word of words) {
    const at = word.indexOf("=");
    if (at < 1) {
      problems.push(`"${word}" is not a variant; write name=value, for example ${example(declared)}`);
      continue;
    }
    const [name, value] = [word.slice(0, at), word.slice(at + 1)];
    const variant = declared[name];
    if (variant === undefined) problems.push(noSuchVariant(spec, name, declared));
    else if (!isOneOf(variant, value))
      problems.push(
        (name === strategyVariant && whyNotHosted(value, spec)) || noSuchValue(name, value, variant),
      );
    else wanted.set(name, value);
  }
  const variants = Object.fromEntries(
    Object.entries(declared).map(([name, { usual }]) => [name, wanted.get(name) ?? usual]),
  );
  let applied = spec;
  for (const [name, variant] of Object.entries(declared)) {
    if (variants[name] !== variant.usual) applied = variant.apply(applied, variants[name]!);
  }
  if (problems.length === 0 && applied !== spec) {
    const together = [...wanted].map(([name, value]) => `${name}=${value}`).join(" ");
    for (const problem of problemsOf(applied))
      problems.push(`${spec.id} with ${together} cannot be: ${problem}`);
  }
  const unusual = Object.entries(variants)
    .filter(([name, value]) => value !== declared[name]?.usual)
    .map(([name, value]) => `${name}=${value}`);
  return { spec: problems.length === 0 ? applied : spec, variants, unusual, problems };
}

/** Every variant of a target, the way of selling among them. */
export function variantsOf(spec: TargetSpec): Readonly<Record<string, Variant>> {
  const { strategies, defaultStrategy, variants = {} } = spec;
  return {
    [strategyVariant]: {
      title: "how the flash sale is sold",
      values: strategies,
      usual: defaultStrategy,
      apply: (before, value) => ({
        ...before,
        defaultStrategy: strategies.find((each) => each === value) ?? defaultStrategy,
      }),
    },
    ...variants,
  };
}

/** The values of a variant, for people: `1 to 6`, or the words. */
export function valuesOf({ values }: Variant): string {
  return "least" in values ? `${values.least} to ${values.most}` : values.join(", ");
}

function isOneOf({ values }: Variant, value: string): boolean {
  if (!("least" in values)) return values.includes(value);
  return /^\d+$/.test(value) && Number(value) >= values.least && Number(value) <= values.most;
}

function noSuchVariant(spec: TargetSpec, name: string, declared: Readonly<Record<string, Variant>>): string {
  const names = Object.keys(declared);
  return `${unknownName("variant", name, names)} (${spec.id} has ${names.join(", ")})`;
}

function noSuchValue(name: string, value: string, variant: Variant): string {
  if ("least" in variant.values) return `${name}=${value}: it is a whole number from ${valuesOf(variant)}`;
  return `${unknownName(`value of ${name}`, value, variant.values)} (${valuesOf(variant)})`;
}

function example(declared: Readonly<Record<string, Variant>>): string {
  const [name, { usual }] = Object.entries(declared).at(-1)!;
  return `${name}=${usual}`;
}
