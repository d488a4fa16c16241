import {
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  Text,
  tokens,
} from "@fluentui/react-components";
import type { ReactNode } from "react";
import { Announcer } from "./Announcer";
import { Brand } from "./Brand";
import { signInTexts as texts } from "./signInTexts";

const useStyles = makeStyles({
  page: {
    minHeight: "100dvh",
    display: "grid",
    placeItems: "center",
    padding: "24px",
    backgroundColor: tokens.colorNeutralBackground3,
    "@media (max-width: 420px)": { padding: "12px" },
  },
  card: {
    width: "100%",
    maxWidth: "400px",
    display: "flex",
    flexDirection: "column",
    rowGap: "20px",
    padding: "32px",
    borderRadius: tokens.borderRadiusXLarge,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow16,
    border: `1px solid ${tokens.colorTransparentStroke}`,
    "@media (max-width: 420px)": { padding: "24px 20px" },
  },
  title: {
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    fontWeight: tokens.fontWeightSemibold,
  },
  intro: { color: tokens.colorNeutralForeground2, marginTop: "4px", display: "block" },
});

interface Props {
  title: string;
  intro?: string;
  children?: ReactNode;
}

/** What stands before every door: sign, title, and what one must do. */
export function DoorCard({ title, intro, children }: Props) {
  const styles = useStyles();
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Brand />
        <div>
          <h1 className={styles.title}>{title}</h1>
          {intro !== undefined && <Text className={styles.intro}>{intro}</Text>}
        </div>
        {children}
      </div>
    </main>
  );
}

/** Who is signed in could not be asked. */
export function UnreachableView({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <DoorCard title={texts.unreachable} intro={message}>
      <Button appearance="primary" onClick={onRetry}>
        {texts.retry}
      </Button>
    </DoorCard>
  );
}

/** Shown while the page asks who is signed in. */
export function LoadingView() {
  const styles = useStyles();
  return (
    <main className={styles.page}>
      <Spinner label={texts.loading} />
    </main>
  );
}

/** Why it did not work; said at once to who cannot see it. */
export function DoorFault({ title, message }: { title: string; message: string }) {
  return (
    <>
      <MessageBar intent="error" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{title}</MessageBarTitle> {message}
        </MessageBarBody>
      </MessageBar>
      <Announcer text={`${title} ${message}`} />
    </>
  );
}

/** Something to know before one begins. */
export function DoorNote({ title, message }: { title: string; message: string }) {
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle> {message}
      </MessageBarBody>
    </MessageBar>
  );
}
