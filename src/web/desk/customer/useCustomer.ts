import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ContactView, CustomerSummary } from "../../../desk/contactContract";
import { api, type ContactBody, type LinkBody } from "../../api";
import { keys } from "../queries";

/** Letters from which a search finds few enough to choose from. */
const MIN_SEARCH = 2;
const FOUND_PAGE = 8;

/** Who is behind a conversation. */
export function useCustomer(conversationId: string) {
  return useQuery({
    queryKey: keys.customer(conversationId),
    queryFn: () => api.customer(conversationId),
  });
}

/** Contacts that fit the words; nothing before there are enough of them. */
export function useContactSearch(text: string) {
  const search = text.trim();
  return useQuery({
    queryKey: keys.contactSearch(search),
    queryFn: () => api.contacts(search, FOUND_PAGE),
    enabled: search.length >= MIN_SEARCH,
    // While the next search is on its way, what the last one found.
    placeholderData: (before) => (search.length >= MIN_SEARCH ? before : undefined),
  });
}

/** Says who the customer is; what the server answers is shown at once. */
export function useLink(conversationId: string, onDone?: (summary: CustomerSummary) => void) {
  const settle = useSettle(conversationId);
  return useMutation({
    mutationFn: (body: LinkBody) => api.linkContact(conversationId, body),
    onSuccess: (summary) => {
      settle(summary);
      onDone?.(summary);
    },
  });
}

export function useUnlink(conversationId: string, onDone: () => void) {
  const settle = useSettle(conversationId);
  return useMutation({
    mutationFn: (keepHistory: boolean) => api.unlinkContact(conversationId, keepHistory),
    onSuccess: (summary) => {
      settle(summary);
      onDone();
    },
  });
}

/** Saves a contact in the version that was read; somebody else's change in between refuses it. */
export function useSaveContact(conversationId: string, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ contact, body }: { contact: ContactView; body: ContactBody }) =>
      api.saveContact(contact.id, contact.etag, body),
    onSuccess: (contact) => {
      client.setQueryData<CustomerSummary>(keys.customer(conversationId), (summary) =>
        summary === undefined ? summary : { ...summary, contact },
      );
      onDone();
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.customers }),
  });
}

function useSettle(conversationId: string) {
  const client = useQueryClient();
  return (summary: CustomerSummary) => {
    client.setQueryData(keys.customer(conversationId), summary);
    void client.invalidateQueries({ queryKey: keys.conversation(conversationId) });
    void client.invalidateQueries({ queryKey: keys.lists });
  };
}
