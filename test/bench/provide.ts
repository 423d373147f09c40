/** Programs a benchmark needs: what is absent is installed from Debian's packages, as root. */
import { execFileSync, spawnSync } from "node:child_process";

/** @param programs by name, each with the package that has it */
export function provide(programs: Readonly<Record<string, string>>): void {
  const absent = Object.entries(programs).filter(([program]) => spawnSync("which", [program]).status !== 0);
  if (absent.length === 0) return;
  const packages = absent.map(([, name]) => name).join(" ");
  execFileSync(
    "sh",
    ["-c", `apt-get update -qq && apt-get install -y -qq --no-install-recommends ${packages}`],
    { stdio: "inherit" },
  );
}
