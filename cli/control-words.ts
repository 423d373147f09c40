/** The words with which an exam's control sits it. Pure. */
import type { Exam } from "../controller/exam/exam.ts";
import type { RunWords } from "./request.ts";

/** As the target was asked, hold, gap and faults too; only what that was chosen to be is not asked of the control. */
export function controlWords<W extends RunWords>({ control }: Pick<Exam, "control">, words: W): W {
  const { strategy: _, ...others } = words;
  return { ...(others as W), target: [control.target], variant: [...control.variants] };
}
