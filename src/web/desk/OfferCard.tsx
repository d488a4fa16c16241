import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { Timer16Regular } from "@fluentui/react-icons/svg/timer";
import type { OfferView } from "../../desk/contract";
import { ChannelMark } from "../shared/ChannelMark";
import { useNow } from "../shared/useNow";
import { customerName } from "./people";
import { texts } from "./texts";

const useStyles = makeStyles({
  card: {
    display: "flex",
    flexDirection: "column",
    rowGap: "8px",
    padding: "12px 14px",
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorBrandStroke2}`,
    borderLeft: `4px solid ${tokens.colorBrandStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow4,
  },
  top: { display: "flex", alignItems: "baseline", justifyContent: "space-between", columnGap: "8px" },
  name: {
    fontWeight: tokens.fontWeightSemibold,
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
  },
  left: {
    display: "inline-flex",
    alignItems: "center",
    columnGap: "4px",
    fontVariantNumeric: "tabular-nums",
    color: tokens.colorNeutralForeground2,
    whiteSpace: "nowrap",
  },
  facts: {
    display: "flex",
    flexWrap: "wrap",
    columnGap: "12px",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  title: { fontSize: tokens.fontSizeBase200, fontWeight: tokens.fontWeightSemibold },
  text: {
    display: "-webkit-box",
    WebkitLineClamp: "2",
    WebkitBoxOrient: "vertical",
    overflow: "hidden",
    overflowWrap: "anywhere",
  },
  actions: { display: "grid", gridTemplateColumns: "1fr 1fr", columnGap: "8px", marginTop: "4px" },
});

interface Props {
  offer: OfferView;
  queueName: string;
  personName: (id: string) => string;
  busy: boolean;
  onAnswer: (verdict: "accept" | "reject") => void;
}

export function OfferCard({ offer, queueName, personName, busy, onAnswer }: Props) {
  const styles = useStyles();
  const seconds = Math.max(0, Math.ceil((Date.parse(offer.expiresAt) - useNow(1000)) / 1000));
  const who = customerName(offer.customer);
  return (
    <li className={styles.card}>
      <div className={styles.top}>
        <h3 className={styles.name}>{who}</h3>
        <span className={styles.left} role="timer">
          <Timer16Regular aria-hidden="true" />
          {texts.offers.timeLeft(seconds)}
        </span>
      </div>
      {offer.title !== null && <span className={styles.title}>{offer.title}</span>}
      <div className={styles.facts}>
        <ChannelMark channel={offer.channel} />
        {offer.transferredBy === null ? (
          <span>{texts.offers.queue(queueName)}</span>
        ) : (
          <span>{texts.offers.from(personName(offer.transferredBy))}</span>
        )}
        {offer.fields.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </div>
      <p className={styles.text}>{offer.summary ?? offer.lastText}</p>
      <div className={styles.actions}>
        <Button
          appearance="primary"
          disabledFocusable={busy}
          aria-label={texts.offers.acceptOf(who)}
          onClick={() => onAnswer("accept")}
        >
          {texts.offers.accept}
        </Button>
        {offer.mayReject && (
          <Button
            disabledFocusable={busy}
            aria-label={texts.offers.rejectOf(who)}
            onClick={() => onAnswer("reject")}
          >
            {texts.offers.reject}
          </Button>
        )}
      </div>
    </li>
  );
}
