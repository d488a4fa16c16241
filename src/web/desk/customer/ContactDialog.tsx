import { Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { useState } from "react";
import type { ContactView, CustomerSummary } from "../../../desk/contactContract";
import { FormDialog } from "../../shared/FormDialog";
import { Fault } from "../Fault";
import { type ContactForm, faultOf, formOf, isEmpty, newForm } from "./contactForm";
import { customerTexts } from "./customerTexts";
import { PhoneFields } from "./PhoneFields";

const texts = customerTexts.dialog;

const useStyles = makeStyles({
  intro: { color: tokens.colorNeutralForeground2 },
  pair: {
    display: "grid",
    gridTemplateColumns: "repeat(2, minmax(0, 1fr))",
    columnGap: "12px",
    rowGap: "12px",
    "@media (max-width: 560px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
});

interface Props {
  title: string;
  intro?: string;
  submit: string;
  /** The contact that is edited; else a new one, with what is known of the customer. */
  contact?: ContactView;
  customer?: CustomerSummary["customer"];
  busy: boolean;
  error: Error | null;
  onSubmit: (form: ContactForm) => void;
  onClose: () => void;
}

type TextKey = Exclude<keyof ContactForm, "phones">;

/** The main fields of a contact. */
export function ContactDialog({
  title,
  intro,
  submit,
  contact,
  customer,
  busy,
  error,
  onSubmit,
  onClose,
}: Props) {
  const styles = useStyles();
  const [form, setForm] = useState(() => startOf(contact, customer));
  const empty = isEmpty(form);

  const text = (key: TextKey, label: string, hint?: string) => (
    <Field label={label} {...(hint !== undefined && { hint })}>
      <Input
        value={form[key]}
        maxLength={key === "emails" ? 2000 : 200}
        onChange={(_, data) => setForm({ ...form, [key]: data.value })}
      />
    </Field>
  );

  return (
    <FormDialog
      title={title}
      width={560}
      cancel={texts.cancel}
      submit={submit}
      disabled={busy || empty}
      onSubmit={() => onSubmit(form)}
      onClose={onClose}
    >
      {intro !== undefined && <p className={styles.intro}>{intro}</p>}
      <div className={styles.pair}>
        {text("firstName", texts.firstName)}
        {text("lastName", texts.lastName)}
      </div>
      {text("name", texts.name, texts.nameHint)}
      {text("emails", texts.emails, texts.emailsHint)}
      <PhoneFields phones={form.phones} onChange={(phones) => setForm({ ...form, phones })} />
      <div className={styles.pair}>
        {text("language", texts.language, texts.languageHint)}
        {text("timezone", texts.timezone, texts.timezoneHint)}
      </div>
      <Fault title={texts.failed} error={faultOf(error)} />
    </FormDialog>
  );
}

const NOTHING = { name: null, screenName: null, phone: null, locale: null } as CustomerSummary["customer"];

const startOf = (contact: Props["contact"], customer: Props["customer"]): ContactForm =>
  contact === undefined ? newForm(customer ?? NOTHING) : formOf(contact);
