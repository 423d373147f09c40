/** Small stages as containers. */
import { targets } from "../../targets/catalog.ts";
import { containersContract } from "./stages-in-containers.ts";
import { isLarge, stagesToTry } from "./stages-to-try.ts";

containersContract(stagesToTry(targets, "compose").filter((spec) => !isLarge(spec)));
