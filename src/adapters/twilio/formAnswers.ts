import { type Json, toId, toObject, toText } from "../shared/narrow";

const MAX_LINES = 60;
const MAX_DEPTH = 5;
const MAX_VALUE = 500;
const MAX_JSON = 100_000;
/** Says which form it was, to machines. */
const TOKEN = /token$/i;

/** What a customer answered in an interactive message, as far as it can be read. */
export interface Answers {
  /** "First name: Tom", a line each; "" when nothing can be read. */
  text: string;
  value: unknown;
}

/**
 * The JSON of `InteractiveData` or `FlowData` in words. Twilio documents no shape, so any is taken: a tapped button
 * (`title` and `id`), or the answers of a WhatsApp Flow, whose `response_json` is JSON once more (Meta: Receiving Flow
 * response). undefined when it is no JSON. Pure.
 */
export function readAnswers(json: string): Answers | undefined {
  const given = parse(json);
  if (given === undefined) return undefined;
  const reply = unwrap(given);
  const title = toText(reply?.title);
  if (reply !== undefined && title !== undefined && title !== "") {
    return { text: title, value: toId(reply.id) ?? title };
  }
  const answers = parse(toText(reply?.response_json) ?? "") ?? reply ?? given;
  const lines: string[] = [];
  addLines(answers, "", lines, 0);
  return { text: lines.join("\n"), value: answers };
}

/** `{ "type": "nfm_reply", "nfm_reply": {…} }`, or just what is inside. */
function unwrap(given: unknown): Json | undefined {
  const outer = toObject(given);
  const inner = outer === undefined ? undefined : outer[toText(outer.type) ?? ""];
  const named = outer?.nfm_reply ?? outer?.button_reply ?? outer?.list_reply;
  return toObject(inner) ?? toObject(named) ?? outer;
}

function parse(json: string): unknown {
  if (json === "" || json.length > MAX_JSON) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return value === null ? undefined : value;
  } catch {
    return undefined;
  }
}

function addLines(value: unknown, label: string, lines: string[], depth: number): void {
  if (lines.length >= MAX_LINES || depth > MAX_DEPTH) return;
  if (typeof value === "object" && value !== null) {
    const isPlainList = Array.isArray(value) && value.every((one) => typeof one !== "object");
    for (const [name, inner] of isPlainList ? [] : Object.entries(value)) {
      if (!TOKEN.test(name)) addLines(inner, toLabel(label, name, Array.isArray(value)), lines, depth + 1);
    }
    if (isPlainList) addLines(value.join(", "), label, lines, depth);
    return;
  }
  const text = value === null || value === undefined ? "" : String(value).slice(0, MAX_VALUE).trim();
  if (text !== "") lines.push(label === "" ? text : `${label}: ${text}`);
}

/** Names that Meta's form builder makes ("screen_0_First_name_1") become what the customer saw ("First name"). */
function toLabel(above: string, name: string, isIndex: boolean): string {
  if (isIndex) return above;
  const built = /^screen_\d{1,3}_(.{1,100}?)_\d{1,3}$/.exec(name)?.[1];
  const label = (built ?? name.slice(0, 100)).replaceAll("_", " ").trim();
  return above === "" ? label : `${above}, ${label}`;
}
