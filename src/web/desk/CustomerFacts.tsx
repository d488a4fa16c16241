import { makeStyles, tokens } from "@fluentui/react-components";
import type { ConversationView } from "../../desk/contract";
import { useMediaQuery } from "../shared/useMediaQuery";
import { useNow } from "../shared/useNow";
import { customerName, languageName, localTime, zoneName } from "./people";
import { texts } from "./texts";

const counts = new Intl.NumberFormat("en");

const useStyles = makeStyles({
  facts: {
    display: "flex",
    flexWrap: "wrap",
    gap: "0 16px",
    margin: 0,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    color: tokens.colorNeutralForeground2,
    // Below the name, the whole width of the header.
    flexBasis: "100%",
  },
  more: { flexBasis: "100%" },
  summary: {
    width: "fit-content",
    minHeight: "24px",
    cursor: "pointer",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  fact: { display: "flex", columnGap: "4px", minWidth: 0 },
  name: { "::after": { content: '":"' } },
  value: { margin: 0, color: tokens.colorNeutralForeground1, overflowWrap: "anywhere" },
});

/** What the channel tells about a customer; nothing where it tells nothing. */
export function CustomerFacts({ customer }: { customer: ConversationView["customer"] }) {
  const styles = useStyles();
  const now = useNow(15_000);
  const narrow = useMediaQuery("(max-width: 560px)");
  const facts = toFacts(customer, now);
  if (facts.length === 0) return null;
  const list = (
    <dl className={styles.facts} aria-label={texts.facts.label}>
      {facts.map(([name, value]) => (
        <div key={name} className={styles.fact}>
          <dt className={styles.name}>{name}</dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
    </dl>
  );
  if (!narrow) return list;
  // There the room is the transcript's.
  return (
    <details className={styles.more}>
      <summary className={styles.summary}>{texts.facts.label}</summary>
      {list}
    </details>
  );
}

function toFacts(customer: ConversationView["customer"], now: number): [string, string][] {
  const { phone, locale, timezone, followers, friends } = customer;
  const facts: [string, string | null][] = [
    [texts.facts.phone, phone === customerName(customer) ? null : phone],
    [texts.facts.locale, locale === null ? null : languageName(locale)],
    [
      texts.facts.localTime,
      timezone === null ? null : texts.facts.time(localTime(timezone, now), zoneName(timezone)),
    ],
    [texts.facts.followers, followers === null ? null : counts.format(followers)],
    [texts.facts.friends, friends === null ? null : counts.format(friends)],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}
