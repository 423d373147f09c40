/** Classes of octets that HTTP/1.1 knows, as tables. */

export const htab = 9;
export const lf = 10;
export const cr = 13;
export const space = 32;
export const doubleQuote = 34;
export const comma = 44;
export const dot = 46;
export const slash = 47;
export const colon = 58;
export const semicolon = 59;
export const equals = 61;
export const backslash = 92;

/** Octets of a token (RFC 9110, 5.6.2): 1, all others 0. */
export const isToken = table(
  (octet) => octet > space && octet < 127 && !'"(),/:;<=>?@[\\]{}'.includes(String.fromCharCode(octet)),
);

/** Octets of a field value and of a reason: tab, space, visible ones and those above 127. */
export const isText = table((octet) => octet === htab || (octet >= space && octet !== 127));

/** Octets that stand unescaped inside quotes (RFC 9110, 5.6.4). */
export const isQuoted = table((octet) => isText[octet] === 1 && octet !== doubleQuote && octet !== backslash);

/** The value of a hexadecimal digit, and 255 for what is none. */
export const hexOf = Uint8Array.from({ length: 256 }, (_, octet) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(octet).toLowerCase());
  return digit === -1 ? 255 : digit;
});

function table(isIn: (octet: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, octet) => (isIn(octet) ? 1 : 0));
}
