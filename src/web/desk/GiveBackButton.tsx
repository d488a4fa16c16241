import { Button, Field, Textarea, Tooltip, useRestoreFocusTarget } from "@fluentui/react-components";
import { useState } from "react";
import { FormDialog } from "../shared/FormDialog";
import { texts } from "./texts";

interface Props {
  busy: boolean;
  onGive: (note: string | undefined) => void;
}

/** Asks for a note, then gives the conversation back to the helper. */
export function GiveBackButton({ busy, onGive }: Props) {
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");
  const restoreFocus = useRestoreFocusTarget();

  function give() {
    setOpen(false);
    onGive(note.trim() === "" ? undefined : note.trim());
  }

  return (
    <>
      <Tooltip relationship="description" content={texts.panel.hints.helper}>
        <Button
          disabledFocusable={busy}
          aria-haspopup="dialog"
          onClick={() => setOpen(true)}
          {...restoreFocus}
        >
          {texts.panel.actions.helper}
        </Button>
      </Tooltip>
      {open && (
        <FormDialog
          title={texts.giveBack.title}
          gap={16}
          cancel={texts.giveBack.cancel}
          submit={texts.giveBack.send}
          onSubmit={give}
          onClose={() => setOpen(false)}
        >
          <p>{texts.giveBack.intro}</p>
          <Field label={texts.giveBack.note}>
            <Textarea value={note} maxLength={2000} onChange={(_event, data) => setNote(data.value)} />
          </Field>
        </FormDialog>
      )}
    </>
  );
}
