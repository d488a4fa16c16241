import { makeStyles, tokens } from "@fluentui/react-components";
import { EmojiAdd16Regular } from "@fluentui/react-icons/svg/emoji-add";
import { useRef, useState } from "react";
import { texts } from "./texts";

const EMOJIS = ["❤️", "👍", "😂", "😮", "😢"];

const useStyles = makeStyles({
  row: { display: "inline-flex", columnGap: "2px" },
  button: {
    minWidth: "28px",
    minHeight: "24px",
    padding: "0 4px",
    font: "inherit",
    fontSize: tokens.fontSizeBase300,
    display: "inline-grid",
    placeItems: "center",
    color: tokens.colorNeutralForeground2,
    backgroundColor: "transparent",
    border: "none",
    borderRadius: tokens.borderRadiusMedium,
    cursor: "pointer",
    ":hover": { backgroundColor: tokens.colorNeutralBackground1Hover },
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}` },
  },
});

interface Props {
  /** The message's text, to tell the buttons apart. */
  text: string;
  onReact: (emoji: string) => void;
}

/** Puts a reaction on a message: first the button, then what to react with. */
export function PhoneReact({ text, onReact }: Props) {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);

  function close() {
    setOpen(false);
    opener.current?.focus();
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape belongs to the buttons inside
    <span className={styles.row} onKeyDown={(event) => event.key === "Escape" && close()}>
      <button
        ref={opener}
        type="button"
        className={styles.button}
        aria-label={texts.reactTo(text)}
        aria-expanded={open}
        title={texts.react}
        onClick={() => setOpen(!open)}
      >
        <EmojiAdd16Regular aria-hidden="true" />
      </button>
      {open &&
        EMOJIS.map((emoji) => (
          <button
            key={emoji}
            type="button"
            className={styles.button}
            aria-label={texts.reactWith(emoji)}
            onClick={() => {
              onReact(emoji);
              close();
            }}
          >
            {emoji}
          </button>
        ))}
    </span>
  );
}
