/** Tasks for Run Task and `tasks.json`: `dsl` with arguments, its findings in the Problems panel. */

import * as vscode from "vscode";
import { locate } from "./command";

/** `{"type": "signal", "args": ["check"]}` */
interface Definition extends vscode.TaskDefinition {
  args?: string[];
}

const CHECK = ["check", "--output-format", "concise"];

export function tasks(context: vscode.ExtensionContext): vscode.Disposable {
  const task = (definition: Definition, scope: vscode.WorkspaceFolder | vscode.TaskScope, name: string, args: string[]) => {
    const found = locate(context);
    const matchers = args[0] === "check" ? ["$signal"] : [];
    const made = new vscode.Task(
      definition,
      scope,
      name,
      "signal",
      new vscode.ProcessExecution(found.kind === "found" ? found.path : "dsl", args),
      matchers,
    );
    if (args[0] === "check") {
      made.group = vscode.TaskGroup.Build;
    }
    return made;
  };
  return vscode.tasks.registerTaskProvider("signal", {
    provideTasks: () =>
      (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => [
        task({ type: "signal", args: CHECK }, folder, "check all scripts", CHECK),
        task({ type: "signal", args: ["fmt"] }, folder, "format all scripts", ["fmt"]),
      ]),
    resolveTask: (given) => {
      const definition: Definition = given.definition;
      const args = Array.isArray(definition.args) ? definition.args.map(String) : CHECK;
      // The definition has to stay the very one that was asked about.
      return task(given.definition, given.scope ?? vscode.TaskScope.Workspace, given.name, args);
    },
  });
}
