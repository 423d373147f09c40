/** What every page needs and nobody changes while the shop runs: its style sheet, its script, its small pictures. */
import { type Answer, absent } from "../http/answer.ts";
import type { Route } from "../http/door.ts";
import { PICTURE_TYPE, pictureOf } from "../objects/picture.ts";

/** Another version of the shop has other names for them in a real one; here they last as long as the shop. */
const headers = { "cache-control": "public, max-age=3600, immutable" } as const;
const PICTURES = 64;

export function assetRoutes(): readonly Route[] {
  const assets = new Map<string, Answer>([
    ["shop.css", { status: 200, body: styleSheet(), type: "text/css", headers }],
    ["shop.js", { status: 200, body: script(), type: "text/javascript", headers }],
  ]);
  for (let number = 1; number <= PICTURES; number++) {
    const body = pictureOf(number);
    assets.set(`picture-${number}.svg`, { status: 200, body, type: PICTURE_TYPE, headers });
  }
  return [
    {
      ...{ name: "static", method: "GET", path: "/static/:name", isShed: true },
      handle: (call) => assets.get(call.wordInPath()) ?? absent,
    },
  ];
}

/** A rule for each of 300 aisles, about 20 kB. */
function styleSheet(): string {
  const rules = Array.from(
    { length: 300 },
    (_, aisle) => `.aisle-${aisle}{background:hsl(${(aisle * 37) % 360} 60% 92%);border:1px solid #ccc}`,
  );
  return `${rules.join("\n")}\n`;
}

/** As many names of aisles again, and what shows them: about 10 kB. */
function script(): string {
  const names = Array.from({ length: 300 }, (_, aisle) => `  "aisle ${aisle}": "aisle-${aisle}",`);
  return `const classes = {\n${names.join("\n")}\n};
for (const each of document.querySelectorAll("[data-aisle]")) each.className = classes[each.dataset.aisle] ?? "";\n`;
}
