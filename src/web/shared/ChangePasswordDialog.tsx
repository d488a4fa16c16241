import { Text } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api";
import { DoorFault } from "./DoorCard";
import { FormDialog } from "./FormDialog";
import { PasswordInput } from "./PasswordInput";
import { signInTexts } from "./signInTexts";

const texts = signInTexts.change;

interface Props {
  /** Whose it is, for password managers. */
  name: string;
  onDone: () => void;
  onClose: () => void;
}

/** One's own password in place of the present one. */
export function ChangePasswordDialog({ name, onDone, onClose }: Props) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useMutation({
    mutationFn: api.changePassword,
    onSuccess: () => {
      onDone();
      onClose();
    },
  });
  return (
    <FormDialog
      title={texts.title}
      width={440}
      gap={16}
      cancel={texts.cancel}
      submit={texts.submit}
      disabled={change.isPending || current === "" || next === ""}
      onSubmit={() => change.mutate({ current, next })}
      onClose={onClose}
    >
      <Text>{texts.body}</Text>
      <input hidden readOnly autoComplete="username" value={name} />
      <PasswordInput label={texts.current} kind="current-password" value={current} onChange={setCurrent} />
      <PasswordInput
        label={texts.next}
        hint={texts.hint}
        kind="new-password"
        value={next}
        onChange={setNext}
      />
      {change.error !== null && <DoorFault title={texts.failed} message={change.error.message} />}
    </FormDialog>
  );
}
