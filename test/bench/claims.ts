/**
 * `npm run claims:page [-- <verify.json or its folder>]`: adds a sitting to docs/claims.json and writes docs/claims.md from that
 * and the catalogue of claims; without one, the page is written from what is there.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Verification } from "../../controller/verify/verification.ts";
import { stageClaims } from "../../verdict/claims/catalog.ts";
import { claimsPage } from "../house/claims-page.ts";
import { type Sittings, withSitting } from "../house/claims-sittings.ts";

const [word] = process.argv.slice(2);
const page = join(import.meta.dirname, "../../docs/claims.md");
const kept = page.replace(/md$/, "json");
const former = existsSync(kept) ? (JSON.parse(readFileSync(kept, "utf8")) as Sittings).sittings : [];
const sittings = word === undefined ? former : withSitting(former, read(word));
writeFileSync(page, claimsPage(stageClaims, sittings));
writeFileSync(kept, `${JSON.stringify({ schemaVersion: 2, sittings } satisfies Sittings)}\n`);

function read(path: string): Verification {
  const file = statSync(path).isDirectory() ? join(path, "verify.json") : path;
  const seen = JSON.parse(readFileSync(file, "utf8")) as Verification;
  if (seen.schemaVersion !== 1 || !Array.isArray(seen.claims)) throw new Error(`${file} is no verification`);
  return seen;
}
