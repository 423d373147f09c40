/** How much CPU other programs took meanwhile: on a busy machine the figures are those of the neighbours too. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Above this, cores, a run is only a rehearsal. Our choice: what an idle Linux with a shell does is far below. */
const quietCores = 0.05;

export interface Neighbours {
  readonly cores: number;
  readonly isQuiet: boolean;
}

/** Begins to look; the result is about the time since then. Programs of ours must have ended and been waited for. */
export function watchNeighbours(): () => Neighbours {
  const ticksPerS = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
  const [fromMs, from] = [performance.now(), othersTicks()];
  return () => {
    const spanS = (performance.now() - fromMs) / 1000;
    // Both are counted in ticks, so on a quiet machine the difference may be a little below nothing.
    const cores = Math.max(0, (othersTicks() - from) / ticksPerS / spanS);
    return { cores, isQuiet: cores <= quietCores };
  };
}

/** What the whole machine has worked, without us and the children we have waited for (proc(5): stat). */
function othersTicks(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = readFileSync(
    "/proc/stat",
    "utf8",
  )
    .split("\n", 1)[0]!
    .split(/ +/)
    .slice(1)
    .map(Number);
  const own = readFileSync("/proc/self/stat", "utf8");
  // After the name in brackets the third field follows; 14 to 17 are our own and our children's time.
  const fields = own.slice(own.lastIndexOf(")") + 2).split(" ");
  const ours = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
  return user + nice + system + irq + softirq + steal - ours;
}
