/** Which build this is. Controller and agents must be the same one, because names cross the wire without their code. */

/** Version of the package; equal to package.json, which a build in dist/ cannot read by a relative path. */
export const packageVersion = "0.1.0";

/** Grows with every change of bench.proto or of what its messages mean. */
export const protocolVersion = 6;

/** What an agent says of itself in `Hello.build`; the controller refuses any other. */
export function buildDigest(): string {
  return `stagebench ${packageVersion}, protocol ${protocolVersion}`;
}
