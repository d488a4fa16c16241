import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles } from "@fluentui/react-components";
import type { ConversationView } from "../../desk/contract";
import { texts } from "./texts";

const useStyles = makeStyles({ banner: { margin: "8px 16px 0", flexShrink: 0 } });

/** Says what is wrong with the page, handle or number, and the cure; nothing while it is well. */
export function HealthBanner({ health: { state, text } }: { health: ConversationView["health"] }) {
  const styles = useStyles();
  if (state === "ok") return null;
  return (
    <MessageBar intent={state} layout="multiline" className={styles.banner}>
      <MessageBarBody>
        <MessageBarTitle>{texts.health[state]}</MessageBarTitle> {text}
      </MessageBarBody>
    </MessageBar>
  );
}
