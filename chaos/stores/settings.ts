/** The settings that all applications of a target share, asked and changed at the door of one of them. */
import { z } from "zod";

const LIMIT_MS = 2_000;
/** Somebody else may change them between our looking and our changing. */
const TRIES = 5;

const shown = z.object({
  settings: z.looseObject({ switchedOff: z.array(z.string()) }).optional(),
  version: z.number().optional(),
});

/** What one application has in force. @throws when it does not answer, or has none yet */
export async function settingsAt(
  url: string,
  signal?: AbortSignal,
): Promise<{ readonly settings: { readonly switchedOff: readonly string[] }; readonly version: number }> {
  const answer = await fetch(`${url}/admin/settings`, { signal: within(signal) });
  if (!answer.ok) throw new Error(`GET ${url}/admin/settings was answered with ${answer.status}`);
  const { settings, version } = shown.parse(await answer.json());
  if (settings === undefined || version === undefined) throw new Error(`${url} has no settings yet`);
  return { settings, version };
}

/**
 * Switches one operation for all applications, and leaves everything else in the settings as it is.
 * @param urls of applications: the first that can does it
 * @throws when none could
 */
export async function switchOperation(
  urls: readonly string[],
  { operation, isOff }: { readonly operation: string; readonly isOff: boolean },
  signal?: AbortSignal,
): Promise<void> {
  let problem: unknown = new Error("there is no application to ask");
  for (let time = 0; time < TRIES; time++) {
    for (const url of urls) {
      signal?.throwIfAborted();
      try {
        const { settings, version } = await settingsAt(url, signal);
        const others = settings.switchedOff.filter((each) => each !== operation);
        if ((settings.switchedOff.length !== others.length) === isOff) return;
        const switchedOff = isOff ? [...others, operation] : others;
        const answer = await fetch(`${url}/admin/settings`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ version, settings: { ...settings, switchedOff } }),
          signal: within(signal),
        });
        if (answer.ok) return;
        problem = new Error(
          `POST ${url}/admin/settings was answered with ${answer.status}: ${await answer.text()}`,
        );
      } catch (error) {
        problem = error;
      }
    }
  }
  throw problem;
}

const within = (signal: AbortSignal | undefined): AbortSignal =>
  AbortSignal.any([AbortSignal.timeout(LIMIT_MS), ...(signal ? [signal] : [])]);
