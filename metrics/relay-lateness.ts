/**
 * How late the relay of the faults may be at the 99th percentile, milliseconds. Judgement: above it nobody can tell what the
 * relay did from what it was told to do (docs/relay.md).
 */
export const relayLateLimitMs = 5;
