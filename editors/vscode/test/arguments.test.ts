import { strict as assert } from "node:assert";
import { test } from "node:test";
import { ending, order, pull, reason, report, run, warmup } from "../src/arguments";

function check(args: string[], expected: string) {
  assert.equal(args.join(" "), expected);
}

test("a run goes to the sandbox or to the service, and nothing is left to chance", () => {
  check(run({ file: "a.signal", target: "sandbox", data: "" }), "run --sandbox a.signal");
  check(run({ file: "a.signal", target: "remote", data: "" }), "run a.signal");
  check(run({ file: "a.signal", target: "sandbox", data: "/bars", report: "/tmp/a.html" }), "run --sandbox --data /bars --report /tmp/a.html a.signal");
});

test("bars of one's own are for the sandbox alone", () => {
  check(run({ file: "a.signal", target: "remote", data: "/bars" }), "run a.signal");
});

test("a script whose name begins with a dash is no option", () => {
  check(run({ file: "-x.signal", target: "sandbox", data: "" }), "run --sandbox -- -x.signal");
  check(warmup("--help"), "warmup --output-format json -- --help");
});

test("other commands have the arguments that dsl takes", () => {
  check(report("20260131-142501-7f3a", "/tmp/a.html"), "runs report --output /tmp/a.html 20260131-142501-7f3a");
  check(pull(true), "catalog pull --lock");
  check(pull(false), "catalog pull");
});

test("an order is our object, the address of an explorer's entry, or nothing", () => {
  const address = { scheme: "file", path: "/a.signal", toString: () => "file:///a.signal" };
  assert.deepEqual(order({ uri: "file:///a.signal", sandbox: true }), { uri: "file:///a.signal", sandbox: true });
  assert.deepEqual(order(address), { uri: "file:///a.signal" });
  assert.deepEqual(order({ uri: "file:///a.signal", run: "x", rule: "y", lock: false }), { uri: "file:///a.signal", run: "x", rule: "y", lock: false });
  for (const nothing of [undefined, null, "x", 1, [], { sandbox: "yes", uri: 1 }]) {
    assert.deepEqual(order(nothing), {});
  }
});

test("the reason is the command's own last word, else the first finding", () => {
  const findings = "error[period-out-of-bounds]: `timeperiod` of `rsi` is 1\n   ╭─[ a.signal:1:16 ]\n";
  assert.equal(reason(`${findings}error: nothing was sent: the check found 1 error\n help: cure them\n`), "Nothing was sent: the check found 1 error.");
  assert.equal(reason(findings), "`timeperiod` of `rsi` is 1.");
  assert.equal(reason("completed\r\nwrote out.html\r\n"), undefined);
});

test("every way a run can end leads on", () => {
  const cures = (code: number | null, said = "") => ending(code, said).cures.join(" ");
  assert.equal(cures(1), "problems output");
  assert.equal(cures(2), "problems output");
  assert.equal(cures(4), "key sandbox");
  assert.equal(cures(5), "sandbox output");
  assert.equal(cures(8), "attach");
  for (const other of [3, 6, 7, 101, null]) {
    assert.equal(cures(other), "output");
  }
  assert.ok(ending(8, "").harmless);
  assert.equal(ending(5, "error: the quota of this hour is used up").message, "The quota of this hour is used up.");
});
