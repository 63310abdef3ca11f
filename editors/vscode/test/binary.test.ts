import { strict as assert } from "node:assert";
import { test } from "node:test";
import { find, type Surroundings } from "../src/binary";

/** What is found where only these files can be run. */
function check(files: string[], given: Partial<Surroundings>, expected: string) {
  const found = find({
    setting: "",
    extension: "/ext",
    workspace: "/code",
    home: "/home/ann",
    search: "/usr/local/bin:/usr/bin",
    extensions: ".COM;.EXE;.CMD",
    windows: false,
    runnable: (path) => files.includes(path),
    ...given,
  });
  assert.equal(found.kind === "found" ? `${found.origin} ${found.path}` : `missing ${found.looked.join(" ")}`, expected);
}

const ALL = ["/opt/dsl", "/ext/server/dsl", "/usr/bin/dsl", "/usr/local/bin/dsl"];

test("the setting goes before the one inside the extension, and that before PATH", () => {
  check(ALL, { setting: "/opt/dsl" }, "setting /opt/dsl");
  check(ALL, {}, "bundled /ext/server/dsl");
  check(["/usr/bin/dsl", "/usr/local/bin/dsl"], {}, "path /usr/local/bin/dsl");
  check(["/usr/bin/dsl"], {}, "path /usr/bin/dsl");
});

test("a setting that names nothing is an error, whatever else is there", () => {
  check(ALL, { setting: "/opt/other" }, "missing /opt/other");
});

test("a setting may name the folder, one's home and the workspace", () => {
  check(["/opt/bin/dsl"], { setting: "/opt/bin" }, "setting /opt/bin/dsl");
  check(["/home/ann/bin/dsl"], { setting: "~/bin/dsl" }, "setting /home/ann/bin/dsl");
  check(["/code/target/debug/dsl"], { setting: "${workspaceFolder}/target/debug" }, "setting /code/target/debug/dsl");
  check(["/code/tools/dsl"], { setting: "tools/dsl" }, "setting /code/tools/dsl");
  check(["/opt/dsl"], { setting: " /opt/dsl " }, "setting /opt/dsl");
});

test("entries of PATH that depend on the current folder are not looked into", () => {
  check(["dsl", "./dsl", "bin/dsl"], { search: ":.:bin" }, "missing ");
});

test("Windows has other names and separators", () => {
  const windows = { windows: true, extension: "C:\\ext", search: "C:\\one;C:\\two", home: "C:\\Users\\ann" };
  check(["C:\\two\\dsl.exe"], windows, "path C:\\two\\dsl.exe");
  check(["C:\\ext\\server\\dsl.exe"], windows, "bundled C:\\ext\\server\\dsl.exe");
  check(["C:\\two\\dsl"], windows, "missing C:\\one C:\\two");
  check(["C:\\Users\\ann\\dsl.exe"], { ...windows, setting: "~\\dsl.exe" }, "setting C:\\Users\\ann\\dsl.exe");
});
