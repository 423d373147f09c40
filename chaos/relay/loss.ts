/** How long a piece of a stream comes late because segments of it were lost: TCP sends them again, and all behind them waits. */
import type { Random } from "../../base/random.ts";

/** A segment as on Ethernet: 1500 bytes less the headers of IP and TCP with timestamps. */
const SEGMENT_BYTES = 1_448;
/** Linux' shortest wait before sending again, TCP_RTO_MIN. */
const LEAST_WAIT_MS = 200;
/** Ten in a row, 204 s in all: far beyond what any program waits for. */
const MOST_LOSSES = 10;

/**
 * Each segment is lost with probability `ratio`, and again each time it is sent once more; the wait doubles with every
 * try (RFC 6298). Those of one piece are sent again side by side, so the unluckiest decides.
 * @param rttMs what an exchange takes on this edge
 */
export function lossDelayMs(bytes: number, ratio: number, rttMs: number, random: Random): number {
  let most = 0;
  for (let left = bytes; left > 0; left -= SEGMENT_BYTES) {
    let losses = 0;
    while (losses < MOST_LOSSES && random.happens(ratio)) losses++;
    most = Math.max(most, losses);
  }
  return lossTryMs(rttMs) * (2 ** most - 1);
}

/** The wait before what was lost is sent again for the first time. */
export const lossTryMs = (rttMs: number): number => Math.max(LEAST_WAIT_MS, 4 * rttMs);
