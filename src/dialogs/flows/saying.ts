import type { Activity } from "botbuilder-core";
import type { Scope } from "../../expressions/compile";
import type { CompiledSaying } from "./compile";
import type { CompiledText } from "./texts";

/** A choice as it is offered. */
export interface Offered {
  title: string;
  value: string;
}

/** The message that a saying makes on one channel; `instead` replaces its text, as after a bad answer. */
export function toMessage(
  saying: CompiledSaying,
  scope: Scope,
  where: { channel: string; language: string },
  more: { offers?: readonly Offered[]; instead?: CompiledText | undefined } = {},
): Partial<Activity> {
  const own = saying.channels.get(where.channel);
  const text = more.instead ?? own?.text ?? saying.text;
  const media = own !== undefined && own.media.length > 0 ? own.media : saying.media;
  const offers = more.offers ?? [];
  return {
    type: "message",
    text: text?.render(scope, where.language) ?? "",
    ...(media.length === 0 || more.instead !== undefined
      ? {}
      : {
          attachments: media.map(({ url, type, name }) => ({
            contentType: type,
            contentUrl: url.render(scope),
            ...(name === undefined ? {} : { name }),
          })),
        }),
    ...(offers.length === 0
      ? {}
      : {
          suggestedActions: {
            to: [],
            actions: offers.map(({ title, value }) => ({ type: "imBack", title, value })),
          },
        }),
  } as Partial<Activity>;
}
