/** Plain tables and wrapped lines for terminals. */

/**
 * Columns aligned by their widest cell, two blanks between; the first `words` columns to the left, the others to the
 * right, figures with their points under each other. All lines are equally long, so that more can be put beside them.
 */
export function table(rows: readonly (readonly string[])[], words = 1): readonly string[] {
  const columns = rows[0]?.map((_, column) =>
    aligned(
      rows.map((row) => row[column] ?? ""),
      column < words,
    ),
  );
  return rows.map((_, row) => (columns ?? []).map((column) => column[row]).join("  "));
}

function aligned(cells: readonly string[], isWords: boolean): readonly string[] {
  const pointed = isWords ? cells : withPoints(cells);
  const width = Math.max(...pointed.map((cell) => cell.length));
  return pointed.map((cell) => (isWords ? cell.padEnd(width) : cell.padStart(width)));
}

const isFigure = (cell: string): boolean => /^(< )?-?[\d,]+(\.\d+)?$/.test(cell);

/** Blanks where others have decimals, so that the points are one under another: `65.7 ` above `3.40`. */
function withPoints(cells: readonly string[]): readonly string[] {
  const decimals = (cell: string) => (cell.includes(".") ? cell.length - cell.indexOf(".") : 0);
  const most = Math.max(0, ...cells.filter(isFigure).map(decimals));
  return cells.map((cell) => (isFigure(cell) ? cell + " ".repeat(most - decimals(cell)) : cell));
}

/** `first` and then `text`, broken at blanks so that no line is wider than `width` where that can be; continued under its beginning. */
export function wrapped(first: string, text: string, width: number): readonly string[] {
  const indent = " ".repeat(first.length);
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/\s+/)) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].map((each) => each.trimEnd());
}
