import {
  Button,
  Input,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { Send20Filled } from "@fluentui/react-icons/svg/send";
import { type FormEvent, useState } from "react";
import { texts } from "./texts";

const useStyles = makeStyles({
  composer: {
    display: "flex",
    flexDirection: "column",
    rowGap: "8px",
    padding: "10px 12px 14px",
    flexShrink: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  row: { display: "flex", alignItems: "center", columnGap: "8px" },
  input: {
    flexGrow: 1,
    minWidth: 0,
    borderRadius: tokens.borderRadiusCircular,
    // The usual focus line is straight and would stick out of the round ends.
    "::after": { display: "none" },
    ":focus-within": { outline: `2px solid ${tokens.colorCompoundBrandStroke}`, outlineOffset: "-1px" },
  },
  send: { flexShrink: 0 },
});

interface Props {
  label: string;
  onSay: (text: string) => Promise<void>;
}

export function PhoneComposer({ label, onSay }: Props) {
  const styles = useStyles();
  const [text, setText] = useState("");
  const [fault, setFault] = useState<string | null>(null);

  async function submit(event: FormEvent) {
    event.preventDefault();
    const said = text.trim();
    if (said === "") return;
    setText("");
    setFault(null);
    try {
      await onSay(said);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      setText((typed) => (typed === "" ? said : typed));
    }
  }

  return (
    <form className={styles.composer} onSubmit={(event) => void submit(event)}>
      {fault !== null && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{texts.notSent}</MessageBarTitle> {fault}
          </MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.row}>
        <Input
          className={styles.input}
          aria-label={label}
          placeholder={texts.placeholder}
          autoComplete="off"
          value={text}
          onChange={(_, data) => setText(data.value)}
        />
        <Button
          className={styles.send}
          appearance="primary"
          shape="circular"
          type="submit"
          icon={<Send20Filled />}
          aria-label={texts.send}
          disabledFocusable={text.trim() === ""}
        />
      </div>
    </form>
  );
}
