import { InputError } from "../../core/errors";
import { type Json, toObject } from "./narrow";

const BYTE_ORDER_MARK = 0xfeff;
/** JSON.parse reads any depth, but whoever writes it again (the store) would run out of stack. */
const MAX_DEPTH = 1_000;
/** A shorter body cannot be nested too deeply. */
const SAFE_LENGTH = 4_096;

/** A webhook's body as an object. Throws InputError WEBHOOK_BODY_UNREADABLE. */
export function readJsonBody(body: Buffer): Json {
  const text = body.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch (cause) {
    throw new InputError("WEBHOOK_BODY_UNREADABLE", "The body is not JSON.", { cause });
  }
  const object = toObject(value);
  if (object === undefined) throw new InputError("WEBHOOK_BODY_UNREADABLE", "The body is not a JSON object.");
  if (text.length > SAFE_LENGTH && depthOf(text) > MAX_DEPTH) {
    throw new InputError("WEBHOOK_BODY_UNREADABLE", "The body is nested too deeply.");
  }
  return object;
}

/** How deeply valid JSON text is nested. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (isInString) {
      if (unit === 0x5c) at++;
      else if (unit === 0x22) isInString = false;
    } else if (unit === 0x22) isInString = true;
    else if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, ++depth);
    else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return deepest;
}

/** A platform's answer as an object; {} when it is anything else (an HTML page of a proxy). */
export function readJsonAnswer(body: string): Json {
  try {
    return toObject(JSON.parse(body)) ?? {};
  } catch {
    return {};
  }
}
