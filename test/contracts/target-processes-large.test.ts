/** Large stages on the `processes` launcher: they come up beside tests that bring up little. */
import { targets } from "../../targets/catalog.ts";
import { processesContract } from "./stages-as-processes.ts";
import { isLarge, stagesToTry } from "./stages-to-try.ts";

processesContract(stagesToTry(targets, "processes").filter(isLarge));
