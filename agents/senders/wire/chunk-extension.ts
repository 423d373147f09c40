/** What stands behind the size of a chunk (RFC 9112, 7.1.1), octet by octet; read so that it cannot hide a line break. */
import { backslash, cr, doubleQuote, equals, isQuoted, isText, isToken, semicolon, space } from "./octets.ts";

export const extensionStart = 0;
const name = 1;
const value = 2;
const quoted = 3;
const quotedPair = 4;
const quotedDone = 5;
/** The CR after it was read. */
export const extensionEnd = 6;
export const extensionBad = 7;

/** The state after `octet`; begins with `extensionStart`, behind the first semicolon. */
export function extensionAfter(state: number, octet: number): number {
  switch (state) {
    case extensionStart:
      return octet === space || octet === cr ? extensionBad : extensionAfter(name, octet);
    case name:
      if (isToken[octet] === 1) return name;
      return octet === equals ? value : afterPart(octet);
    case value:
      if (isToken[octet] === 1) return value;
      return octet === doubleQuote ? quoted : afterPart(octet);
    case quoted:
      if (isQuoted[octet] === 1) return quoted;
      if (octet === backslash) return quotedPair;
      return octet === doubleQuote ? quotedDone : extensionBad;
    case quotedPair:
      return isText[octet] === 1 ? quoted : extensionBad;
    case quotedDone:
      return afterPart(octet);
    default:
      return extensionBad;
  }
}

function afterPart(octet: number): number {
  if (octet === semicolon) return extensionStart;
  return octet === cr ? extensionEnd : extensionBad;
}
