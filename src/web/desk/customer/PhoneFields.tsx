import { Button, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { Add16Regular } from "@fluentui/react-icons/svg/add";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import type { ContactForm } from "./contactForm";
import { customerTexts } from "./customerTexts";

const texts = customerTexts.dialog;
const KINDS = ["mobile", "home", "work", "other"] as const;
const MAX_PHONES = 20;

const useStyles = makeStyles({
  group: {
    display: "flex",
    flexDirection: "column",
    rowGap: "6px",
    margin: 0,
    padding: 0,
    border: "none",
    minWidth: 0,
  },
  legend: { padding: "0 0 4px" },
  row: { display: "grid", gridTemplateColumns: "minmax(0, 1fr) 112px auto", columnGap: "8px" },
  number: { minWidth: 0 },
  hint: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3 },
  add: { alignSelf: "flex-start" },
});

interface Props {
  phones: ContactForm["phones"];
  onChange: (phones: ContactForm["phones"]) => void;
}

/** Phone numbers with their kinds. */
export function PhoneFields({ phones, onChange }: Props) {
  const styles = useStyles();
  const change = (key: number, part: Partial<ContactForm["phones"][number]>) =>
    onChange(phones.map((phone) => (phone.key === key ? { ...phone, ...part } : phone)));
  const add = () =>
    onChange([
      ...phones,
      { number: "", kind: "mobile", key: Math.max(-1, ...phones.map(({ key }) => key)) + 1 },
    ]);
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>{texts.phones}</legend>
      {phones.map(({ key, number, kind }, i) => (
        <div key={key} className={styles.row}>
          <Input
            className={styles.number}
            type="tel"
            aria-label={texts.phone(i + 1)}
            maxLength={50}
            value={number}
            onChange={(_, data) => change(key, { number: data.value })}
          />
          <Select
            aria-label={texts.kind(i + 1)}
            value={kind}
            onChange={(_, data) => change(key, { kind: KINDS.find((one) => one === data.value) ?? "other" })}
          >
            {KINDS.map((one) => (
              <option key={one} value={one}>
                {customerTexts.phoneKind[one]}
              </option>
            ))}
          </Select>
          <Button
            appearance="subtle"
            icon={<Dismiss16Regular />}
            aria-label={texts.removePhone(i + 1)}
            title={texts.removePhone(i + 1)}
            onClick={() => onChange(phones.filter((phone) => phone.key !== key))}
          />
        </div>
      ))}
      <Button
        className={styles.add}
        size="small"
        icon={<Add16Regular />}
        disabledFocusable={phones.length >= MAX_PHONES}
        onClick={add}
      >
        {texts.addPhone}
      </Button>
      <p className={styles.hint}>{texts.phonesHint}</p>
    </fieldset>
  );
}
