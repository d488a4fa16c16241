import { Button, makeStyles } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../api";
import { DoorFault } from "./DoorCard";
import { PasswordInput } from "./PasswordInput";
import { signInTexts as texts } from "./signInTexts";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", rowGap: "16px" },
});

/** The way in by an agent's access token. */
export function TokenForm({ onSignedIn }: { onSignedIn: () => void }) {
  const styles = useStyles();
  const [token, setToken] = useState("");
  const signIn = useMutation({ mutationFn: api.signIn, onSuccess: onSignedIn });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (token.trim() !== "") signIn.mutate({ token: token.trim() });
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <PasswordInput
        label={texts.token}
        hint={texts.tokenHint}
        kind="current-password"
        value={token}
        onChange={setToken}
      />
      {signIn.error !== null && <DoorFault title={texts.failed} message={signIn.error.message} />}
      <Button appearance="primary" size="large" type="submit" disabledFocusable={signIn.isPending}>
        {texts.submit}
      </Button>
    </form>
  );
}
