import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { SpeakerMute16Regular } from "@fluentui/react-icons/svg/speaker-mute";
import { agoText } from "../shared/time";
import { useNow } from "../shared/useNow";
import { momentText } from "./day";
import type { InstanceHealth } from "./health";
import { InstanceLabel } from "./InstanceLabel";
import { StateWord } from "./StateWord";
import { useTableStyles } from "./tableStyles";
import { texts } from "./texts";

const useStyles = makeStyles({
  last: { display: "flex", flexDirection: "column", rowGap: "2px" },
  silent: { display: "flex", columnGap: "6px", fontWeight: tokens.fontWeightSemibold },
  icon: { flexShrink: 0, marginTop: "2px" },
});

/** One page, handle or number. */
export function HealthRow({ instance }: { instance: InstanceHealth }) {
  const table = useTableStyles();
  const styles = useStyles();
  const { channel, name, state, text, since, lastInboundAt, silent } = instance;
  return (
    <tr>
      <th scope="row" className={table.cell}>
        <InstanceLabel instance={{ channel, name, unknown: false }} />
      </th>
      <td className={mergeClasses(table.cell, table.nowrap)}>
        <StateWord state={state} />
      </td>
      <td className={mergeClasses(table.cell, table.words)}>{text ?? texts.none}</td>
      <td className={mergeClasses(table.cell, table.nowrap)}>{since !== null && <Ago iso={since} />}</td>
      <td className={table.cell}>
        <span className={styles.last}>
          {lastInboundAt === null ? texts.health.never : <Ago iso={lastInboundAt} />}
          {silent && (
            <span className={styles.silent}>
              <SpeakerMute16Regular className={styles.icon} aria-hidden="true" />
              {texts.health.silent}
            </span>
          )}
        </span>
      </td>
    </tr>
  );
}

function Ago({ iso }: { iso: string }) {
  const now = useNow(10_000);
  return (
    <time dateTime={iso} title={`${momentText(iso)} UTC`}>
      {agoText(iso, now)}
    </time>
  );
}
