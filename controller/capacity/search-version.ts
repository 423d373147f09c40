/** Which way of searching found a knee: noted in plan.json, so that nobody takes it for the answer of another one. */

/**
 * Raised whenever the same target could get another knee, or another tier that saturates: by other probes, or by another
 * way to judge them. Searches from before it was noted were by the first.
 */
export const searchVersion = 5;
