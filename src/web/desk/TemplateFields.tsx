import { Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { useId } from "react";
import type { TemplateView } from "../../desk/contract";
import { fillTemplate, isFilled } from "./templateText";
import { texts } from "./texts";

/** The server takes no longer value. */
const MAX_LENGTH = 1000;

const useStyles = makeStyles({
  fields: { display: "flex", flexDirection: "column", rowGap: "12px" },
  preview: {
    padding: "10px 14px",
    borderRadius: "12px",
    border: "1px solid transparent",
    backgroundColor: tokens.colorBrandBackground2Hover,
    color: tokens.colorNeutralForeground1,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
  heading: { fontWeight: tokens.fontWeightSemibold },
  hint: { color: tokens.colorNeutralForeground2 },
});

interface Props {
  template: TemplateView;
  values: Readonly<Record<string, string>>;
  onChange: (values: Record<string, string>) => void;
}

/** The variables of a template, and what it reads like with them. */
export function TemplateFields({ template, values, onChange }: Props) {
  const styles = useStyles();
  const ids = useId();
  return (
    <div className={styles.fields}>
      {template.variables.map(({ name, sample }) => (
        <Field key={name} label={texts.templates.variable(name)} required>
          <Input
            value={values[name] ?? ""}
            placeholder={sample}
            maxLength={MAX_LENGTH}
            onChange={(_, data) => onChange({ ...values, [name]: data.value })}
          />
        </Field>
      ))}
      <section aria-labelledby={ids}>
        <span id={ids} className={styles.heading}>
          {texts.templates.preview}
        </span>
        <div className={styles.preview}>{fillTemplate(template.text, values)}</div>
      </section>
      {!isFilled(template, values) && <p className={styles.hint}>{texts.templates.missing}</p>}
    </div>
  );
}
