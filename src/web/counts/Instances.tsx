import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Warning16Filled } from "@fluentui/react-icons/svg/warning";
import type { StatusView } from "../../admin/contract";
import { ChannelMark } from "../shared/ChannelMark";
import { agoText } from "../shared/time";
import { useNow } from "../shared/useNow";
import { momentText } from "./day";
import { Notice } from "./Notice";
import { Part } from "./Part";
import { TableRegion } from "./TableRegion";
import { useTableStyles } from "./tableStyles";
import { texts } from "./texts";

const useStyles = makeStyles({
  problem: { display: "flex", columnGap: "6px", fontWeight: tokens.fontWeightSemibold },
  icon: { flexShrink: 0, marginTop: "2px", color: tokens.colorPaletteRedForeground1 },
});

interface Props {
  /** Absent while they are read. */
  instances: readonly StatusView[] | undefined;
  fault: string | undefined;
}

/** Pages, handles and numbers: a silent one or one that cannot be used shows here. */
export function Instances({ instances, fault }: Props) {
  const table = useTableStyles();
  const { name, channel, last, problem } = texts.instances;
  return (
    <Part heading={texts.instances.heading}>
      {fault !== undefined && (
        <Notice intent="error" title={texts.instances.failed}>
          {fault}
        </Notice>
      )}
      {instances?.length === 0 && <p>{texts.instances.empty}</p>}
      {instances !== undefined && instances.length > 0 && (
        <TableRegion label={texts.instances.heading} caption={texts.instances.caption}>
          <thead>
            <tr>
              {[name, channel, last, problem].map((heading) => (
                <th key={heading} scope="col" className={table.head}>
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <InstanceRow key={instance.id} instance={instance} />
            ))}
          </tbody>
        </TableRegion>
      )}
    </Part>
  );
}

function InstanceRow({ instance: { name, channel, lastInboundAt, problem } }: { instance: StatusView }) {
  const table = useTableStyles();
  const styles = useStyles();
  const now = useNow(10_000);
  return (
    <tr>
      <th scope="row" className={table.cell}>
        {name}
      </th>
      <td className={table.cell}>
        <ChannelMark channel={channel} />
      </td>
      <td className={mergeClasses(table.cell, table.nowrap)}>
        {lastInboundAt === null ? (
          texts.instances.never
        ) : (
          <time dateTime={lastInboundAt} title={`${momentText(lastInboundAt)} UTC`}>
            {agoText(lastInboundAt, now)}
          </time>
        )}
      </td>
      <td className={mergeClasses(table.cell, table.words)}>
        {problem === null ? (
          texts.none
        ) : (
          <span className={styles.problem}>
            <Warning16Filled className={styles.icon} aria-hidden="true" />
            {problem}
          </span>
        )}
      </td>
    </tr>
  );
}
