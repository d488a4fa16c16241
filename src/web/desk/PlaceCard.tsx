import { Link, makeStyles, tokens } from "@fluentui/react-components";
import { Location20Regular } from "@fluentui/react-icons/svg/location";
import type { MessageView } from "../../desk/contract";
import { texts } from "./texts";

const useStyles = makeStyles({
  card: {
    display: "flex",
    columnGap: "10px",
    maxWidth: "min(420px, 92%)",
    margin: "2px 0",
    padding: "10px 14px",
    borderRadius: "12px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflowWrap: "anywhere",
  },
  icon: { flexShrink: 0, color: tokens.colorBrandForeground1 },
  words: { display: "flex", flexDirection: "column", rowGap: "2px", minWidth: 0 },
  name: { fontWeight: tokens.fontWeightSemibold },
  numbers: { color: tokens.colorNeutralForeground2, fontVariantNumeric: "tabular-nums" },
});

/** A place that somebody sent, with the way to a map elsewhere. */
export function PlaceCard({ place }: { place: NonNullable<MessageView["place"]> }) {
  const styles = useStyles();
  const { latitude, longitude, name } = place;
  const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return (
    <div className={styles.card}>
      <Location20Regular className={styles.icon} aria-hidden="true" />
      <div className={styles.words}>
        <span className={styles.name}>{name ?? texts.place.nameless}</span>
        <span className={styles.numbers}>
          {latitude.toFixed(5)}, {longitude.toFixed(5)}
        </span>
        <Link href={map} target="_blank" rel="noopener noreferrer">
          {texts.place.map} <span className="visually-hidden">{texts.place.newTab}</span>
        </Link>
      </div>
    </div>
  );
}
