import { makeStyles, tokens } from "@fluentui/react-components";
import { ArrowReply16Regular } from "@fluentui/react-icons/svg/arrow-reply";
import type { KeyboardEvent } from "react";
import { texts } from "./texts";

const MARK = "data-reply";
/** Says once, for all of them, how the keys go. */
export const REPLY_KEYS_ID = "reply-keys";

const useStyles = makeStyles({
  button: {
    display: "inline-flex",
    alignItems: "center",
    columnGap: "4px",
    // A target of 24 px without a taller line.
    minHeight: "24px",
    margin: "-4px 0",
    padding: "0 6px",
    font: "inherit",
    color: tokens.colorNeutralForeground2,
    backgroundColor: "transparent",
    border: "none",
    borderRadius: tokens.borderRadiusMedium,
    cursor: "pointer",
    opacity: "var(--reply)",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
});

interface Props {
  author: string;
  /** The newest message's button is the one that Tab reaches. */
  last: boolean;
  onReply: () => void;
}

/** Answers one message. All of a log are one stop of the Tab key; arrows go from one to the next. */
export function ReplyButton({ author, last, onReply }: Props) {
  const styles = useStyles();
  return (
    <button
      type="button"
      {...{ [MARK]: "" }}
      className={styles.button}
      tabIndex={last ? 0 : -1}
      aria-label={texts.reply.actionOf(author)}
      aria-describedby={REPLY_KEYS_ID}
      onClick={onReply}
      onKeyDown={moveByArrow}
    >
      <ArrowReply16Regular aria-hidden="true" />
      {texts.reply.action}
    </button>
  );
}

function moveByArrow(event: KeyboardEvent<HTMLButtonElement>): void {
  const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
  if (step === 0) return;
  event.preventDefault();
  const all = [
    ...(event.currentTarget.closest("[role=log]")?.querySelectorAll<HTMLElement>(`[${MARK}]`) ?? []),
  ];
  all[all.indexOf(event.currentTarget) + step]?.focus();
}
