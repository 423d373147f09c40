/** A configuration read from JSON text against its shape, with every problem told at once. */
import type { z } from "zod";

/**
 * Unknown keys are problems too, where the shape says so.
 * @throws {Error} with every problem, one per line
 */
export function parsedConfig<T>(shape: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`the configuration is not JSON: ${(error as Error).message}`);
  }
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(
    ({ path, message }) => `${path.join(".") || "configuration"}: ${message}`,
  );
  throw new Error(problems.join("\n"));
}
