/** The one language server of a window: started, restarted, and asked how things stand. */

import * as vscode from "vscode";
import { type LanguageClient, State } from "vscode-languageclient/node";
import { create } from "./client";
import { locate } from "./command";
import { serving } from "./missing";
import type { Status } from "./status";

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  /** Starts and stops in the order they were asked for. */
  private queue: Promise<void> = Promise.resolve();
  private readonly changes = new vscode.EventEmitter<void>();
  /** Fires when the server's state or what it would say of itself may have changed. */
  readonly onDidChange = this.changes.event;

  constructor(
    private readonly context: vscode.ExtensionContext,
    readonly channel: vscode.LogOutputChannel,
  ) {}

  get state(): "running" | "starting" | "stopped" {
    switch (this.client?.state) {
      case State.Running:
        return "running";
      case State.Starting:
        return "starting";
      default:
        return "stopped";
    }
  }

  restart(): Promise<void> {
    this.queue = this.queue.then(async () => {
      await this.stop();
      await this.start();
    });
    return this.queue;
  }

  async status(document: vscode.TextDocument): Promise<Status | undefined> {
    const client = this.client;
    if (client?.state !== State.Running) {
      return undefined;
    }
    try {
      return await client.sendRequest<Status>("signal/status", {
        textDocument: { uri: client.code2ProtocolConverter.asUri(document.uri) },
      });
    } catch (error) {
      this.channel.debug(`signal/status: ${String(error)}`);
      return undefined;
    }
  }

  private async start(): Promise<void> {
    const server = await serving(this.context, locate(this.context));
    if (!server) {
      this.changes.fire();
      return;
    }
    this.channel.info(`starting ${server.path} (${server.version})`);
    const client = create(server.path, this.channel, () => {
      const found = locate(this.context);
      return client.state === State.Running && found.kind === "found" && found.path === server.path;
    });
    client.onDidChangeState(() => this.changes.fire());
    client.onNotification("signal/statusChanged", () => this.changes.fire());
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      // The client shows it and offers its output; what remains works without a server.
      this.channel.error(`the language server did not start: ${String(error)}`);
    }
  }

  private async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    try {
      await client?.dispose(2000);
    } catch (error) {
      this.channel.debug(`stopping: ${String(error)}`);
    }
    this.changes.fire();
  }

  dispose(): Promise<void> {
    this.queue = this.queue.then(() => this.stop());
    return this.queue;
  }
}
