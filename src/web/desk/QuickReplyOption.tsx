import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { useEffect, useRef } from "react";
import type { QuickReplyView } from "../../desk/contract";
import { texts } from "./texts";

const useStyles = makeStyles({
  option: {
    padding: "6px 10px",
    borderRadius: tokens.borderRadiusMedium,
    border: "1px solid transparent",
    cursor: "pointer",
    overflowWrap: "anywhere",
    ":hover": { backgroundColor: tokens.colorNeutralBackground2Hover },
  },
  chosen: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    boxShadow: `inset 3px 0 0 ${tokens.colorBrandStroke1}`,
    // Forced colours take shadow and ground away.
    "@media (forced-colors: active)": { border: "3px solid Highlight" },
  },
  title: { fontWeight: tokens.fontWeightSemibold },
  tags: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  text: {
    color: tokens.colorNeutralForeground2,
    whiteSpace: "pre-line",
    display: "-webkit-box",
    WebkitLineClamp: "3",
    WebkitBoxOrient: "vertical",
    overflow: "hidden",
  },
});

interface Props {
  id: string;
  reply: QuickReplyView;
  chosen: boolean;
  onChoose: () => void;
}

/** One ready answer in the list; the keys stay in the search field. */
export function QuickReplyOption({ id, reply, chosen, onChoose }: Props) {
  const styles = useStyles();
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div
      ref={row}
      id={id}
      role="option"
      aria-selected={chosen}
      tabIndex={-1}
      className={mergeClasses(styles.option, chosen && styles.chosen)}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key === "Enter") onChoose();
      }}
    >
      <span className={styles.title}>{reply.title}</span>{" "}
      {reply.tags.length > 0 && <span className={styles.tags}>{texts.quickReplies.tags(reply.tags)}</span>}
      <div className={styles.text}>{reply.text}</div>
    </div>
  );
}
