/** Pieces of HTML whose words are safe wherever they came from. Pure. */
import { inXml } from "../../telling/escaped.ts";

/** Words become safe; what is markup already has to say so by `Markup`. */
export interface Markup {
  readonly markup: string;
}

export type Content = string | Markup;

export const raw = (markup: string): Markup => ({ markup });

export const inHtml = (content: Content): string =>
  typeof content === "string" ? inXml(content) : content.markup;

export interface TableInput {
  readonly caption: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Content[])[];
  /** So many columns to the left are words, the others are figures. */
  readonly words?: number;
  /** So are those from here on. */
  readonly wordsFrom?: number;
}

/** Nothing at all without rows; the first cell of a row is its head. */
export function tableOf({ caption, head, rows, words = 1, wordsFrom = head.length }: TableInput): string {
  if (rows.length === 0) return "";
  const of = (at: number) => (at < words || at >= wordsFrom ? "" : ' class="n"');
  const cells = (row: readonly Content[]) =>
    row
      .map((cell, at) =>
        at === 0 ? `<th scope="row">${inHtml(cell)}</th>` : `<td${of(at)}>${inHtml(cell)}</td>`,
      )
      .join("");
  return [
    `<div class="scroll" tabindex="0" role="region" aria-label="${inXml(caption)}"><table><caption>${inXml(caption)}</caption>`,
    `<thead><tr>${head.map((word, at) => `<th scope="col"${of(at)}>${inXml(word)}</th>`).join("")}</tr></thead>`,
    `<tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join("\n")}</tbody></table></div>`,
  ].join("\n");
}

export const listOf = (sentences: readonly Content[]): string =>
  sentences.length === 0
    ? ""
    : `<ul>${sentences.map((sentence) => `<li>${inHtml(sentence)}</li>`).join("")}</ul>`;

/** Nothing at all when there is nothing to tell. */
export const sectionOf = (id: string, title: string, ...content: readonly string[]): string => {
  const told = content.filter((each) => each !== "");
  return told.length === 0
    ? ""
    : `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${inXml(title)}</h2>\n${told.join("\n")}\n</section>`;
};

/**
 * A place for a chart, which is drawn in the browser; `told` says in words what it shows. One with lines is read second by
 * second in its legend, a *picture* has none.
 */
export const chartOf = (
  id: string,
  title: string,
  told: Content,
  kind: "lines" | "picture" = "lines",
): string =>
  `<figure><figcaption id="${id}-told"><b>${inXml(title)}</b>. ${inHtml(told)}</figcaption>` +
  `<div class="chart" id="${id}" role="${kind === "lines" ? "group" : "img"}" aria-label="${inXml(title)}" aria-describedby="${id}-told"></div></figure>`;
