import { Link, makeStyles, tokens } from "@fluentui/react-components";
import { useLocation } from "wouter";
import type { CustomerSummary, HistoryEntry } from "../../../desk/contactContract";
import { ChannelMark } from "../../shared/ChannelMark";
import { channelName } from "../../shared/channels";
import { momentText } from "../../shared/time";
import { usePeople } from "../queries";
import { customerTexts } from "./customerTexts";
import { Section } from "./Section";

const texts = customerTexts.history;

const useStyles = makeStyles({
  list: { display: "flex", flexDirection: "column", rowGap: "10px" },
  row: { minWidth: 0 },
  line: { display: "flex", flexWrap: "wrap", columnGap: "8px", alignItems: "center" },
  note: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  text: {
    fontSize: tokens.fontSizeBase200,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
});

/** The customer's last conversations on all channels; a readable one opens. */
export function HistorySection({ summary }: { summary: CustomerSummary }) {
  const styles = useStyles();
  const people = usePeople();
  const others = summary.conversations.filter(({ id }) => id !== summary.conversationId);
  return (
    <Section heading={texts.heading}>
      {others.length === 0 && <p className={styles.note}>{texts.none}</p>}
      <ul className={styles.list}>
        {others.map((entry) => (
          <Entry key={entry.id} entry={entry} people={people} />
        ))}
      </ul>
    </Section>
  );
}

function Entry({ entry, people }: { entry: HistoryEntry; people: ReadonlyMap<string, string> }) {
  const styles = useStyles();
  const [, navigate] = useLocation();
  const when = momentText(entry.openedAt);
  const address = `/desk/c/${encodeURIComponent(entry.id)}`;
  return (
    <li className={styles.row}>
      <div className={styles.line}>
        <ChannelMark channel={entry.channel} />
        {entry.readable ? (
          <Link
            href={address}
            aria-label={texts.open(channelName(entry.channel), when)}
            onClick={(event) => {
              // A new tab, when that is what was asked for.
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              navigate(address);
            }}
          >
            {when}
          </Link>
        ) : (
          <span>{when}</span>
        )}
      </div>
      <p className={styles.note}>{noteOf(entry, people)}</p>
      {entry.lastText !== "" && <p className={styles.text}>{entry.lastText}</p>}
    </li>
  );
}

function noteOf(entry: HistoryEntry, people: ReadonlyMap<string, string>): string {
  const { agentId, state, holder, readable } = entry;
  const parts = [
    texts.state(state, holder),
    agentId === null ? null : texts.with(people.get(agentId) ?? agentId),
    readable ? null : texts.notYours,
  ];
  return parts.filter((part) => part !== null).join(", ");
}
