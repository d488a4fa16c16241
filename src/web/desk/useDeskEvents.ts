import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import type { DeskEvent } from "../../desk/contract";
import { useEventSource } from "../shared/useEventSource";
import { createBatch } from "./batch";
import { keys } from "./queries";
import { noteTyping } from "./typing";

/** A busy desk hears of many changes at once; one read answers them all. */
const BATCH_MS = 80;
const NAMES = ["desk"] as const;

/** Keeps everything on the screen true to the server; false while the connection is lost. */
export function useDeskEvents(): boolean {
  const client = useQueryClient();
  const batch = useMemo(() => createBatch(BATCH_MS, (changed) => readAgain(client, changed)), [client]);
  return useEventSource<DeskEvent>({
    url: "/api/desk/events",
    names: NAMES,
    onEvent: (event) => {
      if (event.type === "typing") noteTyping(event.conversationId);
      for (const key of changedKeys(event)) batch.add(JSON.stringify(key));
    },
    onFresh: () => batch.add("[]"),
  });
}

function changedKeys(event: DeskEvent): (readonly string[])[] {
  switch (event.type) {
    case "conversation":
      return [
        keys.lists,
        keys.conversation(event.conversationId),
        // Who the customer is may have become known.
        keys.customer(event.conversationId),
      ];
    case "message":
      return [keys.messages(event.conversationId), keys.lists, keys.conversation(event.conversationId)];
    case "offer":
      return [keys.offers, keys.lists];
    case "presence":
      return [keys.me];
    case "reset":
      return [[], ["reset"]];
    case "typing":
      return [];
    default:
      event satisfies never;
      return [];
  }
}

async function readAgain(client: QueryClient, changed: Set<string>): Promise<void> {
  // Transcripts are read by increments, so a gap in the events asks for whole ones.
  if (changed.delete('["reset"]')) await client.resetQueries({ queryKey: keys.transcripts });
  const all = changed.has("[]");
  const queryKeys = all ? [[]] : [...changed].map((key) => JSON.parse(key) as string[]);
  await Promise.all(queryKeys.map((queryKey) => client.invalidateQueries({ queryKey })));
}
