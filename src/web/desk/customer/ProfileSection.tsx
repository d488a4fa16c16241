import { makeStyles, tokens } from "@fluentui/react-components";
import type { CustomerSummary } from "../../../desk/contactContract";
import { ChannelMark } from "../../shared/ChannelMark";
import { customerTexts as texts } from "./customerTexts";
import { Section } from "./Section";

const useStyles = makeStyles({
  list: { display: "flex", flexDirection: "column", rowGap: "4px" },
  row: { display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: "8px", minWidth: 0 },
  name: { overflowWrap: "anywhere", minWidth: 0 },
  note: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

/** Where the contact writes from: channels by shape and name. */
export function ProfileSection({ profiles }: { profiles: CustomerSummary["profiles"] }) {
  const styles = useStyles();
  return (
    <Section heading={texts.profiles.heading}>
      <ul className={styles.list}>
        {profiles.map((profile) => (
          <li key={profile.threadId} className={styles.row}>
            <ChannelMark channel={profile.channel} />
            <span className={styles.name}>{nameOf(profile)}</span>
            {profile.current && <span className={styles.note}>{texts.profiles.here}</span>}
            {!profile.present && <span className={styles.note}>{texts.profiles.past}</span>}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function nameOf({ name, screenName, phone }: CustomerSummary["profiles"][number]): string {
  return [name, screenName === null ? null : `@${screenName.replace(/^@/, "")}`, phone]
    .filter((part, i, all) => part !== null && all.indexOf(part) === i)
    .join(", ");
}
