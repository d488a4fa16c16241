import { Field, makeStyles, Radio, RadioGroup, tokens } from "@fluentui/react-components";
import { useState } from "react";
import type { CustomerSummary } from "../../../desk/contactContract";
import { FormDialog } from "../../shared/FormDialog";
import { Fault } from "../Fault";
import { customerTexts } from "./customerTexts";
import { useUnlink } from "./useCustomer";

const texts = customerTexts.unlinkDialog;

const useStyles = makeStyles({
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
  const hasEarlier = summary.link?.hasEarlier === true;
  const [why, setWhy] = useState<"wrong" | "changed">("wrong");
  const unlink = useUnlink(summary.conversationId, () => {
    onClose();
    onDone(customerTexts.unlinked);
  });

  return (
    <FormDialog
      title={texts.title(name)}
      width={520}
      cancel={texts.cancel}
      submit={texts.unlink}
      disabled={unlink.isPending}
      onSubmit={() => unlink.mutate(why === "changed")}
      onClose={onClose}
    >
      {hasEarlier ? (
        <Field label={texts.question}>
          <RadioGroup
            value={why}
            onChange={(_, data) => setWhy(data.value === "changed" ? "changed" : "wrong")}
          >
            <Radio value="wrong" label={<Choice text={texts.wrong} hint={texts.wrongHint(name)} />} />
            <Radio value="changed" label={<Choice text={texts.changed} hint={texts.changedHint(name)} />} />
          </RadioGroup>
        </Field>
      ) : (
        <p>{texts.wrongHint(name)}</p>
      )}
      <Fault title={customerTexts.actionFailed} error={unlink.error} />
    </FormDialog>
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
