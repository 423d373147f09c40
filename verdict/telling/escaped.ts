/** Words of a target or its user, made safe for where they are shown. */

/** Safe in text and attributes of XML 1.0, which cannot write control characters or half surrogate pairs: they become blanks. */
export function inXml(words: string): string {
  return words
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

/** An attribute's value with its quotes. */
export const quotedInXml = (words: string): string => `"${inXml(words)}"`;

/** Neither markup nor the end of a table's cell in Markdown. */
export function inMarkdown(words: string): string {
  return words
    .replace(/[\r\n]+/g, " ")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/([\\|`*_[\]])/g, "\\$1");
}
