import {
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Select,
  tokens,
} from "@fluentui/react-components";
import { useId, useState } from "react";
import type { PhoneMessage, PhoneSay, TelephoneView } from "../../simulator/contract";
import { lookOf, useLooks } from "./looks";
import { PhoneComposer } from "./PhoneComposer";
import { PhoneThread } from "./PhoneThread";
import type { Said } from "./said";
import { texts } from "./texts";

const useStyles = makeStyles({
  phone: {
    display: "flex",
    flexDirection: "column",
    minWidth: 0,
    height: "clamp(480px, calc(100dvh - 120px), 720px)",
    borderRadius: "28px",
    overflow: "hidden",
    border: `6px solid ${tokens.colorNeutralForeground1}`,
    backgroundColor: "var(--ground)",
    boxShadow: tokens.shadow16,
    "@media (prefers-color-scheme: dark)": { border: "6px solid #4d4d4d" },
  },
  bar: { padding: "14px 16px 12px", backgroundColor: "var(--bar)", color: "#fff", flexShrink: 0 },
  title: {
    fontSize: tokens.fontSizeBase400,
    lineHeight: tokens.lineHeightBase400,
    fontWeight: tokens.fontWeightSemibold,
  },
  instance: {
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase300,
    overflowWrap: "anywhere",
  },
  chooser: {
    display: "flex",
    alignItems: "center",
    columnGap: "8px",
    padding: "8px 12px",
    flexShrink: 0,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    fontSize: tokens.fontSizeBase200,
  },
  select: { flexGrow: 1, minWidth: 0 },
  fault: { margin: "8px 12px 0", flexShrink: 0 },
});

interface Props {
  telephone: TelephoneView;
  messages: PhoneMessage[];
  onSay: (said: PhoneSay) => Promise<void>;
}

/** One customer's telephone with one app open; the chooser hands it to another customer. */
export function Telephone({ telephone, messages, onSay }: Props) {
  const styles = useStyles();
  const looks = useLooks();
  const ids = useId();
  const [customerId, setCustomerId] = useState(telephone.customers[0]?.id ?? "");
  const customer = telephone.customers.find((one) => one.id === customerId)?.name ?? customerId;
  const [fault, setFault] = useState<string | null>(null);

  /** Whether it was sent; if not, the reason stands above the keyboard. */
  async function say(said: Said): Promise<boolean> {
    setFault(null);
    try {
      await onSay({ customerId, text: "", ...said });
      return true;
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
      return false;
    }
  }

  return (
    <section
      className={mergeClasses(styles.phone, looks[lookOf(telephone.channel)])}
      aria-labelledby={`${ids}title`}
    >
      <div className={styles.bar}>
        <h2 className={styles.title} id={`${ids}title`}>
          {telephone.title}
        </h2>
        <p className={styles.instance}>{texts.writesTo(telephone.instanceName)}</p>
      </div>
      <div className={styles.chooser}>
        <label htmlFor={`${ids}customer`}>{texts.customer}</label>
        <Select
          id={`${ids}customer`}
          size="small"
          className={styles.select}
          value={customerId}
          onChange={(_, data) => setCustomerId(data.value)}
        >
          {telephone.customers.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </Select>
      </div>
      <PhoneThread
        key={customerId}
        label={texts.thread(telephone.title, customer)}
        instanceName={telephone.instanceName}
        messages={messages.filter((message) => message.customerId === customerId)}
        onSay={say}
      />
      {fault !== null && (
        <MessageBar intent="error" layout="multiline" className={styles.fault}>
          <MessageBarBody>
            <MessageBarTitle>{texts.notSent}</MessageBarTitle> {fault}
          </MessageBarBody>
        </MessageBar>
      )}
      <PhoneComposer label={texts.label(telephone.title, customer)} onSay={say} />
    </section>
  );
}
