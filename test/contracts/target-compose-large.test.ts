/** Large stages as containers: they come up beside tests that bring up little. */
import { targets } from "../../targets/catalog.ts";
import { containersContract } from "./stages-in-containers.ts";
import { isLarge, stagesToTry } from "./stages-to-try.ts";

containersContract(stagesToTry(targets, "compose").filter(isLarge));
