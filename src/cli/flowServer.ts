import type { FlowSettings } from "../core/settings";
import { type Command, UsageError } from "./command";
import { readSettings } from "./dataFolder";
import { readFlowFile } from "./flowFile";
import { needServer, type RunningServer } from "./operator";

/** Commands about the flows of a running server. */

interface FlowView extends FlowSettings {
  etag: string;
  revision: number;
  editedAt: string;
  editedBy: string;
  fromFile: boolean;
}

const routeOf = (id: string): string => `/api/admin/flows/${encodeURIComponent(id)}`;

export const flowList: Command = {
  name: "flow list",
  usage: "",
  summary: "Lists the flows of the running server with their revisions.",
  async run({ environment, say }) {
    const server = await needServer(readSettings(environment).dataFolder);
    for (let cursor: string | null = ""; cursor !== null; ) {
      const query: string = cursor === "" ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const page = (await server.call("GET", `/api/admin/flows${query}`)) as {
        items: FlowView[];
        next: string | null;
      };
      for (const flow of page.items) {
        const steps = Object.keys(flow.steps).length;
        const from = flow.fromFile ? "file" : "console";
        say(
          `${flow.id}  revision ${flow.revision}  ${steps} steps  ${flow.editedAt}  ${flow.editedBy} (${from})`,
        );
      }
      cursor = page.next;
    }
  },
};

export const flowPublish: Command = {
  name: "flow publish",
  usage: "ID|FILE [--over REVISION]",
  summary: "Publishes the draft of a flow, or a flow file, in the running server.",
  details: [
    "What somebody else published since the draft was begun is not overwritten; --over says which revision may be.",
    "A file replaces what is published now.",
  ].join("\n"),
  options: { over: { type: "string" } },
  words: { min: 1, max: 1 },
  async run({ words: [what = ""], options, environment, say }) {
    const config = readSettings(environment);
    const server = await needServer(config.dataFolder);
    const over = wholeNumber(options.over, "--over");
    const flow = isFile(what)
      ? await (await readFlowFile(what, config)).send((flow) => publishFile(server, flow, over))
      : await publishDraft(server, what, over);
    say(`${flow.id} is published as revision ${flow.revision}.`);
  },
};

async function publishDraft(server: RunningServer, id: string, over: number | undefined): Promise<FlowView> {
  const draft = (await server.call("GET", `${routeOf(id)}/draft`)) as { etag: string };
  const body = over === undefined ? {} : { over };
  const headers = { "if-match": `"${draft.etag}"` };
  return (await server.call("POST", `${routeOf(id)}/publish`, body, headers)) as FlowView;
}

async function publishFile(
  server: RunningServer,
  flow: FlowSettings,
  over: number | undefined,
): Promise<FlowView> {
  const known = (await server.call("GET", routeOf(flow.id)).catch(notThere)) as FlowView | undefined;
  if (over !== undefined && known?.revision !== over)
    throw new UsageError(`revision ${known?.revision ?? 0} is published, not ${over}`);
  const headers = known === undefined ? { "if-none-match": "*" } : { "if-match": `"${known.etag}"` };
  return (await server.call("PUT", routeOf(flow.id), flow, headers as Record<string, string>)) as FlowView;
}

export const flowRollback: Command = {
  name: "flow rollback",
  usage: "ID [REVISION]",
  summary: "Publishes an old revision of a flow anew; without REVISION lists those that are kept.",
  words: { min: 1, max: 2 },
  async run({ words: [id = "", number], environment, say }) {
    const server = await needServer(readSettings(environment).dataFolder);
    if (number === undefined) {
      const { items } = (await server.call("GET", `${routeOf(id)}/revisions`)) as { items: Row[] };
      for (const { revision, at, by, source, same } of items)
        say(`${revision}  ${at}  ${by} (${source})${same ? "  as published" : ""}`);
      return;
    }
    const { etag } = (await server.call("GET", routeOf(id))) as FlowView;
    const flow = (await server.call(
      "POST",
      `${routeOf(id)}/rollback`,
      { revision: wholeNumber(number, "REVISION") },
      { "if-match": `"${etag}"` },
    )) as FlowView;
    say(`${id} is published as revision ${flow.revision}, which says what revision ${number} said.`);
  },
};

interface Row {
  revision: number;
  at: string;
  by: string;
  source: string;
  same: boolean;
}

export const flowTry: Command = {
  name: "flow try",
  usage: "ID|FILE SAYS… [--draft] [--channel ID] [--language L] [--mocks JSON]",
  summary: "Plays a conversation with a flow in the running server; nothing is stored or sent.",
  details: `For example: switchboard flow try orders "hi" "Order" 123456 --mocks '{"look":{"status":200,"body":{}}}'`,
  options: {
    draft: { type: "boolean" },
    channel: { type: "string" },
    language: { type: "string" },
    mocks: { type: "string" },
  },
  words: { min: 2, max: 101 },
  async run({ words: [what = "", ...says], options, environment, say }) {
    const config = readSettings(environment);
    const server = await needServer(config.dataFolder);
    const ask = async (flow: FlowSettings | string) =>
      (await server.call("POST", "/api/admin/flows/try", {
        flow,
        draft: options.draft === true,
        says,
        ...(options.channel === undefined ? {} : { channel: options.channel }),
        ...(options.language === undefined ? {} : { language: options.language }),
        ...(typeof options.mocks === "string" ? { mocks: parseMocks(options.mocks) } : {}),
      })) as { turns: Turn[] };
    const { turns } = isFile(what) ? await (await readFlowFile(what, config)).send(ask) : await ask(what);
    turns.forEach((turn, i) => {
      say(`> ${says[i]}`);
      for (const line of toldTurn(turn)) say(line);
    });
  },
};

interface Turn {
  said: { text: string; choices: string[] }[];
  handoff: { queue: string | null; summary: string | null } | null;
  ended: boolean;
  fault: { message: string } | null;
  notes: string[];
}

function toldTurn({ said, handoff, ended, fault, notes }: Turn): string[] {
  const summary = handoff?.summary == null ? "" : `: ${handoff.summary}`;
  return [
    ...said.map(({ text, choices }) => (choices.length === 0 ? text : `${text} [${choices.join(" | ")}]`)),
    ...notes.map((note) => `(${note})`),
    ...(fault === null ? [] : [`(The flow broke: ${fault.message})`]),
    ...(handoff === null ? [] : [`(People are asked for, ${handoff.queue ?? "by the rules"}${summary})`]),
    ...(ended ? ["(The conversation is over.)"] : []),
  ];
}

const isFile = (what: string): boolean => /\.(ya?ml|json)$/.test(what);

function parseMocks(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError("--mocks is no JSON");
  }
}

function wholeNumber(text: string | boolean | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text === "string" && /^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`${name} is a whole number`);
}

function notThere(error: unknown): undefined {
  if ((error as { code?: unknown }).code === "NOT_FOUND") return undefined;
  throw error;
}
