/** What tests ask of a page from the inside, in the browser's own language: words to be evaluated there. */

/** How many pixels of each chart have a colour, by its id: axes, grid and words are grey. */
export const coloured = `
  [...document.querySelectorAll(".chart")].map(({ id }) => {
    const canvas = document.querySelector("#" + id + " canvas");
    const pixels = canvas?.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    let count = 0;
    for (let at = 0; at < pixels.length; at += 4) {
      const [r, g, b, alpha] = pixels.slice(at, at + 4);
      if (alpha > 128 && Math.max(r, g, b) - Math.min(r, g, b) > 90) count++;
    }
    return { id, count };
  })
`;

export const paper = "getComputedStyle(document.body).backgroundColor";

/** Width of the widest chart and of the page, px, as it would be printed. */
export const printed = `(() => {
  dispatchEvent(new Event("beforeprint"));
  const widest = Math.max(...[...document.querySelectorAll(".chart canvas")].map((each) => each.getBoundingClientRect().width));
  const found = [widest, document.documentElement.clientWidth, getComputedStyle(document.body).backgroundColor];
  dispatchEvent(new Event("afterprint"));
  return found;
})()`;

/** Width of the page and of the window, px. */
export const widths = "[document.documentElement.scrollWidth, innerWidth]";

/**
 * What a page without forms can have wrong for people who do not see it, or not well, one sentence each. Source: the rules
 * of Deque's axe-core (document-title, html-has-lang, landmark-one-main, heading-order, role-img-alt, skip-link), and
 * WCAG 2.2, 1.4.3, of the contrast of text of usual size.
 */
export const problems = String.raw`(() => {
  const found = [];
  const shown = (element) => element.outerHTML.slice(0, 100);
  if (document.documentElement.lang === "") found.push("no language");
  if (document.title === "") found.push("no title");
  if (document.querySelectorAll("main").length !== 1) found.push("not one main");
  let level = 0;
  for (const heading of document.querySelectorAll("h1,h2,h3")) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) found.push("after h" + level + " comes " + shown(heading));
    level = own;
  }
  for (const drawing of document.querySelectorAll('main svg, [role="img"], [role="region"], .chart'))
    if ((drawing.getAttribute("aria-label") ?? "") === "") found.push("no name: " + shown(drawing));
  for (const table of document.querySelectorAll(".scroll table"))
    if (table.querySelector("caption") === null || table.querySelector("th[scope]") === null)
      found.push("a table without heads: " + shown(table));
  for (const link of document.querySelectorAll('a[href^="#"]'))
    if (document.querySelector(link.hash) === null) found.push("leads nowhere: " + shown(link));
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return luminance(colour);
    }
    return luminance("rgb(255, 255, 255)");
  };
  for (const element of document.querySelectorAll("h1,h2,h3,p,td,th,dt,dd,caption,li,figcaption,pre,summary,nav a,.status,td b")) {
    const [ink, ground] = [luminance(getComputedStyle(element).color), behind(element)];
    const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
    if (contrast < 4.5) found.push("contrast " + contrast.toFixed(1) + ": " + shown(element));
  }
  return found;
})()`;
