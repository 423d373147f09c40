/** The words items are named with: `calm bamboo teapot`. One of each list, every combination equally often. */

/** One name in 20 holds a given quality. */
// biome-ignore format: word lists read better side by side
export const qualities = [
  "calm", "bright", "quiet", "swift", "gentle", "bold", "plain", "royal", "rustic", "modern",
  "tiny", "grand", "soft", "sturdy", "silent", "golden", "silver", "crimson", "azure", "ivory",
] as const;

/** One name in 20 holds a given material. */
// biome-ignore format: word lists read better side by side
export const materials = [
  "bamboo", "cotton", "silk", "linen", "wool", "leather", "oak", "pine", "walnut", "steel",
  "copper", "brass", "glass", "ceramic", "porcelain", "jade", "marble", "paper", "cork", "rattan",
] as const;

/** One name in 50 holds a given thing. */
// biome-ignore format: word lists read better side by side
export const things = [
  "teapot", "cup", "bowl", "plate", "kettle", "lamp", "lantern", "candle", "mirror", "clock",
  "chair", "stool", "table", "desk", "shelf", "basket", "box", "tray", "vase", "planter",
  "pillow", "blanket", "curtain", "rug", "towel", "scarf", "coat", "shirt", "dress", "hat",
  "glove", "sock", "shoe", "boot", "sandal", "bag", "purse", "wallet", "belt", "umbrella",
  "brush", "comb", "fan", "kite", "puzzle", "flute", "drum", "notebook", "pen", "phone",
] as const;
