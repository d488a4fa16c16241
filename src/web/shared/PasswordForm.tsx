import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../api";
import { DoorFault } from "./DoorCard";
import { PasswordInput } from "./PasswordInput";
import { signInTexts as texts } from "./signInTexts";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", rowGap: "16px" },
});

/** The way in by name and password. */
export function PasswordForm({ onSignedIn }: { onSignedIn: () => void }) {
  const styles = useStyles();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useMutation({ mutationFn: api.signIn, onSuccess: onSignedIn });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (name.trim() !== "" && password !== "") signIn.mutate({ name: name.trim(), password });
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label={texts.name} required>
        <Input
          size="large"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          value={name}
          onChange={(_, data) => setName(data.value)}
        />
      </Field>
      <PasswordInput label={texts.password} kind="current-password" value={password} onChange={setPassword} />
      {signIn.error !== null && <DoorFault title={texts.failed} message={signIn.error.message} />}
      <Button appearance="primary" size="large" type="submit" disabledFocusable={signIn.isPending}>
        {texts.submit}
      </Button>
    </form>
  );
}
