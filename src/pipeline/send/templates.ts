import type { MessageTemplate, TemplateUse } from "../../core/channel";
import { ChannelError, InputError, NotFound } from "../../core/errors";
import type { PipelinePorts } from "../ports";

/** Templates change when an admin edits them at the platform: so long a list is good, ms. */
const FRESH_MS = 5 * 60_000;
const SLOT = /\{\{\s*([\w.-]{1,64})\s*\}\}/g;

/** Messages that a platform approved beforehand: listed for agents, checked and filled before they go out. */
export function createTemplates(ports: Pick<PipelinePorts, "clients" | "accounts" | "clock" | "settings">) {
  const lists = new Map<string, { at: number; items: Promise<MessageTemplate[]> }>();

  async function load(instanceId: string): Promise<MessageTemplate[]> {
    const settings = ports.settings.current().instances.get(instanceId);
    const client = ports.clients.get(settings?.channel ?? "");
    if (settings === undefined || client?.templates === undefined) return [];
    const account = await ports.accounts.account(settings.account);
    const instance = account?.instances.find(({ id }) => id === instanceId);
    if (account === undefined || instance === undefined)
      throw new ChannelError("CHANNEL_AUTH", "The account cannot be used now; the health page says why.", {
        retryable: true,
      });
    return client.templates({ account, instance });
  }

  function of(instanceId: string): Promise<MessageTemplate[]> {
    const known = lists.get(instanceId);
    if (known !== undefined && ports.clock.now() - known.at < FRESH_MS) return known.items;
    const items = load(instanceId);
    lists.set(instanceId, { at: ports.clock.now(), items });
    // A failure is not kept: the next who asks tries again.
    items.catch(() => lists.delete(instanceId));
    return items;
  }

  return {
    /** Newest first as the platform has them; [] where the channel has none. Throws ChannelError. */
    of,
    /**
     * The text that the customer will read. Throws NotFound for an unknown template, InputError naming the variables
     * that are missing or the reason why it may not be sent.
     */
    async fill(instanceId: string, use: TemplateUse): Promise<string> {
      const template = (await of(instanceId)).find(({ id }) => id === use.id);
      if (template === undefined)
        throw new NotFound("NOT_FOUND", "There is no such template any more. Choose another one.");
      if (!template.approved) {
        const why = template.reason === undefined ? "" : ` (${template.reason})`;
        throw new InputError("INPUT_INVALID", `The template "${template.name}" is not approved${why}.`);
      }
      const missing = template.variables.filter(({ name }) => (use.variables[name] ?? "").trim() === "");
      if (missing.length > 0) {
        const names = missing.map(({ name }) => name).join(", ");
        throw new InputError("INPUT_INVALID", `Fill in what the template needs: ${names}.`);
      }
      return template.text.replace(SLOT, (slot, name: string) => use.variables[name] ?? slot);
    },
  };
}
