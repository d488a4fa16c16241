import { makeStyles, tokens } from "@fluentui/react-components";
import { ChannelMark } from "../shared/ChannelMark";
import type { InstanceName } from "./names";
import { texts } from "./texts";

const useStyles = makeStyles({
  label: { display: "flex", flexDirection: "column", minWidth: "110px" },
  facts: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

/** An instance by name and channel. */
export function InstanceLabel({ instance: { channel, name, unknown } }: { instance: InstanceName }) {
  const styles = useStyles();
  return (
    <span className={styles.label}>
      <bdi>{name === "" ? texts.dead.unknown : name}</bdi>
      <span className={styles.facts}>
        <ChannelMark channel={channel} />
      </span>
      {unknown && <span className={styles.facts}>{texts.table.unknown}</span>}
    </span>
  );
}
