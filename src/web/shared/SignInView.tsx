import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Spinner,
  Text,
  tokens,
} from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { api } from "../api";
import { Brand } from "./Brand";
import { signInTexts as texts } from "./signInTexts";

const useStyles = makeStyles({
  page: {
    minHeight: "100dvh",
    display: "grid",
    placeItems: "center",
    padding: "24px",
    backgroundColor: tokens.colorNeutralBackground3,
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
  },
  title: {
    fontSize: tokens.fontSizeBase600,
    lineHeight: tokens.lineHeightBase600,
    fontWeight: tokens.fontWeightSemibold,
  },
  intro: { color: tokens.colorNeutralForeground2, marginTop: "4px", display: "block" },
  form: { display: "flex", flexDirection: "column", rowGap: "16px" },
});

function Card({ children }: { children: ReactNode }) {
  const styles = useStyles();
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <Brand />
        {children}
      </div>
    </main>
  );
}

interface Props {
  /** "Sign in to the desk". */
  title: string;
  /** Why a sign-in link did not work. */
  fault: string | null;
  onSignedIn: () => void;
}

/** The way in by an access token. */
export function SignInView({ title, fault, onSignedIn }: Props) {
  const styles = useStyles();
  const [token, setToken] = useState("");
  const signIn = useMutation({ mutationFn: api.signIn, onSuccess: onSignedIn });

  const shown = signIn.error?.message ?? (signIn.isIdle ? fault : null);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (token.trim() !== "") signIn.mutate(token.trim());
  }

  return (
    <Card>
      <div>
        <h1 className={styles.title}>{title}</h1>
        <Text className={styles.intro}>{texts.intro}</Text>
      </div>
      <form className={styles.form} onSubmit={submit}>
        <Field label={texts.token} required>
          <Input
            type="password"
            size="large"
            autoComplete="current-password"
            value={token}
            onChange={(_, data) => setToken(data.value)}
          />
        </Field>
        {shown !== null && <Fault title={texts.failed} message={shown} />}
        <Button appearance="primary" size="large" type="submit" disabledFocusable={signIn.isPending}>
          {texts.submit}
        </Button>
      </form>
    </Card>
  );
}

/** Who is signed in could not be asked. */
export function UnreachableView({ message, onRetry }: { message: string; onRetry: () => void }) {
  return (
    <Card>
      <Fault title={texts.unreachable} message={message} />
      <Button appearance="primary" onClick={onRetry}>
        {texts.retry}
      </Button>
    </Card>
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

function Fault({ title, message }: { title: string; message: string }) {
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle> {message}
      </MessageBarBody>
    </MessageBar>
  );
}
