/** Claims about stage 03, pages in the shop's memory and in a Redis: all of them, those of the flash sale last. */
import type { StageClaim } from "../stage-claim.ts";
import { stage03CacheClaims } from "./stage-03-caches.ts";
import { stage03SaleClaims } from "./stage-03-sales.ts";

export const stage03Claims: readonly StageClaim[] = [...stage03CacheClaims, ...stage03SaleClaims];
