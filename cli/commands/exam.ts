/** `bench exam`: a target is asked for a principle of design, by load, faults and what has to hold meanwhile. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { seeHost } from "../../chaos/host-seen.ts";
import { exams, findExam, noExam } from "../../controller/exam/catalog.ts";
import type { Exam } from "../../controller/exam/exam.ts";
import { graded } from "../../controller/exam/graded.ts";
import { principles } from "../../controller/exam/principles.ts";
import { examProblems, examRequest } from "../../controller/exam/sit.ts";
import { planRun } from "../../controller/plan.ts";
import { Reader, readDurationS } from "../arguments.ts";
import { controlWords } from "../control-words.ts";
import {
  type Examined,
  examinedCode,
  examinedJson,
  examinedLines,
  examJson,
  examLines,
  principleLines,
  type Sat,
} from "../exam-report.ts";
import { exitCodeOfFailure } from "../exit-code.ts";
import { throwIfInterrupted } from "../leaked-first.ts";
import { type RunWords, readRequest } from "../request.ts";
import { printPlan } from "./plan.ts";
import { perform } from "./run.ts";

export interface ExamWords extends RunWords {
  readonly json?: boolean;
  readonly dryRun?: boolean;
  /** Whether the control sits the exam too. */
  readonly control?: boolean;
  readonly faults?: readonly string[];
  readonly hold?: string;
  readonly gap?: string;
}

const decidedByExam = {
  chaos: "what goes wrong is what an exam decides; leave it out, or use bench run",
  duration: "how long it takes follows from the faults; --hold and --gap make them shorter",
} as const;

export async function exam(name: string | undefined, words: ExamWords, signal: AbortSignal): Promise<number> {
  if (name === undefined) return list(words.json === true);
  const chosen = findExam(name);
  const sitting = await planned(chosen, words);
  // Before anything starts, for the control's turn comes after minutes.
  const controls = words.control === true ? await planned(chosen, controlWords(chosen, words)) : undefined;
  if (words.dryRun === true) {
    printPlan(sitting.plan, words.json === true);
    return 0;
  }
  const sat = await sit(chosen, sitting, signal);
  // Whatever became of the control's run, it must not hide what the target's has left in place.
  const sitsToo = controls !== undefined && sat.verdict.exitCode !== exitCodeOfFailure.leaked;
  const examined: Examined = {
    exam: chosen,
    sat,
    ...(sitsToo && { control: await sit(chosen, controls, signal) }),
  };
  print(words.json === true ? examinedJson(examined) : examinedLines(examined));
  return examinedCode(examined);
}

async function planned(chosen: Exam, words: ExamWords) {
  const { request, settings } = await requestOf(chosen, words);
  return { request, settings, plan: planRun(request) };
}

type Sitting = Awaited<ReturnType<typeof planned>>;

async function sit(chosen: Exam, { request, settings, plan }: Sitting, signal: AbortSignal): Promise<Sat> {
  const judged = await perform(request, { plan, settings, isKept: false }, signal);
  throwIfInterrupted(judged, signal);
  const { evidence, folder } = judged;
  const answer = chosen.judge(evidence, judged.verdict);
  const target = [plan.target, ...(plan.unusual ?? [])].join(" ");
  const sat: Sat = { exam: chosen.name, target, answer, verdict: graded(answer, judged.verdict), folder };
  writeFileSync(join(folder, "exam.json"), `${JSON.stringify(examJson(sat), null, 2)}\n`);
  writeFileSync(join(folder, "exam.txt"), `${examLines(sat).join("\n")}\n`);
  return sat;
}

async function requestOf(chosen: Exam, { faults, hold, gap, ...words }: ExamWords) {
  const reader = new Reader();
  const holdS = reader.read(hold, (word) => readDurationS("--hold", word));
  const gapS = reader.read(gap, (word) => readDurationS("--gap", word));
  for (const [flag, why] of Object.entries(decidedByExam))
    if (words[flag as keyof typeof decidedByExam] !== undefined) reader.problems.push(`--${flag}: ${why}`);
  const wanted = {
    ...(faults !== undefined && { faults }),
    ...(holdS !== undefined && { holdS }),
    ...(gapS !== undefined && { gapS }),
  };
  const { request, settings } = await readRequest(chosen.scenario, words, {
    problems: reader.problems,
    about: (asked) => examProblems(chosen, asked, wanted),
  });
  return { settings, request: examRequest(chosen, request, { ...wanted, host: seeHost() }) };
}

function list(isJson: boolean): number {
  const shown = principles.map((principle) => {
    const found = exams.find((each) => each.name === principle.name);
    return found === undefined
      ? { ...principle, exam: null, because: noExam(principle) }
      : { ...principle, exam: found.does, control: found.control };
  });
  print(isJson ? shown : principleLines());
  return 0;
}

function print(what: object): void {
  const isLines = Array.isArray(what) && what.every((line) => typeof line === "string");
  process.stdout.write(isLines ? `${what.join("\n")}\n` : `${JSON.stringify(what, null, 2)}\n`);
}
