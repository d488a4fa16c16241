import type { Config } from "../config/settings";
import { readConsent } from "../contacts/consent/consents";
import { changeTicket } from "../contacts/tickets/change";
import { readTicket } from "../contacts/tickets/keep";
import type { Tickets } from "../contacts/tickets/tickets";
import type { RecordReaders } from "../contacts/webhooks/payload";
import type { RecordWriters } from "../contacts/webhooks/pluginTarget";
import { createWebhooks, type Webhooks } from "../contacts/webhooks/webhooks";
import type { Clock } from "../core/clock";
import type { ContactBook } from "../core/contactBook";
import { fieldsOf } from "../core/contactSchema";
import { Conflict } from "../core/errors";
import type { Log } from "../core/log";
import type { RunningPlugins } from "../core/runningPlugins";
import type { SettingsReader } from "../core/settings";
import type { Store } from "../core/store";
import { createHostList } from "../dialogs/flows/requests";
import { createGuardedPost } from "../media/guardedPost";
import type { Secrets } from "../secrets/secrets";

export interface OpenWebhooksPorts {
  config: Pick<Config, "production" | "webhookHosts">;
  store: Store;
  settings: SettingsReader;
  secrets: Pick<Secrets, "resolve">;
  book: ContactBook;
  tickets: Tickets;
  plugins: Pick<RunningPlugins, "records">;
  clock: Clock;
  log: Log;
  serverId: string;
}

/** What tells webhooks and plugins of records; nothing is sent before it is started. */
export function openWebhooks(ports: OpenWebhooksPorts): Webhooks {
  const { config, secrets, plugins, clock } = ports;
  const hosts = createHostList(config.webhookHosts);
  return createWebhooks({
    ...ports,
    plugins: plugins.records,
    records: { ...readers(ports), ...writers(ports) },
    post: createGuardedPost({
      clock,
      // On one's own machine the other system is next door.
      allowsPrivate: ({ host }) => !config.production || hosts.has(host),
    }),
    resolveSecret: (reference) => secrets.resolve(reference),
  });
}

function readers({ store, book }: OpenWebhooksPorts): RecordReaders {
  return {
    readContact: async (contactId) => (await book.read(contactId))?.doc,
    readTicket: async (number) => (await readTicket(store, number))?.doc,
    readConsent: (threadId, id) =>
      id === "" ? Promise.resolve(undefined) : readConsent(store, threadId, id),
  };
}

function writers({ book, tickets }: OpenWebhooksPorts): RecordWriters {
  return {
    async keepExternalId(contactId, externalId, by) {
      const contact = await book.read(contactId);
      // What a merged one is called is no name of the contact that stands for it.
      if (contact === undefined || contact.doc.state === "merged") return;
      if (contact.doc.externalId === externalId) return;
      await book.replace(contactId, { ...fieldsOf(contact.doc), externalId }, { by, etag: contact.etag });
    },
    async keepExternal(number, external, by) {
      try {
        await changeTicket(tickets, number, { external }, { by });
      } catch (error) {
        // A closed ticket stays as it is.
        if (!(error instanceof Conflict && error.code === "WRONG_STATE")) throw error;
      }
    },
  };
}
