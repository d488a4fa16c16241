import {
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  tokens,
} from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { MeView, OfferView } from "../../desk/contract";
import { api } from "../api";
import { Announcer } from "../shared/Announcer";
import { channelName } from "../shared/channels";
import { serverNow } from "../shared/serverClock";
import { focusLists } from "./focusLists";
import { OfferCard } from "./OfferCard";
import { customerName } from "./people";
import { keys, useOffers, usePeople } from "./queries";
import { texts } from "./texts";

const useStyles = makeStyles({
  section: { display: "flex", flexDirection: "column", rowGap: "8px", padding: "16px 16px 4px" },
  heading: { fontWeight: tokens.fontWeightSemibold, fontSize: tokens.fontSizeBase300 },
  list: { display: "flex", flexDirection: "column", rowGap: "8px" },
});

interface Props {
  me: MeView;
  className: string;
  onAccepted: (conversationId: string) => void;
}

/** Conversations offered to this agent, to be answered before their time runs out. */
export function Offers({ me, className, onAccepted }: Props) {
  const styles = useStyles();
  const client = useQueryClient();
  const { data: offers = [] } = useOffers();
  const people = usePeople();
  const personName = (id: string): string => people.get(id) ?? id;
  const announcement = useAnnouncement(offers, me);
  const answer = useMutation({
    mutationFn: ({ offer, verdict }: { offer: OfferView; verdict: "accept" | "reject" }) =>
      api.answerOffer(offer.id, verdict),
    onSuccess: (_, { offer, verdict }) => {
      if (verdict === "accept") onAccepted(offer.conversationId);
      else focusLists();
    },
    onSettled: (_, __, { offer }) =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.offers }),
        client.invalidateQueries({ queryKey: keys.lists }),
        client.invalidateQueries({ queryKey: keys.conversation(offer.conversationId) }),
        client.invalidateQueries({ queryKey: keys.me }),
      ]),
  });

  return (
    <>
      <Announcer text={announcement} />
      {(offers.length > 0 || answer.error) && (
        <section className={mergeClasses(styles.section, className)} aria-labelledby="offers-heading">
          <h2 id="offers-heading" className={styles.heading}>
            {texts.offers.heading}
          </h2>
          {answer.error && (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>
                <MessageBarTitle>{texts.offers.failed}</MessageBarTitle> {answer.error.message}
              </MessageBarBody>
            </MessageBar>
          )}
          <ul className={styles.list}>
            {offers.map((offer) => (
              <OfferCard
                key={offer.id}
                offer={offer}
                queueName={queueName(me, offer.queueId)}
                personName={personName}
                busy={answer.isPending}
                onAnswer={(verdict) => answer.mutate({ offer, verdict })}
              />
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

/** Each offer is said once, when it appears; the page's title counts them for other tabs. */
function useAnnouncement(offers: OfferView[], me: MeView): string {
  const said = useRef(new Set<string>());
  const [text, setText] = useState("");
  useEffect(() => {
    document.title = offers.length > 0 ? `(${offers.length}) Switchboard desk` : "Switchboard desk";
    const fresh = offers.filter((offer) => !said.current.has(offer.id));
    if (fresh.length === 0) return;
    for (const offer of fresh) said.current.add(offer.id);
    setText(fresh.map((offer) => announcementOf(offer, me)).join(" "));
  }, [offers, me]);
  return text;
}

function announcementOf(offer: OfferView, me: MeView): string {
  const seconds = Math.max(0, Math.ceil((Date.parse(offer.expiresAt) - serverNow()) / 1000));
  return texts.offers.announce(
    customerName(offer.customer),
    channelName(offer.channel),
    queueName(me, offer.queueId),
    seconds,
  );
}

function queueName(me: MeView, queueId: string): string {
  return me.queues.find((queue) => queue.id === queueId)?.name ?? queueId;
}
