/** Whether the kernel can lose packets on the line of a node, and narrow it: tried once, in a network that is gone at once. */
import { execFileSync } from "node:child_process";
import { sentenceOf } from "../../base/failure.ts";
import { closeLaneWords, openLaneWords, rootWords, widenWords } from "./lane-words.ts";
import { lossRules } from "./loss-rules.ts";

export interface LinesHere {
  /** Why packets cannot be lost; absent: they can. */
  readonly noLoss?: string;
  /** Why a line cannot be narrowed; absent: it can. */
  readonly noLanes?: string;
}

const TRIAL_LIMIT_MS = 10_000;
const DEVICE = "node0";
const peers = [{ address: "10.0.0.1" }, { address: "10.0.0.2", port: 80 }];
const lane = 1;

/** The very words that the faults use. */
const lossTrial = `nft -f - <<'RULES'
${lossRules("trial", [{ device: DEVICE, peers }], 0.5)}RULES
`;
const laneTrial = `tc ${rootWords(DEVICE).join(" ")}
tc -batch - <<'WORDS'
${openLaneWords({ lane, device: DEVICE, match: "src", peers, bytesPerS: 1_000 })}WORDS
tc -s class show dev ${DEVICE} | grep -q 'class htb 1:1'
tc ${widenWords(DEVICE, lane).join(" ")}
${closeLaneWords(DEVICE, lane)
  .map((words) => `tc ${words.join(" ")}\n`)
  .join("")}`;

let seen: LinesHere | undefined;

/** @param run tries a script in a network of its own, where there is a line; throws with what it said */
export function linesHere(run: (script: string) => void = inside): LinesHere {
  if (run === inside && seen !== undefined) return seen;
  const why = (script: string) => {
    try {
      run(`set -e\nip link add ${DEVICE} type veth peer name eth0\n${script}`);
      return undefined;
    } catch (error) {
      return lastWordsOf(error);
    }
  };
  const [noLoss, noLanes] = [why(lossTrial), why(laneTrial)];
  const found = { ...(noLoss !== undefined && { noLoss }), ...(noLanes !== undefined && { noLanes }) };
  if (run === inside) seen = found;
  return found;
}

/** What the program complained of, and not which. */
function lastWordsOf(error: unknown): string {
  const { stderr } = error as { readonly stderr?: Buffer };
  return stderr?.toString().trim().split("\n").at(-1) || sentenceOf(error).split("\n")[0]!;
}

function inside(script: string): void {
  execFileSync("unshare", ["--net", "sh", "-c", script], { timeout: TRIAL_LIMIT_MS, stdio: "pipe" });
}
