import { Readable } from "node:stream";
import { fakes } from "../adapters/fakes";
import {
  contentTypeAt,
  type FakeFile,
  type FakePlatform,
  type FakeSent,
  post,
  type SignedWebhook,
} from "../adapters/shared/fakePlatform";
import type { Account, Instance } from "../core/channel";
import { type Clock, isoTime } from "../core/clock";
import { InputError, messageOf, NotFound } from "../core/errors";
import type { Log } from "../core/log";
import type { PluginChannel } from "../core/plugin";
import type { EventSink, Route } from "../core/route";
import type { PhoneMessage, PhoneSay, PhoneState, TelephoneView } from "./contract";
import { phoneSay, readSay } from "./say";

export interface SimulatorPorts {
  /** Accounts that talk to the simulator. */
  accounts: readonly Account[];
  channels: ReadonlyMap<string, PluginChannel>;
  publicUrl: string;
  clock: Clock;
  log: Log;
}

/** One simulated page, handle or number with the platform behind it. */
interface Telephone {
  view: TelephoneView;
  instance: Instance;
  fake: FakePlatform;
  /** Path of the account's webhook on our server. */
  webhookPath: string;
}

const KEPT = 1_000;
const KEPT_FILES = 100;

const PEOPLE: Record<string, { id: string; name: string }[]> = {
  facebook: [
    { id: "6001", name: "Gilda Moore" },
    { id: "6002", name: "Noah Park" },
  ],
  twitter: [
    { id: "7001", name: "Lena Ortiz" },
    { id: "7002", name: "Amir Haddad" },
  ],
  whatsapp: [
    { id: "+14155550123", name: "Priya Nair" },
    { id: "+447700900123", name: "Tom Baker" },
  ],
  sms: [
    { id: "+12065550147", name: "Sofia Rossi" },
    { id: "+12065550148", name: "Jack Lee" },
  ],
};

/**
 * Telephones on one's own machine: what is typed goes out as a signed webhook to the real route, and the server's real
 * client answers to the fake platform over HTTP. Development only.
 */
