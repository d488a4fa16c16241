import { Button, Field, Input, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import { Search16Regular } from "@fluentui/react-icons/svg/search";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { QuickReplyOption } from "./QuickReplyOption";
import { useQuickReplies } from "./queries";
import { texts } from "./texts";

const useStyles = makeStyles({
  picker: {
    display: "flex",
    flexDirection: "column",
    rowGap: "6px",
    minWidth: 0,
    padding: "8px 12px 10px",
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
  },
  top: { display: "flex", alignItems: "flex-end", columnGap: "8px" },
  field: { flexGrow: 1, minWidth: 0 },
  list: { maxHeight: "min(240px, 30dvh)", overflowY: "auto" },
  hint: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

interface Props {
  conversationId: string;
  onChoose: (text: string) => void;
  onClose: () => void;
}

/** Finds a ready answer: the keys stay in the search, up and down go through what was found. */
export function QuickReplyPicker({ conversationId, onChoose, onClose }: Props) {
  const styles = useStyles();
  const ids = useId();
  const input = useRef<HTMLInputElement>(null);
  const [search, setSearch] = useState("");
  const [active, setActive] = useState(0);
  const { data: found = [], error, isPending } = useQuickReplies(conversationId, search);
  const chosen = found[Math.min(active, found.length - 1)];
  const optionId = (id: string): string => `${ids}-${id}`;
  useEffect(() => input.current?.focus(), []);

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onClose();
    else if (event.key === "Enter" && chosen !== undefined) onChoose(chosen.text);
    else if (event.key === "ArrowDown") setActive(Math.min(active + 1, found.length - 1));
    else if (event.key === "ArrowUp") setActive(Math.max(active - 1, 0));
    else return;
    event.preventDefault();
  }

  return (
    <section className={styles.picker} aria-label={texts.quickReplies.heading}>
      <div className={styles.top}>
        <Field className={styles.field} label={texts.quickReplies.search} size="small">
          <Input
            input={{ ref: input }}
            contentBefore={<Search16Regular aria-hidden="true" />}
            role="combobox"
            aria-expanded={found.length > 0}
            aria-controls={`${ids}-list`}
            aria-autocomplete="list"
            aria-activedescendant={chosen && optionId(chosen.id)}
            maxLength={200}
            value={search}
            onChange={(_, data) => {
              setSearch(data.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
          />
        </Field>
        <Button
          appearance="subtle"
          icon={<Dismiss16Regular />}
          aria-label={texts.quickReplies.close}
          title={texts.quickReplies.close}
          onClick={onClose}
        />
      </div>
      {isPending && <Spinner size="tiny" label={texts.loading} />}
      <div id={`${ids}-list`} role="listbox" aria-label={texts.quickReplies.heading} className={styles.list}>
        {found.map((reply) => (
          <QuickReplyOption
            key={reply.id}
            id={optionId(reply.id)}
            reply={reply}
            chosen={reply === chosen}
            onChoose={() => onChoose(reply.text)}
          />
        ))}
      </div>
      <p role="status" className={styles.hint}>
        {error === null
          ? texts.quickReplies.found(found.length, search.trim() !== "", isPending)
          : texts.quickReplies.failed(error.message)}
      </p>
    </section>
  );
}
