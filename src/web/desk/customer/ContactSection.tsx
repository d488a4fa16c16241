import { Button, Link, makeStyles, tokens, useRestoreFocusTarget } from "@fluentui/react-components";
import { Edit16Regular } from "@fluentui/react-icons/svg/edit";
import { LinkDismiss16Regular } from "@fluentui/react-icons/svg/link-dismiss";
import { useState } from "react";
import type { ContactView, CustomerSummary } from "../../../desk/contactContract";
import { momentText } from "../../shared/time";
import { Initials } from "../Initials";
import { languageName } from "../people";
import { ContactDialog } from "./ContactDialog";
import { toBody } from "./contactForm";
import { customerTexts as texts } from "./customerTexts";
import { UnlinkDialog } from "./UnlinkDialog";
import { useSaveContact } from "./useCustomer";

const useStyles = makeStyles({
  card: { display: "flex", flexDirection: "column", rowGap: "10px", padding: "4px 16px 14px", minWidth: 0 },
  who: { display: "flex", alignItems: "center", columnGap: "12px", minWidth: 0 },
  names: { minWidth: 0 },
  name: {
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
    overflowWrap: "anywhere",
  },
  how: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  actions: { display: "flex", flexWrap: "wrap", gap: "8px" },
  facts: {
    display: "grid",
    gridTemplateColumns: "auto minmax(0, 1fr)",
    gap: "4px 12px",
    margin: 0,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
  },
  term: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0, overflowWrap: "anywhere" },
  kind: { color: tokens.colorNeutralForeground2 },
});

interface Props {
  summary: CustomerSummary;
  contact: ContactView;
  onDone: (said: string) => void;
}

/** The contact behind the customer. */
export function ContactSection({ summary, contact, onDone }: Props) {
  const styles = useStyles();
  const { conversationId, link } = summary;
  const [open, setOpen] = useState<"edit" | "unlink" | null>(null);
  const close = () => setOpen(null);
  const restoreFocus = useRestoreFocusTarget();
  const save = useSaveContact(conversationId, () => {
    close();
    onDone(texts.saved);
  });
  return (
    <div className={styles.card}>
      <div className={styles.who}>
        <Initials name={contact.name} />
        <div className={styles.names}>
          <p className={styles.name}>{contact.name}</p>
          <p className={styles.how}>{howText(summary, contact)}</p>
        </div>
      </div>
      {link?.ended === true && <p className={styles.how}>{texts.linkEnded}</p>}
      <Facts contact={contact} />
      <div className={styles.actions}>
        <Button
          size="small"
          icon={<Edit16Regular />}
          aria-haspopup="dialog"
          onClick={() => setOpen("edit")}
          {...restoreFocus}
        >
          {texts.edit}
        </Button>
        {link?.ended === false && (
          <Button
            size="small"
            icon={<LinkDismiss16Regular />}
            aria-haspopup="dialog"
            onClick={() => setOpen("unlink")}
            {...restoreFocus}
          >
            {texts.unlink}
          </Button>
        )}
      </div>
      {open === "edit" && (
        <ContactDialog
          title={texts.dialog.editTitle}
          submit={texts.dialog.save}
          contact={contact}
          busy={save.isPending}
          error={save.error}
          onSubmit={(form) => save.mutate({ contact, body: toBody(form, contact) })}
          onClose={close}
        />
      )}
      {open === "unlink" && (
        <UnlinkDialog summary={summary} name={contact.name} onClose={close} onDone={onDone} />
      )}
    </div>
  );
}

function howText({ link }: CustomerSummary, { state }: ContactView): string {
  const parts = [texts.state[state], link === null ? null : texts.how(link.how, momentText(link.at))];
  return parts.filter((part) => part !== null).join(". ");
}

function Facts({ contact }: { contact: ContactView }) {
  const styles = useStyles();
  const facts: [string, string | null][] = [
    [texts.facts.language, contact.language === null ? null : languageName(contact.language)],
    [texts.facts.timezone, contact.timezone],
    [texts.facts.unit, contact.unit],
    [texts.facts.group, contact.group],
    [texts.facts.origin, contact.origin],
    [texts.facts.externalId, contact.externalId],
    ...Object.entries(contact.fields).map(([name, value]): [string, string] => [name, String(value)]),
  ];
  const shown = facts.filter((fact): fact is [string, string] => fact[1] !== null);
  if (shown.length + contact.phones.length + contact.emails.length === 0) return null;
  return (
    <dl className={styles.facts} aria-label={texts.facts.label}>
      {contact.phones.length > 0 && (
        <>
          <dt className={styles.term}>{texts.facts.phones}</dt>
          <dd className={styles.value}>
            {contact.phones.map(({ number, kind }) => (
              <div key={number}>
                {number} <span className={styles.kind}>({texts.phoneKind[kind]})</span>
              </div>
            ))}
          </dd>
        </>
      )}
      {contact.emails.length > 0 && (
        <>
          <dt className={styles.term}>{texts.facts.emails}</dt>
          <dd className={styles.value}>
            {contact.emails.map((email) => (
              <div key={email}>
                <Link href={`mailto:${email}`}>{email}</Link>
              </div>
            ))}
          </dd>
        </>
      )}
      {shown.map(([name, value]) => (
        <Fact key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  const styles = useStyles();
  return (
    <>
      <dt className={styles.term}>{name}</dt>
      <dd className={styles.value}>{value}</dd>
    </>
  );
}
