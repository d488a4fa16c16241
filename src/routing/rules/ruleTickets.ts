import type { RulesetSettings, RuleTicketSettings } from "../../core/distribution";
import { messageOf } from "../../core/errors";
import type { TicketWish } from "../../core/ticket";
import { compileTemplate, type FieldCatalogue, type Scope, type Template } from "../../expressions/compile";

/** A ticket that a rule wants made, once for each conversation. */
export interface RuleTicket {
  /** Its ruleset and name. */
  rule: string;
  wish: Omit<TicketWish, "number">;
}

/** Fills in what a rule's ticket says of a conversation. */
export type CompiledTicket = (scope: Scope) => RuleTicket;

const LONGEST_SUBJECT = 200;
const LONGEST_DESCRIPTION = 10_000;

/** The tickets of a ruleset, by the place of their rule. A text that no longer compiles stays as it is written. */
export function compileTickets(
  { name: ruleset, rules }: RulesetSettings,
  fields: FieldCatalogue,
): Map<number, CompiledTicket> {
  const tickets = new Map<number, CompiledTicket>();
  for (const [at, { name, set }] of rules.entries())
    if (set.ticket !== undefined) tickets.set(at, compileTicket(`${ruleset}/${name}`, set.ticket, fields));
  return tickets;
}

function compileTicket(rule: string, settings: RuleTicketSettings, fields: FieldCatalogue): CompiledTicket {
  const { subject, description, ...rest } = settings;
  const [title, more] = [templateOf(subject, fields), templateOf(description ?? "", fields)];
  return (scope) => {
    const filled = title.render(scope).replace(/\s+/g, " ").trim().slice(0, LONGEST_SUBJECT);
    const told = more.render(scope).trim().slice(0, LONGEST_DESCRIPTION);
    return {
      rule,
      wish: {
        subject: filled === "" ? rule : filled,
        ...(told === "" ? {} : { description: told }),
        ...withoutGaps(rest),
      },
    };
  };
}

function templateOf(text: string, fields: FieldCatalogue): Template {
  try {
    return compileTemplate(text, fields);
  } catch {
    return { references: [], render: () => text };
  }
}

/** Fields that the tickets' texts name. */
export function ticketReferences({ rules }: RulesetSettings, fields: FieldCatalogue): string[] {
  return rules.flatMap(({ set: { ticket } }) =>
    [ticket?.subject ?? "", ticket?.description ?? ""].flatMap((text) => templateOf(text, fields).references),
  );
}

/** Faults of the texts of a ruleset's tickets, for the check at save. */
export function checkTickets(
  { rules }: RulesetSettings,
  fields: FieldCatalogue,
): { path: (string | number)[]; message: string }[] {
  return rules.flatMap(({ set: { ticket } }, at) =>
    (["subject", "description"] as const).flatMap((key) => {
      try {
        compileTemplate(ticket?.[key] ?? "", fields);
        return [];
      } catch (error) {
        return [{ path: ["rules", at, "set", "ticket", key], message: messageOf(error) }];
      }
    }),
  );
}

type Filed = Omit<RuleTicketSettings, "subject" | "description">;

/** Without the keys that are undefined: zod leaves them in the type. */
function withoutGaps({ activity, group, priority }: Filed): Omit<RuleTicket["wish"], "subject"> {
  return {
    ...(activity === undefined ? {} : { activity }),
    ...(group === undefined ? {} : { group }),
    ...(priority === undefined ? {} : { priority }),
  };
}
