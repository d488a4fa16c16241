import { isDeepStrictEqual } from "node:util";
import { deploy, type Template } from "../support/arm/deployment";
import { ArmFault, isObject, type Json } from "../support/arm/expression";
import type { ParameterDeclaration } from "../support/arm/parameters";
import {
  type Answers,
  type Control,
  controlsOf,
  formFaults,
  submit,
  type UiDefinition,
} from "../support/arm/uiDefinition";

/** Parameters that the form leaves to the command line. */
const NOT_IN_FORM = ["tags"];

const GUID = "66666666-6666-4666-8666-666666666666";
/** Answers that show what defaults hide, and what arrives otherwise than it was answered. */
const ANSWERS: readonly { answers: Answers; but?: Record<string, Json> }[] = [
  {
    answers: {
      baseName: "ab",
      publicUrl: "https://service.example.com",
      packageUri: "https://releases.example.com/a.zip",
    },
  },
  {
    answers: {
      deployBotService: true,
      botSku: "S1",
      botAppType: "an app registration",
      botAppId: GUID,
      botAppPassword: "the bot's password",
    },
  },
  { answers: { deployBotService: true, botSku: "F0", botAppType: "the server's identity" } },
  { answers: { botAppId: GUID, botAppPassword: "not shown" }, but: { botAppId: "", botAppPassword: "" } },
  {
    answers: { planSku: "P1v3", zoneRedundant: true, autoscale: true, maxInstances: 1, instances: 1 },
    but: { instances: 2, maxInstances: 2, mediaSku: "Standard_ZRS" },
  },
  { answers: { autoscale: true, maxInstances: 9, instances: 3 } },
  {
    answers: { planSku: "B1", autoscale: true, zoneRedundant: true, deploySlot: true },
    but: { autoscale: false, zoneRedundant: false, deploySlot: false },
  },
  {
    answers: { planSku: "S1", zoneRedundant: true, autoscale: true, instances: 5, maxInstances: 3 },
    but: { zoneRedundant: false, maxInstances: 5 },
  },
  { answers: { planSku: "S1", deploySlot: true } },
  { answers: { exposeMetrics: true, metricsToken: "a token of the scraper" } },
  { answers: { metricsToken: "a token of the scraper" }, but: { metricsToken: "" } },
  {
    answers: {
      oidcIssuer: "https://login.example.com/tenant",
      oidcClientId: "switchboard",
      oidcClientSecret: "the provider's secret",
      signInRoles: "Desk=agent",
    },
  },
  {
    answers: { oidcClientId: "not shown", oidcClientSecret: "s" },
    but: { oidcClientId: "", oidcClientSecret: "" },
  },
  { answers: { alertEmail: "operators@example.com", adminObjectId: GUID } },
  { answers: { alertEmail: "operators@example.com", deployAlerts: false }, but: { alertEmail: "" } },
  { answers: { cosmosMode: "Autoscale: by the hour", cosmosMaxThroughput: "4,000" } },
  {
    answers: {
      facebookApplicationSecret: "a",
      facebookPageAccessToken: "b",
      twitterConsumerSecret: "c",
      twitterAccessToken: "d",
      twitterAccessTokenSecret: "e",
      twilioAuthToken: "f",
    },
  },
];

/** The form's outputs are the parameters, its choices theirs, and whatever can be answered deploys. */
export function formContractFaults(definition: UiDefinition, template: Template): string[] {
  const outputs = Object.keys(definition.parameters.outputs);
  const parameters = Object.keys(template.parameters).filter((name) => !NOT_IN_FORM.includes(name));
  const controls = controlsOf(definition).filter(({ type }) => type !== "Microsoft.Common.InfoBox");
  return [
    ...formFaults(definition),
    ...parameters.filter((name) => !outputs.includes(name)).map((name) => `form: ${name} is no output`),
    ...outputs.filter((name) => !parameters.includes(name)).map((name) => `form: ${name} is no parameter`),
    ...controls.flatMap((control) => controlFaults(control, template)),
    ...answersOf(controls).flatMap((entry) => answerFaults(definition, template, entry)),
    ...controls
      .filter(({ name }) => !shownByAnswers(name))
      .filter(({ visible }) => visible !== undefined)
      .map(({ name }) => `form: no test answers ${name}, which is not always shown`),
  ];
}

/** Some answers hold that it arrives. */
const shownByAnswers = (name: string): boolean =>
  ANSWERS.some(({ answers, but = {} }) => Object.hasOwn(answers, name) && !Object.hasOwn(but, name));

/** What is always shown, answer by answer, and our own. */
function answersOf(controls: Control[]): readonly (typeof ANSWERS)[number][] {
  const choices = controls
    .filter(({ visible }) => visible === undefined)
    .flatMap(({ name, type, constraints, min, max }): Json[][] => {
      if (type === "Microsoft.Common.CheckBox")
        return [
          [name, true],
          [name, false],
        ];
      if (type === "Microsoft.Common.Slider")
        return [
          [name, min ?? null],
          [name, max ?? null],
        ];
      return optionsOf(constraints).map(({ label }) => [name, label]);
    });
  const single = choices.map((pair) => ({ answers: Object.fromEntries([pair]) as Answers }));
  return [{ answers: {} }, ...single, ...ANSWERS];
}

