import { Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { Search16Regular } from "@fluentui/react-icons/svg/search";
import { useDeferredValue, useState } from "react";
import type { ContactCard } from "../../../desk/contactContract";
import { Fault } from "../Fault";
import { customerTexts as texts } from "./customerTexts";
import { LinkRow } from "./LinkRow";
import { useContactSearch } from "./useCustomer";

const useStyles = makeStyles({
  list: { display: "flex", flexDirection: "column", rowGap: "6px" },
  hint: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

interface Props {
  busy: boolean;
  onLink: (contactId: string) => void;
}

/** Finds a contact by words. */
export function ContactSearch({ busy, onLink }: Props) {
  const styles = useStyles();
  const [text, setText] = useState("");
  const { data: found, error } = useContactSearch(useDeferredValue(text));
  return (
    <>
      <Field label={texts.searchHint} size="small">
        <Input
          type="search"
          contentBefore={<Search16Regular aria-hidden="true" />}
          maxLength={200}
          value={text}
          onChange={(_, data) => setText(data.value)}
        />
      </Field>
      {found !== undefined && found.items.length > 0 && (
        <ul className={styles.list}>
          {found.items.map((contact) => (
            <LinkRow
              key={contact.id}
              name={contact.name}
              detail={detailOf(contact)}
              busy={busy}
              onLink={() => onLink(contact.id)}
            />
          ))}
        </ul>
      )}
      <p role="status" className={styles.hint}>
        {found === undefined ? "" : found.next === null ? texts.found(found.items.length) : texts.more}
      </p>
      <Fault title={texts.actionFailed} error={error} />
    </>
  );
}

/** What tells two of the same name apart. */
function detailOf({ state, phones, emails, externalId }: ContactCard): string {
  const parts = [texts.state[state], phones[0]?.number, emails[0], externalId];
  return parts.filter((part) => part !== undefined && part !== null).join(", ");
}
