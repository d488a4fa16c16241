import {
  Link,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  tokens,
} from "@fluentui/react-components";
import { Brand } from "../shared/Brand";
import { Telephone } from "./Telephone";
import { texts } from "./texts";
import { usePhone } from "./usePhone";

const useStyles = makeStyles({
  page: {
    minHeight: "100dvh",
    display: "flex",
    flexDirection: "column",
    backgroundColor: tokens.colorNeutralBackground3,
  },
  header: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "4px 20px",
    padding: "12px 24px",
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 560px)": { padding: "12px 16px" },
  },
  title: {
    fontSize: tokens.fontSizeBase400,
    fontWeight: tokens.fontWeightSemibold,
    lineHeight: tokens.lineHeightBase400,
  },
  intro: { color: tokens.colorNeutralForeground2 },
  main: {
    flexGrow: 1,
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(100%, 270px), 1fr))",
    justifyContent: "center",
    alignContent: "start",
    gap: "24px",
    width: "100%",
    maxWidth: "1480px",
    margin: "0 auto",
    padding: "24px",
    "@media (max-width: 560px)": { padding: "16px" },
  },
  wide: { gridColumn: "1 / -1" },
});

/** Four telephones of simulated customers. */
export function PhonePage() {
  const styles = useStyles();
  const { state, error, live, say } = usePhone();
  return (
    <div className={styles.page}>
      <header className={styles.header}>
        <Brand />
        <h1 className={styles.title}>{texts.title}</h1>
        <p className={styles.intro}>
          {texts.intro}
          <Link href="/desk" target="_blank" inline>
            {texts.desk}
          </Link>
          .
        </p>
      </header>
      <main className={styles.main}>
        {!live && <Notice intent="warning" title={texts.lost} body={texts.lostBody} />}
        {error && <Notice intent="error" title={texts.failed} body={error.message} />}
        {!state && !error && <Spinner className={styles.wide} label={texts.loading} />}
        {state?.telephones.map((telephone) => (
          <Telephone
            key={telephone.channel}
            telephone={telephone}
            messages={state.messages.filter((message) => message.channel === telephone.channel)}
            onSay={(said) => say(telephone.channel, said)}
          />
        ))}
      </main>
    </div>
  );
}

function Notice({ intent, title, body }: { intent: "warning" | "error"; title: string; body: string }) {
  const styles = useStyles();
  return (
    <MessageBar intent={intent} layout="multiline" className={styles.wide}>
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle> {body}
      </MessageBarBody>
    </MessageBar>
  );
}
