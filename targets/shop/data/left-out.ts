/** In place of a part of an answer whose service does not answer: the rest is shown without it. */
export const LEFT_OUT = Symbol("left out");
export type LeftOut = typeof LEFT_OUT;
