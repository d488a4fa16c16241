import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { PhoneMessage, PhoneSay, PhoneState } from "../../simulator/contract";
import { api } from "../api";
import { useEventSource } from "../shared/useEventSource";

const KEY = ["phone"];

/** The telephones and everything said on them, live. */
export function usePhone() {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: api.phone,
    staleTime: Number.POSITIVE_INFINITY,
  });

  const add = (message: PhoneMessage) =>
    client.setQueryData<PhoneState>(
      KEY,
      (state) => state && { ...state, messages: withMessage(state.messages, message) },
    );

  const live = useEventSource<PhoneMessage>({
    url: "/api/phone/events",
    onEvent: add,
    onFresh: () => void client.invalidateQueries({ queryKey: KEY }),
  });

  const say = async (channel: string, said: PhoneSay) => {
    add(await api.say(channel, said));
  };

  return { state: data, error, live, say };
}

/** The reply to a send and the event about it come in any order. */
function withMessage(messages: PhoneMessage[], message: PhoneMessage): PhoneMessage[] {
  const known = messages.find((other) => other.n === message.n);
  const rest = messages.filter((other) => other.n !== message.n);
  return [...rest, { ...known, ...message }].sort((a, b) => a.n - b.n);
}
