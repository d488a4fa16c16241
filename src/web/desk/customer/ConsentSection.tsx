import { makeStyles, tokens } from "@fluentui/react-components";
import type { CustomerSummary } from "../../../desk/contactContract";
import { momentText } from "../../shared/time";
import { customerTexts } from "./customerTexts";
import { Section } from "./Section";

const texts = customerTexts.consents;

const useStyles = makeStyles({
  list: { display: "flex", flexDirection: "column", rowGap: "4px" },
  row: { display: "flex", flexWrap: "wrap", columnGap: "8px", alignItems: "baseline" },
  when: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

/** What the customer was told, agreed to or refused. */
export function ConsentSection({ consents }: { consents: CustomerSummary["consents"] }) {
  const styles = useStyles();
  return (
    <Section heading={texts.heading}>
      <ul className={styles.list}>
        {consents.map(({ id, kind, at }) => (
          <li key={id} className={styles.row}>
            <span>{texts.kind[kind]}</span>
            <time className={styles.when} dateTime={at}>
              {momentText(at)}
            </time>
          </li>
        ))}
      </ul>
    </Section>
  );
}
