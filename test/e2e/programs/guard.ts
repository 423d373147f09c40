/** The guard alone: `guard.ts <journal>`. */
import { runGuard } from "../../../chaos/guard-process.ts";

await runGuard(process.stdin, process.argv[2] ?? "");
