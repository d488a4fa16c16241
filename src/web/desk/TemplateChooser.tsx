import { makeStyles, Radio, RadioGroup, tokens } from "@fluentui/react-components";
import { Warning16Regular } from "@fluentui/react-icons/svg/warning";
import { useId } from "react";
import type { TemplateView } from "../../desk/contract";
import { languageName } from "./people";
import { texts } from "./texts";

const useStyles = makeStyles({
  part: { display: "flex", flexDirection: "column", rowGap: "4px" },
  heading: { fontWeight: tokens.fontWeightSemibold },
  label: { display: "flex", flexDirection: "column", overflowWrap: "anywhere" },
  name: { fontWeight: tokens.fontWeightSemibold },
  language: { fontWeight: tokens.fontWeightRegular, color: tokens.colorNeutralForeground2 },
  text: { color: tokens.colorNeutralForeground2, whiteSpace: "pre-line" },
  list: { display: "flex", flexDirection: "column", rowGap: "8px", paddingLeft: "8px" },
  reason: { display: "flex", alignItems: "flex-start", columnGap: "6px" },
  icon: { flexShrink: 0, marginTop: "2px" },
});

interface Props {
  templates: readonly TemplateView[];
  chosenId: string | null;
  onChoose: (id: string) => void;
}

/** The templates that can be sent, to choose from. */
export function TemplateChooser({ templates, chosenId, onChoose }: Props) {
  const styles = useStyles();
  const ids = useId();
  return (
    <div className={styles.part}>
      <span id={ids} className={styles.heading}>
        {texts.templates.choose}
      </span>
      <RadioGroup aria-labelledby={ids} value={chosenId ?? ""} onChange={(_, data) => onChoose(data.value)}>
        {templates.map((template) => (
          <Radio key={template.id} value={template.id} label={<Label template={template} />} />
        ))}
      </RadioGroup>
    </div>
  );
}

/** Those that cannot be sent, each with the reason. */
export function UnusableTemplates({ templates }: { templates: readonly TemplateView[] }) {
  const styles = useStyles();
  return (
    <section className={styles.part} aria-label={texts.templates.notYet}>
      <span className={styles.heading}>{texts.templates.notYet}</span>
      <ul className={styles.list}>
        {templates.map((template) => (
          <li key={template.id}>
            <Label template={template} />
            <span className={styles.reason}>
              <Warning16Regular className={styles.icon} aria-hidden="true" />
              {template.reason ?? texts.templates.noReason}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Label({ template: { name, language, text } }: { template: TemplateView }) {
  const styles = useStyles();
  return (
    <span className={styles.label}>
      <span className={styles.name}>
        {name} <span className={styles.language}>({languageName(language)})</span>
      </span>
      <span className={styles.text}>{text}</span>
    </span>
  );
}
