import { MessageBar, MessageBarBody, MessageBarTitle, makeStyles, tokens } from "@fluentui/react-components";
import type { ConversationView } from "../../desk/contract";
import { texts } from "./texts";

const useStyles = makeStyles({
  note: { margin: "8px 16px 0", flexShrink: 0 },
  body: { maxHeight: "30vh", overflowY: "auto", overflowWrap: "anywhere", whiteSpace: "pre-line" },
  facts: { display: "flex", flexWrap: "wrap", gap: "0 16px", margin: 0 },
  fact: { display: "flex", columnGap: "4px", minWidth: 0 },
  name: { color: tokens.colorNeutralForeground2, "::after": { content: '":"' } },
  value: { margin: 0 },
});

/**
 * What the helper told people when it handed over, or is known of the conversation where no helper met the customer;
 * nothing while the helper has it, or nothing is known.
 */
export function HandoffNote({ view: { holder, helper, summary, context } }: { view: ConversationView }) {
  const styles = useStyles();
  const isTold = helper !== "off" || summary !== null;
  const facts = Object.entries(context);
  if (holder === "bot" || (summary === null && facts.length === 0)) return null;
  return (
    <MessageBar intent="info" layout="multiline" className={styles.note}>
      <MessageBarBody className={styles.body}>
        <MessageBarTitle>{isTold ? texts.handoff.title : texts.handoff.known}</MessageBarTitle> {summary}
        {facts.length > 0 && (
          <dl className={styles.facts} aria-label={texts.handoff.variables}>
            {facts.map(([name, value]) => (
              <div key={name} className={styles.fact}>
                <dt className={styles.name}>{name}</dt>
                <dd className={styles.value}>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}
