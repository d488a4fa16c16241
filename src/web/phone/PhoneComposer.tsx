import { Button, Input, makeStyles, tokens } from "@fluentui/react-components";
import { Image20Regular } from "@fluentui/react-icons/svg/image";
import { Location20Regular } from "@fluentui/react-icons/svg/location";
import { Send20Filled } from "@fluentui/react-icons/svg/send";
import { type FormEvent, useRef, useState } from "react";
import { readMedia } from "./readMedia";
import type { Said } from "./said";
import { texts } from "./texts";

const PLACE = { latitude: 48.21035, longitude: 16.36551, name: "Café Central, Herrengasse 14, Vienna" };

const useStyles = makeStyles({
  composer: {
    padding: "10px 12px 14px",
    flexShrink: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  row: { display: "flex", alignItems: "center", columnGap: "4px" },
  input: {
    flexGrow: 1,
    minWidth: 0,
    borderRadius: tokens.borderRadiusCircular,
    // The usual focus line is straight and would stick out of the round ends.
    "::after": { display: "none" },
    ":focus-within": { outline: `2px solid ${tokens.colorCompoundBrandStroke}`, outlineOffset: "-1px" },
  },
  button: { flexShrink: 0 },
  fault: { marginTop: "6px", color: tokens.colorStatusDangerForeground3 },
});

interface Props {
  label: string;
  /** Resolves with whether it was sent. */
  onSay: (said: Said) => Promise<boolean>;
}

/** What a customer can send: text, a file, a place. */
export function PhoneComposer({ label, onSay }: Props) {
  const styles = useStyles();
  const [text, setText] = useState("");

  async function submit(event: FormEvent) {
    event.preventDefault();
    const said = text.trim();
    if (said === "") return;
    setText("");
    if (!(await onSay({ text: said }))) setText((typed) => (typed === "" ? said : typed));
  }

  return (
    <form className={styles.composer} onSubmit={(event) => void submit(event)}>
      <div className={styles.row}>
        <FileButton onSay={onSay} />
        <Button
          className={styles.button}
          appearance="subtle"
          shape="circular"
          icon={<Location20Regular />}
          aria-label={texts.place(PLACE.name)}
          title={texts.place(PLACE.name)}
          onClick={() => void onSay({ location: PLACE })}
        />
        <Input
          className={styles.input}
          aria-label={label}
          placeholder={texts.placeholder}
          autoComplete="off"
          value={text}
          onChange={(_, data) => setText(data.value)}
        />
        <Button
          className={styles.button}
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

function FileButton({ onSay }: { onSay: Props["onSay"] }) {
  const styles = useStyles();
  const input = useRef<HTMLInputElement>(null);
  const [tooLarge, setTooLarge] = useState(false);

  async function send(file: File | undefined) {
    if (file === undefined) return;
    const media = await readMedia(file);
    setTooLarge(media === undefined);
    if (media !== undefined) await onSay({ media });
  }

  return (
    <>
      <Button
        className={styles.button}
        appearance="subtle"
        shape="circular"
        icon={<Image20Regular />}
        aria-label={texts.file}
        title={texts.file}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        hidden
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = "";
          void send(file);
        }}
      />
      {tooLarge && (
        <span role="alert" className={styles.fault}>
          {texts.fileTooLarge}
        </span>
      )}
    </>
  );
}
