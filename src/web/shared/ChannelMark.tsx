import { makeStyles, tokens } from "@fluentui/react-components";
import { Chat16Filled } from "@fluentui/react-icons/svg/chat";
import { Comment16Filled } from "@fluentui/react-icons/svg/comment";
import { Mention16Filled } from "@fluentui/react-icons/svg/mention";
import { PhoneChat16Filled } from "@fluentui/react-icons/svg/phone-chat";
import { channelName } from "./channels";

const ICONS: Record<string, typeof Chat16Filled> = {
  facebook: Chat16Filled,
  twitter: Mention16Filled,
  whatsapp: PhoneChat16Filled,
  sms: Comment16Filled,
};

const useStyles = makeStyles({
  mark: { display: "inline-flex", alignItems: "center", columnGap: "4px", whiteSpace: "nowrap" },
  icon: { color: tokens.colorNeutralForeground3, flexShrink: 0 },
});

/** A channel by shape and name. */
export function ChannelMark({ channel }: { channel: string }) {
  const styles = useStyles();
  const Icon = ICONS[channel] ?? Chat16Filled;
  return (
    <span className={styles.mark}>
      <Icon className={styles.icon} aria-hidden="true" />
      {channelName(channel)}
    </span>
  );
}
