import { Button, makeStyles, Textarea, tokens } from "@fluentui/react-components";
import { Send20Regular } from "@fluentui/react-icons/svg/send";
import { useQueryClient } from "@tanstack/react-query";
import { type ClipboardEvent, type KeyboardEvent, type RefObject, useState } from "react";
import type { ConversationView } from "../../desk/contract";
import { ChoicesEditor } from "./ChoicesEditor";
import { ComposerTools } from "./ComposerTools";
import { type Compose, isSendable, useCompose } from "./compose";
import { FilesToSend } from "./FilesToSend";
import { nameIn } from "./people";
import { QuickReplyPicker } from "./QuickReplyPicker";
import { keys } from "./queries";
import { ReplyBar } from "./ReplyBar";
import { SendFault } from "./SendFault";
import { SmsCounter } from "./SmsCounter";
import { texts } from "./texts";
import { useQuickReply } from "./useQuickReply";
import { useTypingSignal } from "./useTypingSignal";

const useStyles = makeStyles({
  composer: {
    display: "flex",
    flexDirection: "column",
    rowGap: "8px",
    padding: "8px 20px 12px",
    flexShrink: 0,
    // The room is the transcript's: a tall choice of files scrolls by itself.
    maxHeight: "60dvh",
    overflowY: "auto",
    "@media (max-width: 560px)": { padding: "8px 12px 12px" },
  },
  row: { display: "flex", alignItems: "flex-end", columnGap: "8px" },
  input: { flexGrow: 1, minWidth: 0 },
  text: { maxHeight: "200px", minHeight: "60px" },
  below: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "4px 12px" },
  words: {
    display: "flex",
    flexDirection: "column",
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground3,
    marginLeft: "auto",
    textAlign: "right",
  },
});

interface Props {
  view: ConversationView;
  shut: boolean;
  inputRef: RefObject<HTMLTextAreaElement | null>;
}

/** The text, its files and choices, and what else may be sent. */
export function WritingArea({ view, shut, inputRef }: Props) {
  const styles = useStyles();
  const client = useQueryClient();
  const { state, store } = useCompose(view.id);
  const [choosing, setChoosing] = useState(false);
  const quickReply = useQuickReply(view.id, inputRef);
  const signalTyping = useTypingSignal(view.id, view.abilities.typing && !shut);
  const blocked = shut || !isSendable(state);
  const showsChoices = !shut && (choosing || state.choices.length > 0);

  function send() {
    if (blocked) return;
    setChoosing(false);
    void store.send(view.id, () => client.invalidateQueries({ queryKey: keys.messages(view.id) }));
  }

  function write(draft: string) {
    if (quickReply.takesKeys(draft)) return;
    store.write(view.id, draft);
    if (draft !== "") signalTyping();
  }

  function onKeyDown(event: KeyboardEvent) {
    // While an input method composes, the keys belong to it.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape" && state.replyTo !== null) store.replyTo(view.id, null);
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    send();
  }

  function onPaste(event: ClipboardEvent) {
    if (!view.abilities.attachments || event.clipboardData.files.length === 0) return;
    event.preventDefault();
    store.attach(view.id, [...event.clipboardData.files]);
  }

  function closeChoices() {
    setChoosing(false);
    store.setChoices(view.id, []);
    inputRef.current?.focus();
  }

  return (
    <div className={styles.composer}>
      {state.fault !== null && (
        <SendFault words={state.fault} onDismiss={() => store.dismissFault(view.id)} />
      )}
      {state.replyTo !== null && !shut && (
        <ReplyBar
          target={state.replyTo}
          onCancel={() => {
            store.replyTo(view.id, null);
            inputRef.current?.focus();
          }}
        />
      )}
      <FilesToSend
        files={state.files}
        onRemove={(file) => {
          store.removeFile(view.id, file);
          inputRef.current?.focus();
        }}
      />
      {showsChoices && (
        <ChoicesEditor
          choices={state.choices}
          buttons={view.abilities.quickReplies}
          onChange={(choices) => store.setChoices(view.id, choices)}
          onClose={closeChoices}
        />
      )}
      {quickReply.open && !shut && (
        <QuickReplyPicker conversationId={view.id} onChoose={quickReply.take} onClose={quickReply.close} />
      )}
      <div className={styles.row}>
        <Textarea
          className={styles.input}
          textarea={{ ref: inputRef, className: styles.text }}
          size="large"
          resize="vertical"
          aria-label={texts.composer.label(nameIn(view))}
          aria-describedby="composer-hint"
          placeholder={shut ? texts.composer.closed : texts.composer.placeholder}
          disabled={shut}
          value={state.draft}
          onChange={(_, data) => write(data.value)}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        {!shut && (
          <Button
            appearance="primary"
            size="large"
            icon={<Send20Regular />}
            disabledFocusable={blocked}
            onClick={() => {
              send();
              inputRef.current?.focus();
            }}
          >
            {texts.composer.send}
          </Button>
        )}
      </div>
      <div className={styles.below}>
        <ComposerTools
          view={view}
          shut={shut}
          fileCount={state.files.length}
          onFiles={(files) => store.attach(view.id, files)}
          quickRepliesOpen={quickReply.open}
          onQuickReplies={quickReply.toggle}
          {...(!showsChoices && { onChoices: () => setChoosing(true) })}
        />
        <div className={styles.words}>
          {view.channel === "sms" && <SmsCounter state={state} />}
          <p id="composer-hint">{shut ? "" : hintOf(state)}</p>
        </div>
      </div>
    </div>
  );
}

/** Why it cannot be sent yet, else how the keys go. */
function hintOf({ files }: Compose): string {
  if (files.some((file) => file.state === "failed")) return texts.files.removeFailed;
  if (files.some((file) => file.state === "uploading")) return texts.files.wait;
  return texts.composer.hint;
}
