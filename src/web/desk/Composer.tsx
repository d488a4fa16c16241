import { makeStyles, tokens } from "@fluentui/react-components";
import type { RefObject } from "react";
import type { ConversationView, MeView } from "../../desk/contract";
import { usePeople } from "./queries";
import { texts } from "./texts";
import { WritingArea } from "./WritingArea";
import { whyNotWriting } from "./writing";

const useStyles = makeStyles({
  notice: {
    padding: "14px 20px",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    marginTop: "8px",
    textAlign: "center",
    color: tokens.colorNeutralForeground2,
    flexShrink: 0,
  },
});

interface Props {
  view: ConversationView;
  me: MeView;
  /** The reply window is shut: only templates go out. */
  shut: boolean;
  inputRef: RefObject<HTMLTextAreaElement | null>;
}

/** Where the agent writes, or why they cannot. */
export function Composer({ view, me, shut, inputRef }: Props) {
  const styles = useStyles();
  const people = usePeople();
  const reason = whyNotWriting(view, me.id);
  if (reason === null) return <WritingArea view={view} shut={shut} inputRef={inputRef} />;
  const agent = view.agentId === null ? texts.authors.agent : (people.get(view.agentId) ?? view.agentId);
  return (
    <p className={styles.notice}>
      {reason === "other" ? texts.composer.notYours.other(agent) : texts.composer.notYours[reason]}
    </p>
  );
}
