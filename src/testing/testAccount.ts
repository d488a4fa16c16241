import type { Account, Channel, Field } from "../core/channel";
import { toInstanceId } from "../core/settings";

/**
 * A made-up account with one page, handle or number of the channel, for fakes and the channel contract. Each field has its
 * default, else "test-" and its name; `over` replaces what must look otherwise.
 */
export function testAccount(channel: Channel, externalId: string, over: Partial<Account> = {}): Account {
  const { id, provider, providerTitle, accountFields, instance } = channel.definition;
  return {
    id: `test-${provider}`,
    provider,
    name: providerTitle,
    publicUrls: [],
    ...fill(accountFields),
    instances: [
      {
        id: toInstanceId(id, externalId),
        channel: id,
        accountId: `test-${provider}`,
        externalId,
        name: externalId,
        workstreamId: "test",
        ...fill(instance.fields),
      },
    ],
    ...over,
  };
}

function fill(fields: readonly Field[]): Pick<Account, "values" | "secrets"> {
  const texts = fields.filter(({ kind }) => kind === "text");
  const needed = texts.filter((field) => field.required || field.default !== undefined);
  const secrets = fields.filter(({ kind }) => kind !== "text");
  return {
    values: Object.fromEntries(needed.map((field) => [field.name, field.default ?? `test-${field.name}`])),
    secrets: Object.fromEntries(secrets.map(({ name }) => [name, [`test-${name}`]])),
  };
}
