/** One way of taking something back. */
import type { z } from "zod";

export interface MendKind<Shape extends z.ZodType> {
  readonly shape: Shape;
  /** Idempotent. @throws when it could not be done */
  perform(mend: z.infer<Shape>, signal: AbortSignal): Promise<void>;
  /** What a person types to do the same. */
  manual(mend: z.infer<Shape>): string;
}

/** Gives the parts their types. */
export function mendKind<Shape extends z.ZodType>(kind: MendKind<Shape>): MendKind<Shape> {
  return kind;
}
