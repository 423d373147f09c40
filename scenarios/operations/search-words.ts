/** What people type into the search box: a material and a thing, `bamboo teapot`. Every pair names items of the shop. */

// biome-ignore format: word lists read better side by side
export const materials: readonly string[] = [
  "bamboo", "cotton", "silk", "linen", "wool", "leather", "oak", "pine", "walnut", "steel",
  "copper", "brass", "glass", "ceramic", "porcelain", "jade", "marble", "paper", "cork", "rattan",
];

// biome-ignore format: word lists read better side by side
export const things: readonly string[] = [
  "teapot", "cup", "bowl", "plate", "kettle", "lamp", "lantern", "candle", "mirror", "clock",
  "chair", "stool", "table", "desk", "shelf", "basket", "box", "tray", "vase", "planter",
  "pillow", "blanket", "curtain", "rug", "towel", "scarf", "coat", "shirt", "dress", "hat",
  "glove", "sock", "shoe", "boot", "sandal", "bag", "purse", "wallet", "belt", "umbrella",
  "brush", "comb", "fan", "kite", "puzzle", "flute", "drum", "notebook", "pen", "phone",
];
