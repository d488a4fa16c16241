import { evaluate } from "./evaluate";
import { ArmFault, isObject, type Json, type JsonObject } from "./expression";
import { type ArmFunction, FUNCTIONS, text } from "./functions";

/** One control of the portal's form. */
export interface Control extends JsonObject {
  name: string;
  type: string;
}

export interface UiDefinition extends JsonObject {
  parameters: {
    basics: Control[];
    steps: { name: string; label: string; elements: Control[] }[];
    outputs: Record<string, Json>;
  } & JsonObject;
}

/** What somebody filled in, by control; the others keep their defaults, and a text without one is null. */
export type Answers = Record<string, Json>;

/** Keys of each control that Azure knows. */
const CONTROLS: Record<string, readonly string[]> = {
  "Microsoft.Common.TextBox": ["label", "defaultValue", "toolTip", "constraints", "visible", "placeholder"],
  "Microsoft.Common.PasswordBox": ["label", "toolTip", "constraints", "options", "visible"],
  "Microsoft.Common.DropDown": ["label", "defaultValue", "toolTip", "constraints", "visible", "placeholder"],
  "Microsoft.Common.CheckBox": ["label", "defaultValue", "toolTip", "constraints", "visible"],
  "Microsoft.Common.Slider": [
    "label",
    "min",
    "max",
    "subLabel",
    "defaultValue",
    "toolTip",
    "constraints",
    "visible",
  ],
  "Microsoft.Common.InfoBox": ["options", "visible"],
};

export const controlsOf = ({ parameters }: UiDefinition): Control[] => [
  ...parameters.basics,
  ...parameters.steps.flatMap(({ elements }) => elements),
];

/** Unknown controls and keys, and names that stand twice. */
export function formFaults(definition: UiDefinition): string[] {
  const controls = controlsOf(definition);
  const names = controls.map(({ name }) => name);
  return [
    ...(definition.handler === "Microsoft.Azure.CreateUIDef" && definition.version === "0.1.2-preview"
      ? []
      : ["handler"]),
    ...names.filter((name, index) => names.indexOf(name) < index).map((name) => `form: ${name} stands twice`),
    ...controls.flatMap(({ name, type, ...rest }) => {
      const known = CONTROLS[type];
      if (known === undefined) return [`form: ${name} is an unknown ${type}`];
      const strange = Object.keys(rest).filter((key) => !known.includes(key));
      return strange.map((key) => `form: ${name} has an unknown ${key}`);
    }),
  ];
}

/** What the portal would hand to the template. A control that is not shown has no value. Throws ArmFault. */
export function submit(definition: UiDefinition, answers: Answers = {}): Record<string, Json> {
  const values: Record<string, JsonObject> = {};
  const functions = formFunctions(values);
  const scope = { parameter: none, variable: none, functions };
  const fill = (step: string, controls: Control[]) => {
    // A control may ask for others of its step, in any order: twice is enough for one that asks for one.
    values[step] = Object.fromEntries(controls.map((control) => [control.name, answerTo(control, answers)]));
  };
  fill("", definition.parameters.basics);
  for (const { name, elements } of definition.parameters.steps) fill(name, elements);
  const places = [
    ["", definition.parameters.basics] as const,
    ...definition.parameters.steps.map(({ name, elements }) => [name, elements] as const),
  ];
  const hidden = places.flatMap(([step, controls]) =>
    controls
      .filter(({ visible }) => evaluate(visible ?? true, scope) !== true)
      .map(({ name }) => [step, name] as const),
  );
  for (const [step, name] of hidden) (values[step] as JsonObject)[name] = null;
  return evaluate(definition.parameters.outputs, scope) as Record<string, Json>;
}

function none(name: string): never {
  throw new ArmFault(`a form has no parameters or variables: ${name}`);
}

function answerTo({ name, type, defaultValue, constraints }: Control, answers: Answers): Json {
  const given = answers[name];
  if (type === "Microsoft.Common.DropDown") return chosen(constraints ?? null, given ?? defaultValue ?? null);
  if (given !== undefined) return given;
  if (type === "Microsoft.Common.CheckBox") return defaultValue ?? false;
  return defaultValue === "" ? null : (defaultValue ?? null);
}

/** The value behind a label. */
function chosen(constraints: Json, label: Json): Json {
  const options =
    isObject(constraints) && Array.isArray(constraints.allowedValues) ? constraints.allowedValues : [];
  const found = options.find((option) => isObject(option) && option.label === label);
  if (!isObject(found)) throw new ArmFault(`no choice is called ${JSON.stringify(label)}`);
  return found.value ?? null;
}

/** Functions of forms: a few of the template's, and their own. */
function formFunctions(values: Record<string, JsonObject>): Record<string, ArmFunction> {
  const { not, and, or, equals, less, greater, startsWith, concat, int, empty } = FUNCTIONS as Record<
    string,
    ArmFunction
  >;
  const shared = { not, and, or, equals, less, greater, startsWith, concat, int, empty } as Record<
    string,
    ArmFunction
  >;
  return {
    ...shared,
    bool: { least: 1, most: 1, run: ([value]) => value === "true" },
    coalesce: { least: 2, most: 9, run: (args) => args.find((value) => value !== null) ?? null },
    location: { least: 0, most: 0, run: () => "northeurope" },
    basics: { least: 1, most: 1, run: ([name]) => answer(values[""] ?? {}, text(name)) },
    steps: { least: 1, most: 1, run: ([name]) => answer(values, text(name)) },
  };
}

function answer(of: JsonObject, name: string): Json {
  const found = of[name];
  if (found === undefined) throw new ArmFault(`the form has no ${name}`);
  return found;
}
