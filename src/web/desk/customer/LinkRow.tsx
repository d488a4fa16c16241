import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { customerTexts as texts } from "./customerTexts";

const useStyles = makeStyles({
  row: { display: "flex", alignItems: "center", justifyContent: "space-between", columnGap: "8px" },
  words: { minWidth: 0, overflowWrap: "anywhere" },
  name: { fontWeight: tokens.fontWeightSemibold },
  detail: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  button: { flexShrink: 0 },
});

interface Props {
  name: string;
  detail: string;
  busy: boolean;
  onLink: () => void;
}

/** A contact that the customer may be. */
export function LinkRow({ name, detail, busy, onLink }: Props) {
  const styles = useStyles();
  return (
    <li className={styles.row}>
      <div className={styles.words}>
        <p className={styles.name}>{name}</p>
        <p className={styles.detail}>{detail}</p>
      </div>
      <Button
        className={styles.button}
        size="small"
        aria-label={texts.linkOf(name)}
        disabledFocusable={busy}
        onClick={onLink}
      >
        {texts.link}
      </Button>
    </li>
  );
}
