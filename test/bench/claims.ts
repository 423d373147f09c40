/**
 * `npm run claims:page [-- <verify.json or its folder>]`: writes docs/claims.md from the catalogue of claims and what a
 * verification found, and docs/claims.json, which is that; without one, every claim is not measured yet.
 */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Verification } from "../../controller/verify/verification.ts";
import { stageClaims } from "../../verdict/claims/catalog.ts";
import { claimsPage } from "../house/claims-page.ts";

const [word] = process.argv.slice(2);
const page = join(import.meta.dirname, "../../docs/claims.md");
const seen = word === undefined ? undefined : read(word);
writeFileSync(page, claimsPage(stageClaims, seen));
if (seen !== undefined) writeFileSync(page.replace(/md$/, "json"), `${JSON.stringify(seen)}\n`);

function read(path: string): Verification {
  const file = statSync(path).isDirectory() ? join(path, "verify.json") : path;
  const seen = JSON.parse(readFileSync(file, "utf8")) as Verification;
  if (seen.schemaVersion !== 1 || !Array.isArray(seen.claims)) throw new Error(`${file} is no verification`);
  return seen;
}
