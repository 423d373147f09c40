/** The target as a drawing: a column for each tier, a box for each node, how much of its budget it used, and which tier was full. Pure. */
import type { Evidence, NodeSeen } from "../../evidence.ts";
import { inXml } from "../../telling/escaped.ts";
import { percent } from "../../telling/figures.ts";
import { tiersBySaturation } from "../../telling/saturation.ts";

const [columnPx, boxPx, gapPx, headPx] = [150, 46, 8, 40] as const;
const boxWidthPx = columnPx - 16;

/** Empty where no nodes are known. */
export function diagramOf(evidence: Evidence): string {
  const { nodes } = evidence;
  if (nodes.length === 0) return "";
  const full = new Set(
    tiersBySaturation(evidence).flatMap(({ tier, isSaturated }) => (isSaturated ? [tier] : [])),
  );
  const tiers = [...new Set(nodes.map(({ tier }) => tier))];
  const columns = tiers.map((tier) => nodes.filter((node) => node.tier === tier));
  const most = Math.max(...columns.map((column) => column.length));
  const [width, height] = [tiers.length * columnPx, headPx + most * (boxPx + gapPx) + gapPx];
  const words = `${tiers.length} tiers: ${tiers.map((tier, at) => `${tier} with ${columns[at]?.length}`).join(", ")}`;
  return [
    `<svg class="diagram" style="max-width: ${Math.round(width * 1.2)}px" viewBox="0 0 ${width} ${height}" role="img" aria-label="${inXml(words)}">`,
    ...tiers.map((tier, at) =>
      columnOf(tier, columns[at] ?? [], { left: at * columnPx, isFull: full.has(tier) }),
    ),
    "</svg>",
  ].join("\n");
}

interface Place {
  readonly left: number;
  readonly isFull: boolean;
}

function columnOf(tier: string, nodes: readonly NodeSeen[], { left, isFull }: Place): string {
  const title = isFull ? `${tier} – saturated` : tier;
  return [
    `<text x="${left + 8}" y="18" font-weight="600">${inXml(title)}</text>`,
    `<line class="box" x1="${left + 8}" x2="${left + 8 + boxWidthPx}" y1="28" y2="28" stroke-width="2"/>`,
    ...nodes.map((node, at) => boxOf(node, { left: left + 8, top: headPx + at * (boxPx + gapPx), isFull })),
  ].join("\n");
}

/** Longer names would run out of their box. */
const lettersShown = 19;

function boxOf(node: NodeSeen, { left, top, isFull }: Place & { readonly top: number }): string {
  const { name, cpuUsedRatio, throttledRatio } = node;
  const rail = boxWidthPx - 16;
  const used = Math.max(0, Math.min(1, cpuUsedRatio)) * rail;
  const shown = name.length > lettersShown ? `${name.slice(0, lettersShown - 1)}…` : name;
  const figures = `CPU ${percent(cpuUsedRatio)}${throttledRatio > 0 ? `, held back ${percent(throttledRatio)}` : ""}`;
  return [
    `<g><title>${inXml(`${name}: ${figures}`)}</title>`,
    `<rect class="box${isFull && cpuUsedRatio >= 0.6 ? " full" : ""}" x="${left}" y="${top}" width="${boxWidthPx}" height="${boxPx}" rx="6"/>`,
    `<text x="${left + 8}" y="${top + 18}">${inXml(shown)}</text>`,
    `<rect class="rail" x="${left + 8}" y="${top + 27}" width="${rail}" height="6" rx="3"/>`,
    `<rect class="${cpuUsedRatio >= 0.9 ? "warm" : "used"}" x="${left + 8}" y="${top + 27}" width="${used.toFixed(1)}" height="6" rx="3"/>`,
    `<text class="soft" x="${left + boxWidthPx - 8}" y="${top + 18}" text-anchor="end">${percent(cpuUsedRatio)}</text></g>`,
  ].join("");
}
