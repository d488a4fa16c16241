import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { TableCalculator20Regular } from "@fluentui/react-icons/svg/table-calculator";
import type { MeView } from "../../desk/contract";
import { AccountMenu } from "../shared/AccountMenu";
import { Brand } from "../shared/Brand";
import { isSupervisor } from "../shared/session";
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
});

export function Header({ me }: { me: MeView }) {
  const styles = useStyles();
  return (
    <header className={styles.header}>
      <h1 className={styles.heading}>
        <Brand compact />
      </h1>
      <div className={styles.who}>
        <LoadMeter used={me.presence.used} capacity={me.presence.capacity} />
        <PresenceSwitch presence={me.presence.presence} />
        {isSupervisor(me) && (
          <Button
            as="a"
            href="/counts"
            appearance="subtle"
            icon={<TableCalculator20Regular />}
            aria-label={texts.header.counts}
            title={texts.header.counts}
          />
        )}
        <AccountMenu name={me.name} />
      </div>
    </header>
  );
}
