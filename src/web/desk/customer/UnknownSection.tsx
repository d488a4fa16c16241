import { Button, makeStyles, tokens, useRestoreFocusTarget } from "@fluentui/react-components";
import { PersonAdd16Regular } from "@fluentui/react-icons/svg/person-add";
import { useState } from "react";
import type { CustomerSummary } from "../../../desk/contactContract";
import { Fault } from "../Fault";
import { ContactDialog } from "./ContactDialog";
import { ContactSearch } from "./ContactSearch";
import { toBody } from "./contactForm";
import { customerTexts as texts } from "./customerTexts";
import { LinkRow } from "./LinkRow";
import { Section } from "./Section";
import { useLink } from "./useCustomer";

const useStyles = makeStyles({
  card: { display: "flex", flexDirection: "column", rowGap: "4px", padding: "4px 16px 14px" },
  name: {
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
  hint: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  list: { display: "flex", flexDirection: "column", rowGap: "6px" },
  create: { alignSelf: "flex-start" },
});

interface Props {
  summary: CustomerSummary;
  onDone: (said: string) => void;
}

/** Nobody knows who it is: who it may be, and the ways to say so. */
export function UnknownSection({ summary, onDone }: Props) {
  const styles = useStyles();
  const { conversationId, suggestions } = summary;
  const [creating, setCreating] = useState(false);
  const link = useLink(conversationId, ({ contact }) => {
    setCreating(false);
    onDone(texts.linked(contact?.name ?? ""));
  });
  const restoreFocus = useRestoreFocusTarget();
  const linkTo = (contactId: string) => link.mutate({ contactId });
  return (
    <>
      <div className={styles.card}>
        <p className={styles.name}>{texts.unknown}</p>
        <p className={styles.hint}>{texts.unknownHint}</p>
        {!creating && <Fault title={texts.actionFailed} error={link.error} />}
      </div>
      {suggestions.length > 0 && (
        <Section heading={texts.suggestions}>
          <ul className={styles.list}>
            {suggestions.map(({ contactId, name, reason }) => (
              <LinkRow
                key={contactId}
                name={name}
                detail={texts.reason(reason)}
                busy={link.isPending}
                onLink={() => linkTo(contactId)}
              />
            ))}
          </ul>
        </Section>
      )}
      <Section heading={texts.search}>
        <ContactSearch busy={link.isPending} onLink={linkTo} />
        <Button
          className={styles.create}
          size="small"
          icon={<PersonAdd16Regular />}
          aria-haspopup="dialog"
          onClick={() => {
            link.reset();
            setCreating(true);
          }}
          {...restoreFocus}
        >
          {texts.create}
        </Button>
      </Section>
      {creating && (
        <ContactDialog
          title={texts.dialog.createTitle}
          intro={texts.dialog.createIntro}
          submit={texts.dialog.create}
          customer={summary.customer}
          busy={link.isPending}
          error={link.error}
          onSubmit={(form) => link.mutate({ create: toBody(form) })}
          onClose={() => setCreating(false)}
        />
      )}
    </>
  );
}
