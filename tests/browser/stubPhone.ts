import type { PhoneMessage, PhoneSay, PhoneState } from "../../src/simulator/contract";

type Listener = (message: PhoneMessage) => void;

const telephone = (channel: string, title: string, instanceName: string) => ({
  channel,
  title,
  instanceName,
  instanceExternalId: instanceName,
  customers: [
    { id: `${channel}-1`, name: "Gilda Moore" },
    { id: `${channel}-2`, name: "Tomás Ito" },
  ],
});

/** The simulator in memory: what is said on a telephone is kept and shown, and nothing answers by itself. */
export class StubPhone {
  readonly state: PhoneState = {
    telephones: [
      telephone("facebook", "Messenger", "Contoso Shop"),
      telephone("twitter", "X", "@contoso"),
      telephone("whatsapp", "WhatsApp", "+1 415 523 8886"),
      telephone("sms", "SMS", "1 425 230 6549"),
    ],
    messages: [],
  };
  /** What the webhook answers to the customer's messages. */
  webhookStatus = 200;
  readonly #listeners = new Set<Listener>();

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Everything the customers did, in order. */
  readonly said: PhoneSay[] = [];

  say(channel: string, said: PhoneSay): PhoneMessage {
    this.said.push(said);
    const { customerId, text, media, location, choice, reaction } = said;
    return this.#add({
      channel,
      customerId,
      direction: "out",
      text: choice?.title ?? (reaction === undefined ? text : `Reacted with ${reaction.emoji}`),
      ...(media && {
        media: [
          {
            contentType: media.contentType,
            ...(media.name !== undefined && { name: media.name }),
            url: `data:${media.contentType};base64,${media.base64}`,
          },
        ],
      }),
      ...(location && { location }),
      webhookStatus: this.webhookStatus,
    });
  }

  arrive(
    channel: string,
    customerId: string,
    text: string,
    more: Pick<PhoneMessage, "media" | "choices"> = {},
  ): PhoneMessage {
    const id = `m${this.state.messages.length + 1}`;
    return this.#add({ channel, customerId, direction: "in", text, id, ...more });
  }

  #add(part: Omit<PhoneMessage, "n" | "at">): PhoneMessage {
    const message = { ...part, n: this.state.messages.length + 1, at: new Date().toISOString() };
    this.state.messages.push(message);
    for (const listener of this.#listeners) listener(message);
    return message;
  }
}
