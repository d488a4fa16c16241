import { makeStyles } from "@fluentui/react-components";
import { Bot16Regular } from "@fluentui/react-icons/svg/bot";
import { Chat16Filled } from "@fluentui/react-icons/svg/chat";
import { Checkmark16Regular } from "@fluentui/react-icons/svg/checkmark";
import { Clock16Regular } from "@fluentui/react-icons/svg/clock";
import { Edit16Regular } from "@fluentui/react-icons/svg/edit";
import { Hourglass16Regular } from "@fluentui/react-icons/svg/hourglass";
import { Timer16Regular } from "@fluentui/react-icons/svg/timer";
import type { ConversationView, MeView } from "../../desk/contract";
import { texts } from "./texts";

const useStyles = makeStyles({
  mark: { display: "inline-flex", alignItems: "center", columnGap: "4px", minWidth: 0 },
  icon: { flexShrink: 0 },
  words: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
});

interface Props {
  view: ConversationView;
  me: MeView;
  people: ReadonlyMap<string, string>;
}

/** A conversation's state by shape and words. */
export function StateMark({ view, me, people }: Props) {
  const styles = useStyles();
  const Icon = shapeOf(view);
  const queue = me.queues.find((one) => one.id === view.queueId)?.name ?? view.queueId ?? "";
  const agent = view.agentId === null ? "" : (people.get(view.agentId) ?? view.agentId);
  return (
    <span className={styles.mark}>
      <Icon className={styles.icon} aria-hidden="true" />
      <span className={styles.words}>{texts.state(view, me.id, { queue, agent })}</span>
    </span>
  );
}

function shapeOf(view: ConversationView): typeof Chat16Filled {
  if (view.state === "closed") return Checkmark16Regular;
  if (view.holder === "bot") return Bot16Regular;
  if (view.offeredTo !== null) return Timer16Regular;
  return { open: Clock16Regular, active: Chat16Filled, waiting: Hourglass16Regular, wrapUp: Edit16Regular }[
    view.state
  ];
}