export async function startSimulator(ports: SimulatorPorts) {
  const telephones = new Map<string, Telephone>();
  const platforms: FakePlatform[] = [];
  const urls: Record<string, string> = {};
  const messages: PhoneMessage[] = [];
  const watchers = new Set<EventSink>();
  const files = new Map<string, { contentType: string; content: Buffer }>();
  let kept = 0;
  let n = 0;
  let serverUrl = "";

  for (const account of ports.accounts) await addAccount(account);

  async function addAccount(account: Account): Promise<void> {
    const webhookPath = `/webhooks/${account.provider}/${account.id}`;
    let listening: FakePlatform | undefined;
    for (const instance of account.instances) {
      const channel = ports.channels.get(instance.channel);
      const definition = channel?.definition;
      const create = fakes[instance.channel] ?? channel?.fake;
      if (create === undefined || definition === undefined || telephones.has(instance.channel)) continue;
      const fake = create({
        account,
        publicUrl: ports.publicUrl,
        get webhookUrl() {
          return serverUrl + webhookPath;
        },
        clock: ports.clock,
        autoReceipts: ["delivered", "read"],
      });
      // One platform answers for all channels of an account; the others only sign.
      if (listening === undefined) {
        listening = fake;
        await fake.listen();
        fake.onSent(inOrder(arrive));
        platforms.push(fake);
        urls[account.provider] = fake.url;
      }
      telephones.set(instance.channel, {
        view: toView(instance, definition.title),
        instance,
        fake,
        webhookPath,
      });
    }
  }

  async function arrive({ instanceId, customerId, text, media, choices, id }: FakeSent): Promise<void> {
    const phone = [...telephones.values()].find(({ instance }) => instance.externalId === instanceId);
    if (phone === undefined) return;
    const files = await Promise.all((media ?? []).map(lookAt));
    show({
      channel: phone.view.channel,
      customerId,
      direction: "in",
      text,
      id,
      ...filesOf(files),
      ...(choices === undefined || choices.length === 0 ? {} : { choices: [...choices] }),
    });
  }

  /** A telephone fetches what it shows, and learns there what it is. */
  async function lookAt(file: FakeFile): Promise<FakeFile> {
    if (file.content !== undefined || file.url === undefined) return file;
    const path = toOwnPath(file.url);
    const found = path.startsWith("/") ? await contentTypeAt(serverUrl + path) : undefined;
    return found === undefined ? file : { ...file, contentType: found };
  }

  /** Where the page may show files from: our own signed address, or what is kept here. */
  function filesOf(media: readonly FakeFile[] | undefined): Pick<PhoneMessage, "media"> {
    if (media === undefined || media.length === 0) return {};
    return {
      media: media.map(({ contentType, name, url, content }) => ({
        contentType,
        ...(name === undefined ? {} : { name }),
        url: content === undefined ? toOwnPath(url ?? "") : keepFile(contentType, content),
      })),
    };
  }

  /** A file of ours by its path alone, since the page may know this server by another name. */
  function toOwnPath(url: string): string {
    return url.startsWith(`${ports.publicUrl}/`) ? url.slice(ports.publicUrl.length) : url;
  }

  function keepFile(contentType: string, content: Buffer): string {
    const id = String(++kept);
    files.set(id, { contentType, content });
    const [oldest] = files.keys();
    if (files.size > KEPT_FILES && oldest !== undefined) files.delete(oldest);
    return `/api/phone/files/${id}`;
  }

  function show(message: Omit<PhoneMessage, "n" | "at">): PhoneMessage {
    n += 1;
    const shown: PhoneMessage = { n, at: isoTime(ports.clock.now()), ...message };
    messages.push(shown);
    if (messages.length > KEPT * 2) messages.splice(0, KEPT);
    for (const watcher of watchers)
      if (!watcher.send({ id: String(n), event: "message", data: shown })) watchers.delete(watcher);
    return shown;
  }

  async function say(channel: string, body: unknown): Promise<PhoneMessage> {
    const phone = telephones.get(channel);
    if (phone === undefined) throw new NotFound("NOT_FOUND", `There is no telephone for ${channel}.`);
    const said = readSay(body);
    const { customerId, text, media, location, choice, reaction } = said;
    const status = await postSigned(phone, toWebhook(phone, said));
    const content = media === undefined ? undefined : Buffer.from(media.base64, "base64");
    return show({
      channel,
      customerId,
      direction: "out",
      text: reaction === undefined ? (choice?.title ?? text) : `Reacted ${reaction.emoji}`,
      ...(media === undefined ? {} : filesOf([{ ...media, ...(content === undefined ? {} : { content }) }])),
      ...(location === undefined ? {} : { location }),
      webhookStatus: status,
    });
  }

  function toWebhook(phone: Telephone, said: PhoneSay): SignedWebhook {
    const { customerId, text, media, location, choice, reaction } = said;
    const instance = phone.instance.externalId;
    if (reaction !== undefined) {
      const { react } = phone.fake.webhook;
      if (react === undefined) throw new InputError("INPUT_INVALID", `${phone.view.title} has no reactions.`);
      return react({ customerId, instance, ...reaction });
    }
    const name = phone.view.customers.find((customer) => customer.id === customerId)?.name;
    return phone.fake.webhook.say({
      customerId,
      text,
      instance,
      ...(name === undefined ? {} : { name }),
      ...(location === undefined ? {} : { location }),
      ...(choice === undefined ? {} : { choice }),
      ...(media === undefined ? {} : { media: [{ ...media, content: Buffer.from(media.base64, "base64") }] }),
    });
  }

  function postSigned(phone: Telephone, signed: SignedWebhook): Promise<number> {
    return post(serverUrl + phone.webhookPath, signed).then(
      (reply) => reply.status,
      (error) => {
        ports.log.warn(
          { channel: phone.view.channel, error: messageOf(error) },
          "the webhook did not answer",
        );
        return 0;
      },
    );
  }

  return {
    /** Base URL of the simulated API, by provider. */
    urls,
    /** Where our own webhooks are reached from here: known once the server listens. */
    serve(url: string): void {
      serverUrl = url;
    },
    /** Ends the pages' streams, so that the server can close. */
    stopStreams(): void {
      for (const watcher of watchers) watcher.close();
    },
    async close(): Promise<void> {
      await Promise.all(platforms.map((platform) => platform.close()));
    },
    routes: (): Route[] => [
      {
        method: "GET",
        path: "/api/phone",
        access: "public",
        summary: "The telephones and what is on their screens (development only).",
        async handle() {
          const state: PhoneState = {
            telephones: [...telephones.values()].map(({ view }) => view),
            messages,
          };
          return { status: 200, body: state };
        },
      },
      {
        method: "POST",
        path: "/api/phone/:channel/messages",
        access: "public",
        summary: "Writes as a simulated customer (development only).",
        // A photo comes as text inside.
        limitBytes: 1024 * 1024,
        schema: { body: phoneSay },
        async handle(request) {
          return { status: 201, body: await say(request.params.channel ?? "", request.body) };
        },
      },
      {
        method: "GET",
        path: "/api/phone/files/:id",
        access: "public",
        file: true,
        summary: "A file on a telephone (development only).",
        async handle(request) {
          const file = files.get(request.params.id ?? "");
          if (file === undefined) throw new NotFound("NOT_FOUND", "This file is not kept any more.");
          const { contentType, content } = file;
          return {
            status: 200,
            file: { contentType, bytes: content.length, stream: Readable.from([content]) },
            headers: {
              "X-Content-Type-Options": "nosniff",
              "Content-Security-Policy": "default-src 'none'; sandbox",
            },
          };
        },
      },
      {
        method: "GET",
        path: "/api/phone/events",
        access: "public",
        summary: "What happens on the telephones, live (development only).",
        async handle(request) {
          const last = Number(request.headers["last-event-id"] ?? Number.NaN);
          return {
            status: 200,
            stream(sink) {
              if (Number.isFinite(last))
                for (const message of messages)
                  if (message.n > last) sink.send({ id: String(message.n), event: "message", data: message });
              watchers.add(sink);
              return () => void watchers.delete(sink);
            },
          };
        },
      },
    ],
  };
}

export type Simulator = Awaited<ReturnType<typeof startSimulator>>;

/** One after the other, so that what is sent later is not shown before. */
function inOrder(show: (sent: FakeSent) => Promise<void>): (sent: FakeSent) => void {
  let last: Promise<void> = Promise.resolve();
  return (sent) => {
    last = last.then(() => show(sent)).catch(() => {});
  };
}

function toView(instance: Instance, title: string): TelephoneView {
  return {
    channel: instance.channel,
    title,
    instanceName: instance.name,
    instanceExternalId: instance.externalId,
    customers: PEOPLE[instance.channel] ?? [{ id: "1", name: "Customer" }],
  };
}
