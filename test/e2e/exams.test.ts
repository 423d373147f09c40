/** Exams on real processes: the controls fail, for the reason they are there for. */
import { describe, expect, test } from "vitest";
import { triesAll } from "../contracts/stages-to-try.ts";
import { Desk, missingFor } from "./bench.ts";

const reason =
  missingFor("stage-04") ?? (triesAll() ? undefined : "each takes more than a minute: npm run test:all");

test("without a name all twelve principles are told, and without a target no exam is sat", async () => {
  using desk = new Desk();
  const said = await desk.bench("exam", "--json");
  expect(said.code, said.stderr).toBe(0);
  expect(JSON.parse(said.stdout)).toHaveLength(12);
  const alone = await desk.bench("exam", "n-plus-1");
  expect(alone.code).toBe(2);
  expect(alone.stderr).toContain("no target");
  const words = ["--target", "stage-02", "--duration", "9s", "--chaos", "kill:db@1s+1s", "--hold", "long"];
  const wrong = await desk.bench("exam", "n-plus-1", ...words, "--faults", "hang", "--rate", "fast");
  expect(wrong.code).toBe(2);
  for (const said of ["--duration", "--chaos", "--hold", "--rate", 'not "hang"'])
    expect(wrong.stderr).toContain(said);
});

describe.skipIf(reason !== undefined)(`exams${reason === undefined ? "" : ` (${reason})`}`, () => {
  test("n-plus-1 names the single points of failure of a target that has one of everything", async () => {
    using desk = new Desk();
    const words = ["--target", "stage-02", "--faults", "kill", "--hold", "8s", "--gap", "10s", "--json"];
    const said = await desk.bench("exam", "n-plus-1", ...words);
    const { rows, notes } = JSON.parse(said.stdout);
    expect(rows.map(({ subject, answer }: Record<string, string>) => `${subject}: ${answer}`)).toEqual([
      "shop: single point of failure",
      "db: single point of failure",
    ]);
    expect(notes[0]).toBe("single points of failure: shop, db (2 of 2 nodes)");
    // A busy machine may make the instrument doubtful; whatever it says, such a target does not pass.
    expect([13, 5]).toContain(said.code);
  });

  test("rollback is failed by a target whose only shop is away while it is exchanged, and by its control", async () => {
    using desk = new Desk();
    const words = ["--target", "stage-02", "--control", "--json"];
    const said = await desk.bench("exam", "rollback", ...words);
    const sat = JSON.parse(said.stdout);
    expect([sat.target, sat.control.target]).toEqual(["stage-02", "stage-02"]);
    for (const { rows } of [sat, sat.control]) {
      expect(rows).toMatchObject([{ subject: "shop", answer: "felt too much", status: "refuted" }]);
      expect(rows[0].figures.blackoutS).toBeGreaterThan(0.1);
    }
    expect([13, 5]).toContain(said.code);
  });

  test("isolation is failed by a target where one application and one database do everything", async () => {
    using desk = new Desk();
    const words = ["--target", "stage-02", "--faults", "flood", "freeze", "--hold", "12s", "--gap", "10s"];
    const said = await desk.bench("exam", "isolation", ...words, "--json");
    const { rows } = JSON.parse(said.stdout);
    expect(rows).toMatchObject([
      { subject: "search", fault: "flood", answer: "taken along" },
      { subject: "db", fault: "freeze", answer: "taken along" },
    ]);
    expect([13, 5]).toContain(said.code);
  });

  test("monitoring is failed by a target whose only shop nobody watches, and its database is noticed", async () => {
    using desk = new Desk();
    const words = ["--target", "stage-02", "--faults", "kill", "--hold", "15s", "--gap", "20s", "--json"];
    const said = await desk.bench("exam", "monitoring", ...words);
    const { rows, notes } = JSON.parse(said.stdout);
    expect(rows).toMatchObject([
      { subject: "shop", fault: "kill", answer: "nobody watches it" },
      { subject: "db", fault: "kill", answer: "noticed" },
    ]);
    expect(notes[0]).toBe("watched by nobody: shop");
    expect([13, 5]).toContain(said.code);
  });

  test("stateless is failed by logins in the memory of one shop", async () => {
    using desk = new Desk();
    const words = ["--target", "stage-04", "--variant", "session=sticky", "--json"];
    const said = await desk.bench("exam", "stateless", ...words);
    expect(said.code, said.stderr).toBe(11);
    expect(JSON.parse(said.stdout).verdict.status).toBe("refuted");
  });
});
