/** How long a server may take, as the header `grpc-timeout` says it. Source: PROTOCOL-HTTP2.md of gRPC. */

/** At most eight digits. */
const largest = 99_999_999;

/** Rounded up to the unit that is fine enough for eight digits; a deadline that has passed is one nanosecond. */
export function grpcTimeout(limitMs: number): string {
  if (limitMs <= 0) return "1n";
  const units: readonly (readonly [string, number])[] = [
    ["n", 1e-6],
    ["u", 1e-3],
    ["m", 1],
    ["S", 1000],
    ["M", 60_000],
  ];
  for (const [unit, unitMs] of units) {
    const count = Math.ceil(limitMs / unitMs);
    if (count <= largest) return `${count}${unit}`;
  }
  return `${Math.min(largest, Math.ceil(limitMs / 3_600_000))}H`;
}

export const isGrpcTimeout = (text: string): boolean => /^[0-9]{1,8}[HMSmun]$/.test(text);
