import { createContactFinder, withPresentContact } from "../core/conversationContact";
import { helperModeOf } from "../pipeline/helper/helperMode";
import { agentNotice } from "../routing/texts/notices";
import type { ConversationView } from "./contract";
import type { Masking } from "./masking";
import type { DeskPorts } from "./ports";
import { type ItemFacts, toConversationView } from "./present";

interface ViewPorts extends Pick<DeskPorts, "settings" | "channels" | "pipeline" | "contacts" | "clock"> {
  masking: Masking;
}

/** Conversations as agents see them. */
export function createConversationViews({
  settings,
  channels,
  pipeline,
  contacts,
  clock,
  masking,
}: ViewPorts) {
  /** A live one, with the contact that its row names. */
  const present = (item: ItemFacts): ConversationView =>
    toConversationView(item, {
      channel: channels.get(item.channel),
      values: settings.current().instances.get(item.instanceId)?.values,
      health: pipeline.health.of(item.instanceId),
      masking,
      helper: helperModeOf(settings.current(), item),
      recordingNotice: agentNotice(settings.current(), item),
      now: clock.now(),
    });

  return {
    present,
    /** Closed ones too: whose those were the book tells. Throws StoreError. */
    async presentAll(items: readonly ItemFacts[]): Promise<ConversationView[]> {
      const find = createContactFinder(contacts);
      return Promise.all(
        items.map(async (item) =>
          present(item.state === "closed" ? await withPresentContact(item, find) : item),
        ),
      );
    },
  };
}
