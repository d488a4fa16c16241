import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
} from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import { texts } from "./texts";

/** Why the last message was not taken. */
export function SendFault({ words, onDismiss }: { words: string; onDismiss: () => void }) {
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{texts.composer.failed}</MessageBarTitle> {words}
      </MessageBarBody>
      <MessageBarActions
        containerAction={
          <Button
            appearance="transparent"
            icon={<Dismiss16Regular />}
            aria-label={texts.composer.dismiss}
            onClick={onDismiss}
          />
        }
      />
    </MessageBar>
  );
}
