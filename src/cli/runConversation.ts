import { isDeepStrictEqual } from "node:util";
import { startTrial, type TrialOrder, type TrialPorts, type TrialTurn } from "../pipeline/helper/flowTrial";
import type { ScriptedConversation, TurnExpectation } from "./flowTestFile";

/** The first turn that went otherwise, with the differences in words. */
export interface TurnFailure {
  /** Place of the turn. */
  turn: number;
  lines: string[];
}

/** Plays a scripted conversation until a turn is not as expected; undefined when all are. */
export async function runConversation(
  script: ScriptedConversation,
  ports: TrialPorts,
  world: Pick<TrialOrder, "flow" | "settings"> & { now: number },
): Promise<TurnFailure | undefined> {
  const { channel, customer, contact, context, mocks, language, at, turns } = script;
  const trial = startTrial(ports, {
    flow: world.flow,
    settings: world.settings,
    channel,
    customer: customer as never,
    contact,
    context,
    mocks,
    language,
    now: at === undefined ? world.now : Date.parse(at),
  });
  for (const [turn, { say, expect = {} }] of turns.entries()) {
    if (trial.isOver())
      return { turn, lines: ["the conversation was over before: people have it, or the flow ended it"] };
    const happened = await trial.say(say);
    const lines = [...happened.notes, ...differences(expect, happened)];
    if (lines.length > 0) return { turn, lines: [...lines, ...toldTurn(happened)] };
  }
  return undefined;
}

function differences(expect: TurnExpectation, turn: TrialTurn): string[] {
  const texts = turn.said.map(({ text }) => text);
  const wanted = typeof expect.contains === "string" ? [expect.contains] : (expect.contains ?? []);
  const differs = (name: string, expected: unknown, found: unknown) =>
    expected === undefined || isDeepStrictEqual(expected, found)
      ? []
      : [`${name}: expected ${inWords(expected)}, found ${inWords(found)}`];
  return [
    ...differs("texts", expect.texts, texts),
    ...wanted
      .filter((part) => !texts.some((text) => text.includes(part)))
      .map((part) => `contains: nothing that was said has ${inWords(part)}`),
    ...differs("choices", expect.choices, turn.said.at(-1)?.choices ?? []),
    ...handoffDifferences(expect.handoff, turn.handoff),
    ...differs("ended", expect.ended, turn.ended),
    ...differs("step", expect.step, turn.step?.step ?? null),
    ...Object.entries(expect.vars ?? {}).flatMap(([name, value]) =>
      differs(`vars.${name}`, value, turn.vars[name]),
    ),
    ...Object.entries(expect.context ?? {}).flatMap(([name, value]) =>
      differs(`context.${name}`, value, turn.context[name] ?? null),
    ),
    ...faultDifferences(expect.fault, turn),
  ];
}

function handoffDifferences(expected: TurnExpectation["handoff"], found: TrialTurn["handoff"]): string[] {
  if (expected === undefined) return [];
  if (expected === false) return found === null ? [] : ["handoff: expected none, people were asked for"];
  if (found === null) return ["handoff: expected, nobody was asked for"];
  if (expected === true) return [];
  const { queue, summary, skills } = expected;
  return [
    ...(queue === undefined || queue === found.queue
      ? []
      : [`handoff.queue: expected ${inWords(queue)}, found ${inWords(found.queue)}`]),
    ...(summary === undefined || (found.summary ?? "").includes(summary)
      ? []
      : [`handoff.summary: ${inWords(summary)} is not in ${inWords(found.summary)}`]),
    ...(skills === undefined || isDeepStrictEqual(skills, found.skills)
      ? []
      : [`handoff.skills: expected ${inWords(skills)}, found ${inWords(found.skills)}`]),
  ];
}

/** A flow that breaks is never as it should be, unless that is what is expected. */
function faultDifferences(expected: boolean | undefined, { fault, notes }: TrialTurn): string[] {
  if (fault !== null && expected !== true) return notes.includes(fault.message) ? [] : [fault.message];
  return fault === null && expected === true ? ["fault: expected, nothing broke"] : [];
}

/** What was said instead, and by which way. */
function toldTurn({ said, path }: TrialTurn): string[] {
  const words = said.map(({ text, choices }) => {
    const offered = choices.length === 0 ? "" : ` [${choices.join(" | ")}]`;
    return `said: ${text.replaceAll("\n", "\n      ")}${offered}`;
  });
  const way = path.map(({ step, what }) => (what === "passed" ? step : `${step} (${what})`)).join(" > ");
  return [...(words.length === 0 ? ["said: nothing"] : words), `way: ${way === "" ? "none" : way}`];
}

const inWords = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value));
