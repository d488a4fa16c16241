import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  makeStyles,
  Radio,
  RadioGroup,
  tokens,
} from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import type { CustomerSummary } from "../../../desk/contactContract";
import { customerTexts } from "./customerTexts";
import { Fault } from "./Fault";
import { useUnlink } from "./useCustomer";

const texts = customerTexts.unlinkDialog;

const useStyles = makeStyles({
  surface: { maxWidth: "min(520px, 94vw)" },
  content: { display: "flex", flexDirection: "column", rowGap: "12px" },
  hint: { display: "block", fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

interface Props {
  summary: CustomerSummary;
  name: string;
  onClose: () => void;
  onDone: (said: string) => void;
}

/** Why the customer is not the contact decides whose the earlier conversations are. */
export function UnlinkDialog({ summary, name, onClose, onDone }: Props) {
  const styles = useStyles();
  const hasEarlier = summary.link?.hasEarlier === true;
  const [why, setWhy] = useState<"wrong" | "changed">("wrong");
  const unlink = useUnlink(summary.conversationId, () => {
    onClose();
    onDone(customerTexts.unlinked);
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!unlink.isPending) unlink.mutate(why === "changed");
  }

  return (
    <Dialog open onOpenChange={onClose}>
      <DialogSurface className={styles.surface}>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{texts.title(name)}</DialogTitle>
            <DialogContent className={styles.content}>
              {hasEarlier ? (
                <Field label={texts.question}>
                  <RadioGroup
                    value={why}
                    onChange={(_, data) => setWhy(data.value === "changed" ? "changed" : "wrong")}
                  >
                    <Radio value="wrong" label={<Choice text={texts.wrong} hint={texts.wrongHint(name)} />} />
                    <Radio
                      value="changed"
                      label={<Choice text={texts.changed} hint={texts.changedHint(name)} />}
                    />
                  </RadioGroup>
                </Field>
              ) : (
                <p>{texts.wrongHint(name)}</p>
              )}
              <Fault title={customerTexts.actionFailed} error={unlink.error} />
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{texts.cancel}</Button>
              <Button appearance="primary" type="submit" disabledFocusable={unlink.isPending}>
                {texts.unlink}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

function Choice({ text, hint }: { text: string; hint: string }) {
  const styles = useStyles();
  return (
    <>
      {text}
      <span className={styles.hint}>{hint}</span>
    </>
  );
}
