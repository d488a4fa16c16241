import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../api";
import { DoorFault } from "../shared/DoorCard";
import { PasswordInput } from "../shared/PasswordInput";
import { signInTexts } from "../shared/signInTexts";

const texts = signInTexts.choose;

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", rowGap: "16px" },
});

interface Props {
  link: string;
  /** It makes the first admin, who has no name yet. */
  isFirst: boolean;
}

/** Chooses a password, and comes in. A password that is refused leaves the link as it is. */
export function SetUpForm({ link, isFirst }: Props) {
  const styles = useStyles();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const setUp = useMutation({
    mutationFn: api.setUp,
    onSuccess: () => location.replace("/desk"),
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (password !== "") setUp.mutate({ link, password, ...(name.trim() !== "" && { name: name.trim() }) });
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      {isFirst && (
        <Field label={texts.name} hint={texts.nameHint}>
          <Input
            size="large"
            autoComplete="username"
            value={name}
            onChange={(_, data) => setName(data.value)}
          />
        </Field>
      )}
      <PasswordInput
        label={signInTexts.password}
        hint={signInTexts.change.hint}
        kind="new-password"
        value={password}
        onChange={setPassword}
      />
      {setUp.error !== null && <DoorFault title={texts.failed} message={setUp.error.message} />}
      <Button appearance="primary" size="large" type="submit" disabledFocusable={setUp.isPending}>
        {texts.submit}
      </Button>
    </form>
  );
}
