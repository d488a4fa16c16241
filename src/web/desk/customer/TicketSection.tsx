import { makeStyles, tokens } from "@fluentui/react-components";
import type { CustomerSummary } from "../../../desk/contactContract";
import { customerTexts } from "./customerTexts";
import { Section } from "./Section";

const texts = customerTexts.tickets;

type Ticket = CustomerSummary["tickets"][number];

const useStyles = makeStyles({
  list: { display: "flex", flexDirection: "column", rowGap: "8px" },
  subject: { overflowWrap: "anywhere" },
  note: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

/** Work that outlives its conversation. */
export function TicketSection({ tickets }: { tickets: readonly Ticket[] }) {
  const styles = useStyles();
  return (
    <Section heading={texts.heading}>
      <ul className={styles.list}>
        {tickets.map((ticket) => (
          <li key={ticket.number}>
            <p className={styles.subject}>
              {ticket.number}: {ticket.subject}
            </p>
            <p className={styles.note}>{noteOf(ticket)}</p>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function noteOf({ state, priority }: Ticket): string {
  const parts = [texts.state[state], priority === "normal" ? null : texts.priority[priority]];
  return parts.filter((part) => part !== null).join(", ");
}