function optionsOf(constraints: Json | undefined): { label: string; value: string }[] {
  const options = isObject(constraints) ? constraints.allowedValues : undefined;
  return Array.isArray(options) ? (options as { label: string; value: string }[]) : [];
}

/** The answers reach the template, and it takes them. */
function answerFaults(
  definition: UiDefinition,
  template: Template,
  { answers, but = {} }: (typeof ANSWERS)[number],
): string[] {
  const told = `form with ${JSON.stringify(answers)}`;
  try {
    const values = submit(definition, answers);
    const wanted = { ...answers, ...but };
    const lost = Object.entries(wanted).filter(
      ([name, answer]) => !arrives(definition, name, answer, values),
    );
    return [
      ...deploy(template, values).faults.map((fault) => `${told}: ${fault}`),
      ...lost.map(([name]) => `${told}: ${name} does not arrive`),
    ];
  } catch (error) {
    if (error instanceof ArmFault) return [`${told}: ${error.message}`];
    throw error;
  }
}

function arrives(definition: UiDefinition, name: string, answer: Json, values: Answers): boolean {
  const control = controlsOf(definition).find((one) => one.name === name);
  const option = optionsOf(control?.constraints).find(({ label }) => label === answer);
  return String(values[name]) === String(option?.value ?? answer);
}

function controlFaults(control: Control, template: Template): string[] {
  const { name, type, toolTip } = control;
  const parameter = template.parameters[name];
  if (parameter === undefined) return [`form: the control ${name} is no parameter`];
  const wrong = KINDS[type]?.(control, parameter) ?? false;
  const metadata = isObject(parameter.metadata) ? parameter.metadata.description : undefined;
  return [
    ...(wrong ? [] : [`form: ${name} offers something else than the parameter takes`]),
    ...(toolTip === metadata ? [] : [`form: the tip of ${name} is not the parameter's description`]),
  ];
}

/** True when the control offers what the parameter takes, with the same default. */
const KINDS: Record<string, (control: Control, parameter: ParameterDeclaration) => boolean> = {
  "Microsoft.Common.CheckBox": ({ defaultValue }, parameter) =>
    parameter.type === "bool" && defaultValue === parameter.defaultValue,
  "Microsoft.Common.Slider": ({ min, max, defaultValue }, parameter) =>
    parameter.type === "int" &&
    isDeepStrictEqual(
      [min, max, defaultValue],
      [parameter.minValue, parameter.maxValue, parameter.defaultValue],
    ),
  "Microsoft.Common.DropDown": ({ constraints, defaultValue }, parameter) => {
    const options = optionsOf(constraints);
    const standard = options.find(({ label }) => label === defaultValue)?.value;
    const values = options.map(({ value }) => value);
    const all =
      parameter.type === "int"
        ? isInside(values.map(Number), parameter)
        : isDeepStrictEqual(values, parameter.allowedValues);
    return all && standard === String(parameter.defaultValue);
  },
  "Microsoft.Common.PasswordBox": ({ name, constraints }, parameter) => {
    const regex = regexOf(constraints);
    const refuses = REFUSED_SECRETS[name] === undefined || !regex.test(REFUSED_SECRETS[name]);
    return parameter.type === "securestring" && regex.test("") && refuses;
  },
  "Microsoft.Common.TextBox": ({ name, constraints, defaultValue }, parameter) => {
    const regex = regexOf(constraints);
    const [least, most] = [Number(parameter.minLength ?? 0), Number(parameter.maxLength)];
    const text = LONG[name] ?? ((length: number) => "a".repeat(length));
    const bounds = regex.test(text(most)) && !regex.test(text(most + 1));
    const required = isObject(constraints) && constraints.required === true;
    const short = least === 0 || (regex.test(text(least)) && !regex.test(text(least - 1)));
    // What must be answered has no default to test: an id of somebody's own.
    const standard = (defaultValue === "" && required) || regex.test(String(defaultValue));
    const plain = parameter.type === "string" && defaultValue === parameter.defaultValue;
    return plain && bounds && short && standard;
  },
};

/** Secrets that the template refuses. */
const REFUSED_SECRETS: Record<string, string> = { metricsToken: "too short" };

/** Texts of a length that are right but for it. */
const LONG: Record<string, (length: number) => string> = {
  publicUrl: (length) => "https://".padEnd(length, "a"),
  oidcIssuer: (length) => "https://".padEnd(length, "a"),
  packageUri: (length) => "https://".padEnd(length, "a"),
  alertEmail: (length) => `${"a".repeat(64)}@`.padEnd(length, "a"),
  botAppId: (length) => GUID.padEnd(length, "a"),
  adminObjectId: (length) => GUID.padEnd(length, "a"),
};

/** Numbers between the parameter's bounds, both of them offered. */
const isInside = (values: number[], { minValue, maxValue }: ParameterDeclaration): boolean =>
  values.every(Number.isInteger) && Math.min(...values) === minValue && Math.max(...values) === maxValue;

function regexOf(constraints: Json | undefined): RegExp {
  const source = isObject(constraints) ? constraints.regex : undefined;
  // Without one nothing is refused: "^$" alone would look like a rule.
  return new RegExp(typeof source === "string" ? source : "");
}
