/** The exams there are. */
import { Failure, unknownName } from "../../base/failure.ts";
import type { Exam } from "./exam.ts";
import { featureToggle } from "./feature-toggle.ts";
import { isolation } from "./isolation.ts";
import { monitoring } from "./monitoring.ts";
import { multiActive } from "./multi-active.ts";
import { nPlusOne } from "./n-plus-1.ts";
import { type Principle, principles } from "./principles.ts";
import { rollback } from "./rollback.ts";
import { stateless } from "./stateless.ts";

export const exams: readonly Exam[] = [
  nPlusOne,
  stateless,
  rollback,
  featureToggle,
  monitoring,
  multiActive,
  isolation,
];

/** @throws {Failure} `usage`, saying why there is none for a principle that has none, or offering the nearest name */
export function findExam(name: string): Exam {
  const found = exams.find((exam) => exam.name === name);
  if (found !== undefined) return found;
  const principle = principles.find((each) => each.name === name);
  const names = exams.map((exam) => exam.name);
  throw new Failure("usage", principle === undefined ? unknownName("exam", name, names) : noExam(principle), {
    hint: "bench exam lists all principles, and says of each what can be seen of it",
  });
}

/** Why a principle has no exam, as one sentence. */
export function noExam({ name, canBeSeen, because }: Principle): string {
  return canBeSeen === "none"
    ? `there is no exam for ${name}: ${because}`
    : `there is no exam for ${name} yet: ${because}`;
}
