import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { SignOut20Regular } from "@fluentui/react-icons/svg/sign-out";
import type { MeView } from "../../desk/contract";
import { api } from "../api";
import { Brand } from "../shared/Brand";
import { LoadMeter } from "./LoadMeter";
import { PresenceSwitch } from "./PresenceSwitch";
import { texts } from "./texts";

const useStyles = makeStyles({
  header: {
    gridRow: "1",
    display: "flex",
    alignItems: "center",
    columnGap: "16px",
    minHeight: "56px",
    padding: "8px 16px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    "@media (max-width: 560px)": { columnGap: "8px", padding: "8px 12px" },
  },
  heading: { display: "flex" },
  who: { marginLeft: "auto", display: "flex", alignItems: "center", columnGap: "12px", minWidth: 0 },
  name: {
    fontWeight: tokens.fontWeightSemibold,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
  },
});

export function Header({ me }: { me: MeView }) {
  const styles = useStyles();

  async function signOut() {
    // Loading the page anew forgets everything that was on the screen.
    await api.signOut().catch(() => undefined);
    location.assign("/desk");
  }

  return (
    <header className={styles.header}>
      <h1 className={styles.heading}>
        <Brand compact />
      </h1>
      <div className={styles.who}>
        <LoadMeter used={me.presence.used} capacity={me.presence.capacity} />
        <span className={styles.name}>{me.name}</span>
        <PresenceSwitch presence={me.presence.presence} />
        <Button
          appearance="subtle"
          icon={<SignOut20Regular />}
          aria-label={texts.header.signOut}
          title={texts.header.signOut}
          onClick={() => void signOut()}
        />
      </div>
    </header>
  );
}
