import type { FlowSettings } from "../../core/settings";
import type { FieldCatalogue } from "../../expressions/compile";
import { CONTACT_FIELDS } from "../../routing/rules/contactFields";
import type { AnswerKind, Step } from "./steps";
import { kindOfValue } from "./values";

type Kind = FieldCatalogue[string];

/** What every flow's expressions may look at; `vars.NAME` comes with what the flow itself saves. */
export const FLOW_FIELDS = {
  input: "text", // what the customer said last; in `valid` the answer as it was read
  "activity.text": "text",
  "activity.from.name": "text",
  "activity.from.id": "text",
  "activity.locale": "text",
  "customer.name": "text",
  "customer.firstName": "text",
  "customer.phone": "text",
  "customer.locale": "text",
  "customer.timezone": "number", // hours from GMT, 5.5
  ...CONTACT_FIELDS,
  language: "text",
  channel: "text",
  "time.now": "number", // ms
  "context.*": "any", // context variables
} as const satisfies FieldCatalogue;

/** What the answer to a question is, as `input` of `valid` and as what is saved. */
export const ANSWER_TYPE: Readonly<Record<AnswerKind, Kind>> = {
  text: "text",
  number: "number",
  date: "text",
  phone: "text",
  email: "text",
  choice: "text",
  yesNo: "boolean",
  attachment: "any",
};

/**
 * The fields of one flow: the variables that its steps save, by name and kind. A faulty step saves too, of whatever kind:
 * its fault is told, and not once more wherever its variable is used.
 */
export function catalogueOf(
  flow: Pick<FlowSettings, "inputs" | "steps">,
  steps: ReadonlyMap<string, Step>,
): FieldCatalogue {
  const kinds = new Map<string, Kind>((flow.inputs ?? []).map((name) => [name, "any"]));
  const add = (name: string | undefined, kind: Kind): void => {
    if (name !== undefined) kinds.set(name, kinds.has(name) && kinds.get(name) !== kind ? "any" : kind);
  };
  for (const [id, { save, vars }] of Object.entries(flow.steps)) {
    if (steps.has(id)) continue;
    if (typeof save === "string") add(save, "any");
    if (typeof vars === "object") for (const name of Object.keys(vars ?? {})) add(name, "any");
  }
  for (const step of steps.values()) {
    if (step.do === "set")
      for (const [name, value] of Object.entries(step.vars ?? {})) add(name, kindOfValue(value));
    else if (step.do === "ask") add(step.save, ANSWER_TYPE[kindOf(step)]);
    else if (step.do === "knowledge" || step.do === "ticket") add(step.save, "text");
    else if ("save" in step) add(step.save, "any");
  }
  const fields: Record<string, Kind> = { ...FLOW_FIELDS };
  for (const [name, kind] of kinds) {
    fields[`vars.${name}`] = kind;
    if (kind === "any") fields[`vars.${name}.*`] = "any";
  }
  return fields;
}

/** How a question's answer is read. */
export const kindOf = (step: { kind?: AnswerKind | undefined; choices?: unknown }): AnswerKind =>
  step.kind ?? (step.choices === undefined ? "text" : "choice");
