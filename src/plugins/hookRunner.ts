import { messageOf } from "../core/errors";
import type { ConversationFacts, OutgoingFacts } from "../core/plugin";
import type { HookRunner, RoutingWish } from "../core/runningPlugins";
import { answerFault, type HookAnswer, type HookName } from "./hookAnswers";
import type { RunPlugin } from "./runPlugin";

/** The path of a message waits for hooks and fields: no longer than this. */
export const PATH_LIMIT_MS = 2_000;

/** The hooks of all plugins in their order; each sees what the ones before it changed. */
export function createHookRunner(running: readonly RunPlugin[]): HookRunner {
  const having = (name: HookName) => running.filter(({ plugin }) => plugin.hooks?.[name] !== undefined);

  /** Asks one plugin; what fails is put into `faults` and counts as nothing said. */
  async function ask<K extends HookName>(
    one: RunPlugin,
    { name, facts, id, faults }: { name: K; facts: ConversationFacts; id: string; faults: string[] },
  ): Promise<NonNullable<HookAnswer<K>> | undefined> {
    try {
      const answer = await one.call(`hooks.${name}`, facts, {
        id,
        timeoutMs: PATH_LIMIT_MS,
        fault: (given) => answerFault(name, given),
      });
      return (answer ?? undefined) as NonNullable<HookAnswer<K>> | undefined;
    } catch (error) {
      faults.push(messageOf(error));
      return undefined;
    }
  }

  async function beforeTurn(facts: ConversationFacts, id: string) {
    const faults: string[] = [];
    let context: ConversationFacts["context"] = {};
    for (const one of having("beforeTurn")) {
      const seen = { ...facts, context: { ...facts.context, ...context } };
      const answer = await ask(one, { name: "beforeTurn", facts: seen, id, faults });
      context = { ...context, ...answer?.context };
    }
    return { answer: context, faults };
  }

  async function beforeRouting(facts: ConversationFacts, id: string) {
    const faults: string[] = [];
    let wish: RoutingWish = { context: {}, skills: {} };
    for (const one of having("beforeRouting")) {
      const seen = { ...facts, context: { ...facts.context, ...wish.context } };
      const answer = await ask(one, { name: "beforeRouting", facts: seen, id, faults });
      if (answer === undefined) continue;
      wish = {
        context: { ...wish.context, ...answer.context },
        skills: { ...wish.skills, ...answer.skills },
        ...(answer.queue === undefined
          ? wish.queue !== undefined && { queue: wish.queue }
          : { queue: answer.queue }),
      };
    }
    return { answer: wish, faults };
  }

  async function beforeSending(facts: OutgoingFacts, id: string) {
    const faults: string[] = [];
    let text: string | undefined;
    for (const one of having("beforeSending")) {
      const seen = { ...facts, text: text ?? facts.text };
      const answer = await ask(one, { name: "beforeSending", facts: seen, id, faults });
      if (answer?.refuse !== undefined) return { answer: { refuse: answer.refuse }, faults };
      text = answer?.text ?? text;
    }
    return { answer: text === undefined ? {} : { text }, faults };
  }

  async function onClose(facts: ConversationFacts & { reason: string }, id: string) {
    const faults: string[] = [];
    for (const one of having("onClose")) await ask(one, { name: "onClose", facts, id, faults });
    return { answer: {}, faults };
  }

  const all = { beforeTurn, beforeRouting, beforeSending, onClose };
  const used = Object.entries(all).filter(([name]) => having(name as HookName).length > 0);
  return Object.fromEntries(used) as HookRunner;
}
