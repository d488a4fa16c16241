import { Badge, Button, makeStyles, mergeClasses, Spinner, tokens } from "@fluentui/react-components";
import { Dismiss20Regular } from "@fluentui/react-icons/svg/dismiss";
import { SpeakerMute16Regular } from "@fluentui/react-icons/svg/speaker-mute";
import { type RefObject, useState } from "react";
import type { CustomerSummary } from "../../../desk/contactContract";
import { Fault } from "../Fault";
import { ConsentSection } from "./ConsentSection";
import { ContactSection } from "./ContactSection";
import { customerTexts as texts } from "./customerTexts";
import { HistorySection } from "./HistorySection";
import { ProfileSection } from "./ProfileSection";
import { TicketSection } from "./TicketSection";
import { UnknownSection } from "./UnknownSection";
import { useCustomer } from "./useCustomer";

const useStyles = makeStyles({
  panel: {
    height: "100%",
    minWidth: 0,
    display: "flex",
    flexDirection: "column",
    overflowY: "auto",
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  over: {
    position: "absolute",
    top: 0,
    right: 0,
    zIndex: 3,
    width: "min(360px, 100%)",
    boxShadow: tokens.shadow28,
    "@media (max-width: 560px)": { borderLeft: "none" },
  },
  top: {
    display: "flex",
    alignItems: "center",
    justifyContent: "space-between",
    padding: "12px 8px 8px 16px",
    flexShrink: 0,
  },
  heading: {
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
    borderRadius: tokens.borderRadiusSmall,
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "2px" },
  },
  optedOut: {
    display: "flex",
    flexDirection: "column",
    rowGap: "4px",
    padding: "0 16px 12px",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  fault: { padding: "0 16px 16px" },
});

interface Props {
  conversationId: string;
  /** It lies over the conversation instead of beside it. */
  over: boolean;
  headingRef: RefObject<HTMLHeadingElement | null>;
  onClose: () => void;
}

/** Who the customer is, what they wrote before, what came of it. */
export function CustomerPanel({ conversationId, over, headingRef, onClose }: Props) {
  const styles = useStyles();
  const { data: summary, error } = useCustomer(conversationId);
  const [said, setSaid] = useState("");
  return (
    <aside
      id="customer-panel"
      className={mergeClasses(styles.panel, over && styles.over)}
      aria-labelledby="customer-heading"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !over || event.isDefaultPrevented()) return;
        onClose();
      }}
    >
      <div className={styles.top}>
        <h3 id="customer-heading" className={styles.heading} ref={headingRef} tabIndex={-1}>
          {texts.heading}
        </h3>
        <Button
          appearance="subtle"
          icon={<Dismiss20Regular />}
          aria-label={texts.close}
          title={texts.close}
          onClick={onClose}
        />
      </div>
      {summary === undefined && error === null && <Spinner size="tiny" />}
      {error !== null && summary === undefined && (
        <div className={styles.fault}>
          <Fault title={texts.failed} error={error} />
        </div>
      )}
      {summary !== undefined && <Summary summary={summary} headingRef={headingRef} onSaid={setSaid} />}
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </aside>
  );
}

interface SummaryProps {
  summary: CustomerSummary;
  headingRef: RefObject<HTMLHeadingElement | null>;
  onSaid: (text: string) => void;
}

function Summary({ summary, headingRef, onSaid }: SummaryProps) {
  const styles = useStyles();
  /** What was pressed is gone: the focus stays in the panel. */
  const done = (text: string) => {
    onSaid(text);
    headingRef.current?.focus();
  };
  return (
    <>
      {summary.optedOut && (
        <div className={styles.optedOut}>
          <span>
            <Badge appearance="tint" color="warning" icon={<SpeakerMute16Regular />}>
              {texts.optedOut}
            </Badge>
          </span>
          {texts.optedOutHint}
        </div>
      )}
      {summary.contact === null ? (
        <UnknownSection summary={summary} onDone={done} />
      ) : (
        <ContactSection summary={summary} contact={summary.contact} onDone={done} />
      )}
      {summary.profiles.length > 0 && <ProfileSection profiles={summary.profiles} />}
      <HistorySection summary={summary} />
      {summary.consents.length > 0 && <ConsentSection consents={summary.consents} />}
      {summary.tickets.length > 0 && <TicketSection tickets={summary.tickets} />}
    </>
  );
}
