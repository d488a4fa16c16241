import { Link, makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";
import type { MeView } from "../../desk/contract";
import { AccountMenu } from "../shared/AccountMenu";
import { Brand } from "../shared/Brand";
import { texts } from "./texts";

const NARROW = "@media (max-width: 560px)";

const useStyles = makeStyles({
  page: { minHeight: "100dvh", backgroundColor: tokens.colorNeutralBackground2 },
  header: {
    display: "flex",
    alignItems: "center",
    columnGap: "16px",
    minHeight: "56px",
    padding: "8px 24px",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    [NARROW]: { columnGap: "8px", padding: "8px 16px" },
  },
  title: {
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
  who: { marginLeft: "auto", display: "flex", alignItems: "center", columnGap: "16px", minWidth: 0 },
  main: {
    display: "flex",
    flexDirection: "column",
    rowGap: "24px",
    maxWidth: "1480px",
    margin: "0 auto",
    padding: "24px",
    [NARROW]: { padding: "16px" },
  },
});

/** Header and room of the page. */
export function CountsFrame({ me, children }: { me: MeView; children: ReactNode }) {
  const styles = useStyles();
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Brand compact />
        <h1 className={styles.title}>{texts.title}</h1>
        <div className={styles.who}>
          <Link href="/desk">{texts.desk}</Link>
          <AccountMenu name={me.name} />
        </div>
      </header>
      <main className={styles.main}>{children}</main>
    </div>
  );
}
