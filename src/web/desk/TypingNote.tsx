import { makeStyles, tokens } from "@fluentui/react-components";
import { Edit16Regular } from "@fluentui/react-icons/svg/edit";
import { useEffect, useRef } from "react";
import { useTranscript } from "./queries";
import { texts } from "./texts";
import { newestInbound } from "./transcript";
import { endTyping, useTyping } from "./typing";

const useStyles = makeStyles({
  note: { flexShrink: 0, minHeight: 0 },
  words: {
    display: "flex",
    alignItems: "center",
    columnGap: "6px",
    padding: "4px 20px 0",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
    "@media (max-width: 560px)": { padding: "4px 12px 0" },
  },
  icon: { flexShrink: 0 },
});

/** Says politely that the customer is typing, for as long as they are. */
export function TypingNote({ conversationId, customer }: { conversationId: string; customer: string }) {
  const styles = useStyles();
  const typing = useTyping(conversationId);
  const { data: messages } = useTranscript(conversationId);
  const newest = newestInbound(messages ?? [])?.id;
  const before = useRef(newest);
  useEffect(() => {
    if (before.current !== undefined && before.current !== newest) endTyping(conversationId);
    before.current = newest;
  }, [conversationId, newest]);
  return (
    // Always there, so that what changes in it is said.
    <div className={styles.note} role="status">
      {typing && (
        <p className={styles.words}>
          <Edit16Regular className={styles.icon} aria-hidden="true" />
          {texts.typing(customer)}
        </p>
      )}
    </div>
  );
}
