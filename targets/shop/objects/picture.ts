/** The picture of an item: a small drawing that follows from its id, the same everywhere. Pure. */

export const PICTURE_TYPE = "image/svg+xml";

/** Under which name the picture of an item is kept. */
export const pictureName = (itemId: number) => `item-${itemId}`;

/** About 300 bytes. Two multiplications by odd numbers scatter neighbouring ids over colours and shapes. */
export function pictureOf(itemId: number): string {
  const scattered = Math.imul(Math.imul(itemId, 0x9e37_79b1) ^ (itemId >>> 7), 0x85eb_ca6b) >>> 0;
  const hue = scattered % 360;
  const [x, y, r] = [
    20 + ((scattered >>> 9) % 60),
    20 + ((scattered >>> 16) % 60),
    10 + ((scattered >>> 24) % 30),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">` +
    `<rect width="100" height="100" fill="hsl(${hue} 60% 85%)"/>` +
    `<circle cx="${x}" cy="${y}" r="${r}" fill="hsl(${(hue + 180) % 360} 60% 45%)"/>` +
    `<text x="50" y="92" font-size="14" text-anchor="middle">${itemId}</text></svg>`
  );
}
