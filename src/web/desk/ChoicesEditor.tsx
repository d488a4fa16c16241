import { Button, Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { texts } from "./texts";

/** As many as the platform with the most takes. */
const MAX_CHOICES = 13;
const MAX_LENGTH = 200;

const useStyles = makeStyles({
  editor: {
    display: "flex",
    flexDirection: "column",
    rowGap: "6px",
    margin: 0,
    minWidth: 0,
    padding: "8px 12px 10px",
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  top: { display: "flex", alignItems: "center", justifyContent: "space-between", columnGap: "8px" },
  heading: { fontWeight: tokens.fontWeightSemibold },
  hint: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  list: { display: "flex", flexWrap: "wrap", gap: "4px" },
  choice: {
    display: "inline-flex",
    alignItems: "center",
    minWidth: 0,
    paddingLeft: "10px",
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    overflowWrap: "anywhere",
  },
  row: { display: "flex", alignItems: "flex-end", columnGap: "8px" },
  field: { flexGrow: 1, maxWidth: "420px", minWidth: 0 },
});

interface Props {
  choices: readonly string[];
  /** The channel has buttons; else they go as a numbered list. */
  buttons: boolean;
  onChange: (choices: readonly string[]) => void;
  onClose: () => void;
}

/** Makes the short list of answers that a customer may tap. */
export function ChoicesEditor({ choices, buttons, onChange, onClose }: Props) {
  const styles = useStyles();
  const [title, setTitle] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const full = choices.length >= MAX_CHOICES;
  useEffect(() => input.current?.focus(), []);

  function add() {
    const added = title.trim();
    if (added === "" || full) return;
    if (!choices.includes(added)) onChange([...choices, added]);
    setTitle("");
    input.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onClose();
    if (event.key !== "Enter") return;
    event.preventDefault();
    add();
  }

  return (
    <section className={styles.editor} aria-label={texts.choices.heading}>
      <div className={styles.top}>
        <span className={styles.heading}>{texts.choices.heading}</span>
        <Button
          appearance="subtle"
          size="small"
          icon={<Dismiss16Regular />}
          aria-label={texts.choices.close}
          title={texts.choices.close}
          onClick={onClose}
        />
      </div>
      <p className={styles.hint}>{buttons ? texts.choices.tap : texts.choices.numbered}</p>
      {choices.length > 0 && (
        <ol className={styles.list}>
          {choices.map((choice, index) => (
            <li key={choice} className={styles.choice}>
              {buttons ? choice : `${index + 1}. ${choice}`}
              <Button
                appearance="transparent"
                size="small"
                icon={<Dismiss16Regular />}
                aria-label={texts.choices.remove(choice)}
                onClick={() => {
                  onChange(choices.filter((other) => other !== choice));
                  input.current?.focus();
                }}
              />
            </li>
          ))}
        </ol>
      )}
      <div className={styles.row}>
        <Field className={styles.field} label={texts.choices.label} size="small">
          <Input
            input={{ ref: input }}
            value={title}
            maxLength={MAX_LENGTH}
            onChange={(_, data) => setTitle(data.value)}
            onKeyDown={onKeyDown}
          />
        </Field>
        <Button disabledFocusable={title.trim() === "" || full} onClick={add}>
          {texts.choices.add}
        </Button>
      </div>
      {full && <p className={styles.hint}>{texts.choices.full(MAX_CHOICES)}</p>}
    </section>
  );
}
