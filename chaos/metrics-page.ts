/** What a node of ours says of itself for Prometheus, and sums out of it. */
import type { NodeHandle } from "../targets/running-target.ts";

const ASK_LIMIT_MS = 3_000;

/** The page at `/metrics`. @throws when it does not answer */
export async function metricsPage(
  { address }: Pick<NodeHandle, "address">,
  limitMs = ASK_LIMIT_MS,
): Promise<string> {
  const answer = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(limitMs) });
  if (!answer.ok) throw new Error(`http://${address}/metrics was answered with ${answer.status}`);
  return answer.text();
}

/** The sum over all series of that name with these labels, whatever others they have; 0 when there is none. Pure. */
export function sumIn(page: string, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  let sum = 0;
  for (const line of page.split("\n")) {
    if (!line.startsWith(name)) continue;
    const rest = line.slice(name.length);
    if (rest[0] !== "{" && rest[0] !== " ") continue;
    const end = rest.lastIndexOf("}") + 1;
    const own = rest.slice(1, Math.max(1, end - 1)).split(",");
    if (wanted.every((each) => own.includes(each))) sum += Number(rest.slice(end).trim().split(" ")[0]);
  }
  return sum;
}
