import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Field,
  makeStyles,
  Textarea,
  Tooltip,
} from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { texts } from "./texts";

const useStyles = makeStyles({
  content: { display: "flex", flexDirection: "column", rowGap: "16px" },
});

interface Props {
  busy: boolean;
  onGive: (note: string | undefined) => void;
}

/** Asks for a note, then gives the conversation back to the helper. */
export function GiveBackButton({ busy, onGive }: Props) {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState("");

  function submit(event: FormEvent) {
    event.preventDefault();
    setOpen(false);
    onGive(note.trim() === "" ? undefined : note.trim());
  }

  return (
    <Dialog open={open} onOpenChange={(_event, data) => setOpen(data.open)}>
      <Tooltip relationship="description" content={texts.panel.hints.helper}>
        <Button disabledFocusable={busy} onClick={() => setOpen(true)}>
          {texts.panel.actions.helper}
        </Button>
      </Tooltip>
      <DialogSurface>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{texts.giveBack.title}</DialogTitle>
            <DialogContent className={styles.content}>
              <p>{texts.giveBack.intro}</p>
              <Field label={texts.giveBack.note}>
                <Textarea value={note} maxLength={2000} onChange={(_event, data) => setNote(data.value)} />
              </Field>
            </DialogContent>
            <DialogActions>
              <DialogTrigger disableButtonEnhancement>
                <Button>{texts.giveBack.cancel}</Button>
              </DialogTrigger>
              <Button appearance="primary" type="submit">
                {texts.giveBack.send}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
