import { Button, makeStyles, Tooltip, tokens } from "@fluentui/react-components";
import { ArrowLeft20Regular } from "@fluentui/react-icons/svg/arrow-left";
import type { RefObject } from "react";
import type { ConversationView, MeView } from "../../desk/contract";
import type { ConversationAction } from "../api";
import { ChannelMark } from "../shared/ChannelMark";
import { ConsentLine } from "./ConsentLine";
import { CustomerFacts } from "./CustomerFacts";
import { CustomerToggle } from "./customer/CustomerToggle";
import { GiveBackButton } from "./GiveBackButton";
import { Initials } from "./Initials";
import { customerHandle, nameIn } from "./people";
import { usePeople } from "./queries";
import { StateMark } from "./StateMark";
import { texts } from "./texts";
import { mayGiveBack, possibleActions } from "./writing";

const useStyles = makeStyles({
  header: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "8px 12px",
    padding: "12px 20px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    flexShrink: 0,
    "@media (max-width: 560px)": { padding: "8px 12px" },
  },
  back: { "@media (min-width: 861px)": { display: "none" } },
  who: { flexGrow: 1, minWidth: "180px", flexBasis: "0" },
  name: {
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: "anywhere",
    borderRadius: tokens.borderRadiusSmall,
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "2px" },
  },
  facts: {
    display: "flex",
    flexWrap: "wrap",
    columnGap: "12px",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    color: tokens.colorNeutralForeground2,
  },
  actions: { display: "flex", columnGap: "8px", marginLeft: "auto" },
});

interface Props {
  view: ConversationView;
  me: MeView;
  headingRef: RefObject<HTMLHeadingElement | null>;
  busy: boolean;
  onAction: (action: ConversationAction, note?: string) => void;
  onLeave: () => void;
  /** The customer summary stands beside the conversation, or over it. */
  summaryOpen: boolean;
  onSummary: () => void;
}

export function PanelHeader(props: Props) {
  const { view, me, headingRef, busy, onAction, onLeave, summaryOpen, onSummary } = props;
  const styles = useStyles();
  const people = usePeople();
  const name = nameIn(view);
  const handle = customerHandle(view.customer);
  const actions = possibleActions(view, me.id);
  return (
    <header className={styles.header}>
      <Button
        className={styles.back}
        appearance="subtle"
        icon={<ArrowLeft20Regular />}
        aria-label={texts.panel.back}
        onClick={onLeave}
      />
      <Initials name={name} />
      <div className={styles.who}>
        <h2 id="conversation-heading" className={styles.name} ref={headingRef} tabIndex={-1}>
          {name}
        </h2>
        <div className={styles.facts}>
          <ChannelMark channel={view.channel} />
          {handle !== null && <span>{handle}</span>}
          <StateMark view={view} me={me} people={people} />
        </div>
      </div>
      <CustomerToggle open={summaryOpen} onToggle={onSummary} />
      {actions.length > 0 && (
        <div className={styles.actions}>
          {mayGiveBack(view, me.id) && (
            <GiveBackButton busy={busy} onGive={(note) => onAction("helper", note)} />
          )}
          {actions.toReversed().map((action) => (
            <Tooltip key={action} relationship="description" content={hintOf(action, view)}>
              <Button
                appearance={action === actions[0] ? "primary" : "secondary"}
                disabledFocusable={busy}
                onClick={() => onAction(action)}
              >
                {action === "pick" && view.holder === "bot"
                  ? texts.panel.takeOver
                  : texts.panel.actions[action]}
              </Button>
            </Tooltip>
          ))}
        </div>
      )}
      <ConsentLine view={view} />
      <CustomerFacts customer={view.customer} />
    </header>
  );
}

function hintOf(action: ConversationAction, view: ConversationView): string {
  if (action === "pick" && view.holder === "bot") return texts.panel.hints.takeOver;
  return action === "close" && view.state === "wrapUp" ? texts.panel.hints.finish : texts.panel.hints[action];
}
