/** The one shape that a chaos plan in a file may have, and what is wrong with another one, in sentences. */
import { z } from "zod";
import { unknownName } from "../base/failure.ts";
import { secondsIn } from "../load/seconds-in.ts";

/** Ends of sentences: which field of which fault it is about comes before. */
const isNoTime = "is not a time; write for example 20s";
const isNoWord = "is not a word; write for example shop-2";
const isNoTimes = "is not a whole number from 1 to 10000";
const isNoRepeat = 'is not like { times: 3, every: "20s" }';
const isNoFault = 'is not like { fault: "kill", where: "shop-2", at: "20s", for: "5s" }';
const isNoSeed = "is not a whole number";
const isNoSpans = 'is not a list of spans; write for example [["40s", "60s"]]';
/** A longer list of one fault is a slip of the finger, and would only be refused more slowly. */
const mostTimes = 10_000;

const time = z
  .string(isNoTime)
  .refine((word) => secondsIn(word) !== undefined, isNoTime)
  .transform((word) => secondsIn(word) ?? 0);

const repeatShape = z.strictObject(
  { times: z.int(isNoTimes).min(1, isNoTimes).max(mostTimes, isNoTimes), every: time },
  isNoRepeat,
);

const faultShape = z.strictObject(
  {
    fault: z.string(isNoWord),
    value: z.union([z.string(), z.number()], isNoWord).transform(String).optional(),
    where: z.string(isNoWord).optional(),
    at: time,
    for: time.optional(),
    repeat: repeatShape.optional(),
  },
  isNoFault,
);

const planShape = z.strictObject({
  seed: z.number(isNoSeed).refine(Number.isSafeInteger, isNoSeed).optional(),
  faults: z.array(faultShape),
  quiet: z
    .array(
      z.tuple([time, time]).refine(([from, to]) => from < to),
      isNoSpans,
    )
    .optional(),
  /** Has a shape of its own, see hooks.ts. */
  hooks: z.unknown().optional(),
});

export type ReadPlan = z.output<typeof planShape>;

/** What is written in a file, with times in seconds; or every problem with it, one sentence each. */
export function readPlanShape(
  input: unknown,
): { readonly plan: ReadPlan } | { readonly problems: readonly string[] } {
  const parsed = planShape.safeParse(input);
  if (parsed.success) return { plan: parsed.data };
  const faults = typeof input === "object" && input !== null && "faults" in input ? input.faults : undefined;
  return { problems: [...new Set(parsed.error.issues.flatMap((issue) => sentencesOf(issue, faults)))] };
}

type Issue = z.ZodError["issues"][number];

function sentencesOf(issue: Issue, faults: unknown): readonly string[] {
  const [part, index, ...inner] = issue.path.map(String);
  if (part === "quiet" && index !== undefined)
    return [
      `quiet span ${Number(index) + 1} is not from a time to a later one; write for example ["40s", "60s"]`,
    ];
  const isOfFault = part === "faults" && index !== undefined;
  const who = isOfFault ? nameOf(faults, Number(index)) : undefined;
  const field = (isOfFault ? inner : issue.path.map(String)).join(".");
  if (issue.code === "unrecognized_keys") {
    const where = [who ?? [], field === "" ? [] : `its "${field}"`].flat().map((each) => `${each}: `);
    return issue.keys.map(
      (key) => `${where.join("")}${unknownName("field", key, fieldsAt(field, isOfFault))}`,
    );
  }
  if (who === undefined)
    return [
      field === "" || field === "faults"
        ? "a chaos plan is an object with a list of faults"
        : `its "${field}" ${issue.message}`,
    ];
  if (field === "") return [`${who} ${issue.message}`];
  return [
    field === "fault"
      ? `${who} has no "fault", which is the name of one`
      : `${who}: its "${field}" ${issue.message}`,
  ];
}

/** `fault 2 (kill)`, as far as it says what it is. */
function nameOf(faults: unknown, index: number): string {
  const given: unknown = Array.isArray(faults) ? faults[index] : undefined;
  const hasName = typeof given === "object" && given !== null && "fault" in given;
  return `fault ${index + 1}${hasName && typeof given.fault === "string" ? ` (${given.fault})` : ""}`;
}

function fieldsAt(field: string, isOfFault: boolean): readonly string[] {
  if (!isOfFault) return Object.keys(planShape.shape);
  return Object.keys(field === "repeat" ? repeatShape.shape : faultShape.shape);
}
