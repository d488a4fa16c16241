import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Textarea,
  tokens,
} from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import { Send20Regular } from "@fluentui/react-icons/svg/send";
import { useQueryClient } from "@tanstack/react-query";
import type { KeyboardEvent, RefObject } from "react";
import type { ConversationView, MeView } from "../../desk/contract";
import { useCompose } from "./compose";
import { customerName } from "./people";
import { keys, usePeople } from "./queries";
import { texts } from "./texts";
import { whyNotWriting } from "./writing";

const useStyles = makeStyles({
  composer: {
    display: "flex",
    flexDirection: "column",
    rowGap: "8px",
    padding: "8px 20px 16px",
    flexShrink: 0,
    "@media (max-width: 560px)": { padding: "8px 12px 12px" },
  },
  row: { display: "flex", alignItems: "flex-end", columnGap: "8px" },
  input: { flexGrow: 1, minWidth: 0 },
  text: { maxHeight: "200px", minHeight: "60px" },
  hint: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground3 },
  notice: {
    padding: "14px 20px",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    marginTop: "8px",
    textAlign: "center",
    color: tokens.colorNeutralForeground2,
    flexShrink: 0,
  },
});

interface Props {
  view: ConversationView;
  me: MeView;
  inputRef: RefObject<HTMLTextAreaElement | null>;
}

export function Composer({ view, me, inputRef }: Props) {
  const styles = useStyles();
  const people = usePeople();
  const reason = whyNotWriting(view, me.id);
  if (reason === null) return <Writing view={view} inputRef={inputRef} />;
  const agent = view.agentId === null ? texts.authors.agent : (people.get(view.agentId) ?? view.agentId);
  return (
    <p className={styles.notice}>
      {reason === "other" ? texts.composer.notYours.other(agent) : texts.composer.notYours[reason]}
    </p>
  );
}

function Writing({ view, inputRef }: Omit<Props, "me">) {
  const styles = useStyles();
  const client = useQueryClient();
  const { state, store } = useCompose(view.id);

  function send() {
    void store.send(view.id, () => client.invalidateQueries({ queryKey: keys.messages(view.id) }));
  }

  function onKeyDown(event: KeyboardEvent) {
    // While an input method composes, Enter belongs to it.
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  }

  return (
    <div className={styles.composer}>
      {state.fault !== null && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>{texts.composer.failed}</MessageBarTitle> {state.fault}
          </MessageBarBody>
          <MessageBarActions
            containerAction={
              <Button
                appearance="transparent"
                icon={<Dismiss16Regular />}
                aria-label={texts.composer.dismiss}
                onClick={() => store.dismissFault(view.id)}
              />
            }
          />
        </MessageBar>
      )}
      <div className={styles.row}>
        <Textarea
          className={styles.input}
          textarea={{ ref: inputRef, className: styles.text }}
          size="large"
          resize="vertical"
          aria-label={texts.composer.label(customerName(view.customer))}
          aria-describedby="composer-hint"
          placeholder={texts.composer.placeholder}
          value={state.draft}
          onChange={(_, data) => store.write(view.id, data.value)}
          onKeyDown={onKeyDown}
        />
        <Button
          appearance="primary"
          size="large"
          icon={<Send20Regular />}
          disabledFocusable={state.draft.trim() === ""}
          onClick={() => {
            send();
            inputRef.current?.focus();
          }}
        >
          {texts.composer.send}
        </Button>
      </div>
      <p id="composer-hint" className={styles.hint}>
        {texts.composer.hint}
      </p>
    </div>
  );
}
