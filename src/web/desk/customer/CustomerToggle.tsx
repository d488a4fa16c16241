import { Button, makeStyles } from "@fluentui/react-components";
import { PersonNote20Regular } from "@fluentui/react-icons/svg/person-note";
import { customerTexts as texts } from "./customerTexts";

const useStyles = makeStyles({
  toggle: { "@media (max-width: 560px)": { minWidth: "32px" } },
  // There the picture is enough.
  word: { "@media (max-width: 560px)": { display: "none" } },
});

/** Shows and hides the customer summary. */
export function CustomerToggle({ open, onToggle }: { open: boolean; onToggle: () => void }) {
  const styles = useStyles();
  return (
    <Button
      id="customer-toggle"
      className={styles.toggle}
      appearance={open ? "secondary" : "subtle"}
      icon={<PersonNote20Regular />}
      aria-label={texts.show}
      title={texts.show}
      aria-expanded={open}
      aria-controls={open ? "customer-panel" : undefined}
      onClick={onToggle}
    >
      <span className={styles.word}>{texts.show}</span>
    </Button>
  );
}
