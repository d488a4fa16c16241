// biome-ignore-all lint/suspicious/noTemplateCurlyInString: words about texts of flows
// biome-ignore-all lint/suspicious/noThenProperty: the word that authors of flows write
import type { StepKind, StepOf } from "./steps";

/** What editors and the documentation tell of a kind of step: one entry for each key. */
type Help = {
  [K in StepKind]: { does: string; keys: { [P in Exclude<keyof StepOf<K>, "do">]-?: string } };
};

const TEXT = "what the customer reads, one text or one a language; `${expression}` is filled in";
const MEDIA = "files: `url` (public https), `type` (MIME), `name`";
const CHANNELS = "channel: its own `text` or `media`";
const SAVE = "variable for the answer, `vars.NAME`";
const NEXT = "step that follows; none: the flow's end";
const WITH = "values handed over, by name";
const ERROR = "step that follows a failure; none: people take over";

export const STEP_HELP: Help = {
  ask: {
    does: "Says `text`, waits, and reads the answer as its `kind`",
    keys: {
      text: TEXT,
      media: MEDIA,
      channels: CHANNELS,
      retry: "said instead of `text` after a bad answer",
      kind: "`text`, `number`, `date`, `phone`, `email`, `choice`, `yesNo`, `attachment`; `choice` where there are choices, else `text`",
      choices: "what can be chosen: `label`, `value` (what is saved), `next`; at most 13",
      min: "smallest number, shortest text, earliest date (`2026-12-24`, `today`)",
      max: "largest number, longest text, latest date",
      country: "of phone numbers without one: `PT`",
      accept: "MIME types of attachments that count: `image/*`",
      valid: "expression that must be true of the answer, `input`",
      save: SAVE,
      maxTries: "bad answers after which it gives up (3)",
      next: NEXT,
      yes: "step after yes, of `yesNo`",
      no: "step after no, of `yesNo`",
      giveUp: "step after too many bad answers; none: it asks for ever",
    },
  },
  say: {
    does: "Says something and goes on",
    keys: {
      text: TEXT,
      media: MEDIA,
      channels: CHANNELS,
      replies: "quick replies; what is tapped is the customer's next message",
      next: NEXT,
    },
  },
  set: {
    does: "Sets variables",
    keys: {
      context: "variables of the conversation, which rules and agents see: text and numbers",
      vars: "variables of the flow",
      next: NEXT,
    },
  },
  if: {
    does: "Branches",
    keys: { if: "expression", then: "step when it is true", else: "step when it is not, or fails" },
  },
  switch: {
    does: "Goes where a value leads",
    keys: {
      value: "expression",
      cases: "value: step; case does not matter",
      else: "step for any other value",
    },
  },
  goto: { does: "Goes on at another step", keys: { next: "that step" } },
  flow: {
    does: "Runs another flow, which comes back here at its end",
    keys: {
      flow: "its id",
      with: "its `inputs`",
      save: "variable for what it returns: its `result`, else its variables",
      next: NEXT,
    },
  },
  return: { does: "Ends a flow that was called", keys: { result: "what the caller saves" } },
  dialog: {
    does: "Runs a coded dialog of a plugin",
    keys: {
      dialog: "its id",
      with: WITH,
      save: "variable for its result",
      next: NEXT,
    },
  },
  action: {
    does: "Runs an action of a plugin",
    keys: {
      action: "`<plugin>.<action>`",
      timeoutSeconds: "0.1 to 8 (5)",
      with: WITH,
      save: "variable for its result",
      next: NEXT,
      error: ERROR,
    },
  },
  http: {
    does: "Asks a service on an allowed host",
    keys: {
      method: "`GET` (default), `POST`, `PUT`, `PATCH`, `DELETE`",
      url: "https address; `${expression}` is encoded",
      query: "query parameters",
      headers: "headers",
      secretHeaders: "header: reference to a secret, which is its whole value",
      body: "sent as JSON",
      timeoutSeconds: "0.1 to 8 (3)",
      retries: "further tries after a fault, 0 to 3 (1)",
      save: "variable for `{ status, body }`",
      next: NEXT,
      error: "step after a failure or any answer but 2xx; none: people take over",
    },
  },
  hours: {
    does: "Branches by operating hours",
    keys: {
      hours: "their id; the page's, handle's or number's, else the work stream's, when left out",
      open: "step when it is open",
      closed: "step when it is not",
    },
  },
  knowledge: {
    does: "Says the best answer out of Markdown files",
    keys: {
      source: "folder below the knowledge folder; all of it when left out",
      question: "what to look for; what the customer said when left out",
      text: "around the answer, with `${answer}`",
      save: "variable for the answer",
      next: NEXT,
      none: "step when there is no good answer",
    },
  },
  ticket: {
    does: "Makes a ticket: work that outlives the conversation",
    keys: {
      subject: "what it is about",
      description: "more words",
      priority: "`low`, `normal`, `high`, `urgent`",
      activity: "what is to be done",
      group: "whose it is",
      fields: "further values, by name",
      save: "variable for its number, which is also `context.ticket`",
      next: NEXT,
    },
  },
  handoff: {
    does: "Hands over to people; saved answers become context variables",
    keys: {
      text: TEXT,
      queue: "instead of the one that the rules find",
      summary: "for the agent",
      skills: "added to those that the rules find: skill: rating 1 to 10",
    },
  },
  end: { does: "Ends the conversation", keys: { text: TEXT } },
};

/** Keys of a flow itself. */
export const FLOW_HELP: Readonly<Record<string, string>> = {
  id: "letters, digits, dot, dash, underscore",
  name: "for people",
  languages: "languages in which every text must then be there",
  inputs: "variables that flows which call it hand over",
  start: "step that it begins with",
  onReturn: "step that it begins with when people have given the customer back; `start` when left out",
  steps: "steps by name, each with a `do`",
};
