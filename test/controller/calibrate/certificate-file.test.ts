import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Certificate, certificateSchema } from "../../../controller/calibrate/certificate.ts";
import {
  nameCertificate,
  readCertificate,
  writeCertificate,
} from "../../../controller/calibrate/certificate-file.ts";
import { certificateText } from "../../../controller/calibrate/certificate-text.ts";
import { certificate } from "./certificate.ts";

const folder = mkdtempSync(join(tmpdir(), "stagebench-certificate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(given: Certificate): string {
  const path = join(folder, "deep", "certificate.json");
  writeCertificate(path, given);
  return path;
}

test("what was written is read again", () => {
  const path = written(certificate());
  expect(readCertificate(path)).toEqual(certificate());
  expect(readFileSync(path, "utf8").endsWith("}\n")).toBe(true);
});

describe("a run names the certificate", () => {
  const named = (given: Certificate, host = certificate().host, sender = "http") =>
    nameCertificate(written(given), host, sender);

  test("of this machine with its date and rate", () => {
    expect(named(certificate())).toEqual({
      date: "2026-07-31T09:00:00.000Z",
      maxRatePerAgentPerS: 18_400,
      isForThisHost: true,
      path: join(folder, "deep", "certificate.json"),
    });
  });

  test.each([
    { why: "the kernel is another", host: { kernel: "9.9" }, sender: "http", status: "upheld" },
    { why: "idle cores stay awake", host: { haltPollMs: 20 }, sender: "http", status: "upheld" },
    { why: "Node is another", host: { node: "v99.0.0" }, sender: "http", status: "upheld" },
    { why: "bench is another", host: { bench: "9.9.9" }, sender: "http", status: "upheld" },
    { why: "the sender is another", host: {}, sender: "none", status: "upheld" },
    { why: "not every check held", host: {}, sender: "http", status: "inconclusive" },
  ] as const)("as not for this machine when $why", ({ host, sender, status }) => {
    const given = { ...certificate(), status };
    expect(named(given, { ...given.host, ...host }, sender)).toMatchObject({ isForThisHost: false });
  });

  test.each([
    { why: "there is none", text: undefined },
    { why: "it is not JSON", text: "{" },
    { why: "it is of another version", text: JSON.stringify({ ...certificate(), schemaVersion: 2 }) },
    { why: "half of it is missing", text: JSON.stringify({ ...certificate(), figures: {} }) },
  ])("not at all when $why", ({ text }) => {
    const path = join(folder, "certificate.json");
    rmSync(path, { force: true });
    if (text !== undefined) writeFileSync(path, text);
    expect(nameCertificate(path, certificate().host, "http")).toBeUndefined();
  });
});

test("a certificate keeps every key its schema knows, and refuses a status it does not", () => {
  const whole = certificateSchema.parse(certificate());
  expect(whole).toEqual(certificate());
  expect(certificateSchema.safeParse({ ...certificate(), status: "fine" }).success).toBe(false);
});

describe("the text", () => {
  test("begins with what the machine can do, and fits a terminal", () => {
    const lines = certificateText(certificate()).split("\n");
    expect(lines[0]).toContain(
      "CERTIFIED  this instrument tells the truth on this machine, up to 18,400 requests/s",
    );
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("begins with how much did not hold, gravest first", () => {
    const [first, second] = certificate().checks as [Certificate["checks"][0], Certificate["checks"][0]];
    const checks = [first, { ...second, status: "refuted" as const }];
    const text = certificateText({ ...certificate(), status: "refuted", checks });
    expect(text).toMatch(/^NOT CERTIFIED {2}1 of 2 checks did not hold/);
    expect(text.indexOf("refuted")).toBeLessThan(text.indexOf("upheld  "));
  });

  test("says when the server was told to lie", () => {
    expect(certificateText({ ...certificate(), plantedMs: 5 })).toContain("told to lie by 5.00 ms");
  });
});
