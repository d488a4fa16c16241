import { Button, makeStyles, mergeClasses, tokens, useRestoreFocusTarget } from "@fluentui/react-components";
import { Attach20Regular } from "@fluentui/react-icons/svg/attach";
import { CommentLightning20Regular } from "@fluentui/react-icons/svg/comment-lightning";
import { SlideText20Regular } from "@fluentui/react-icons/svg/slide-text";
import { TextNumberListLtr20Regular } from "@fluentui/react-icons/svg/text-number-list-ltr";
import { lazy, Suspense, useRef, useState } from "react";
import type { ConversationView } from "../../desk/contract";
import { MAX_FILES } from "./draftFiles";
import { texts } from "./texts";

// Most conversations never open it.
const TemplateDialog = lazy(async () => ({ default: (await import("./TemplateDialog")).TemplateDialog }));

const useStyles = makeStyles({
  tools: { display: "flex", flexWrap: "wrap", gap: "4px" },
  small: { minWidth: "auto", paddingLeft: "8px", paddingRight: "8px", fontWeight: tokens.fontWeightRegular },
  offer: { fontWeight: tokens.fontWeightSemibold },
});

interface Props {
  view: ConversationView;
  shut: boolean;
  fileCount: number;
  onFiles: (files: File[]) => void;
  /** Absent while the choices are on the screen. */
  onChoices?: () => void;
  quickRepliesOpen: boolean;
  onQuickReplies: () => void;
}

/** What may be sent besides text, by what the channel can do. */
export function ComposerTools(props: Props) {
  const styles = useStyles();
  const { view, shut, fileCount, onFiles, onChoices, quickRepliesOpen, onQuickReplies } = props;
  const { attachments, templates } = view.abilities;
  return (
    <div className={styles.tools}>
      {attachments && !shut && <AttachButton full={fileCount >= MAX_FILES} onFiles={onFiles} />}
      {!shut && (
        <Button
          className={styles.small}
          appearance="subtle"
          icon={<CommentLightning20Regular />}
          aria-expanded={quickRepliesOpen}
          title={texts.quickReplies.keys}
          onClick={onQuickReplies}
        >
          {texts.quickReplies.button}
        </Button>
      )}
      {!shut && onChoices && (
        <Button
          className={styles.small}
          appearance="subtle"
          icon={<TextNumberListLtr20Regular />}
          onClick={onChoices}
        >
          {texts.choices.button}
        </Button>
      )}
      {templates && <TemplateButton view={view} shut={shut} />}
    </div>
  );
}

function AttachButton({ full, onFiles }: { full: boolean; onFiles: (files: File[]) => void }) {
  const styles = useStyles();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        className={styles.small}
        appearance="subtle"
        icon={<Attach20Regular />}
        disabledFocusable={full}
        title={full ? texts.files.full(MAX_FILES) : undefined}
        onClick={() => input.current?.click()}
      >
        {texts.files.attach}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same file may be chosen again.
          event.target.value = "";
        }}
      />
    </>
  );
}

function TemplateButton({ view, shut }: { view: ConversationView; shut: boolean }) {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const restoreFocus = useRestoreFocusTarget();
  return (
    <>
      <Button
        className={mergeClasses(styles.small, shut && styles.offer)}
        appearance={shut ? "primary" : "subtle"}
        icon={<SlideText20Regular />}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        {...restoreFocus}
      >
        {shut ? texts.templates.offer : texts.templates.button}
      </Button>
      {open && (
        <Suspense>
          <TemplateDialog conversationId={view.id} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
