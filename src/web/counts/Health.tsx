import type { MeView } from "../../desk/contract";
import { isAdmin } from "../shared/session";
import { Accounts } from "./Accounts";
import { HealthRow } from "./HealthRow";
import type { InstanceHealth } from "./health";
import { Notice } from "./Notice";
import { Part } from "./Part";
import { TableRegion } from "./TableRegion";
import { useTableStyles } from "./tableStyles";
import { HEALTH_ID, texts } from "./texts";

interface Props {
  me: MeView;
  /** Absent while they are read. */
  instances: readonly InstanceHealth[] | undefined;
  /** Why instances or their health could not be read. */
  faults: readonly string[];
}

/** Pages, handles and numbers: a silent one or one that cannot be used shows here; an admin looks into it. */
export function Health({ me, instances, faults }: Props) {
  const table = useTableStyles();
  const { name, state, text, since, last } = texts.health;
  return (
    <Part id={HEALTH_ID} heading={texts.health.heading}>
      {faults.map((fault) => (
        <Notice key={fault} intent="error" title={texts.health.failed}>
          {fault}
        </Notice>
      ))}
      {instances?.length === 0 && <p>{texts.health.empty}</p>}
      {instances !== undefined && instances.length > 0 && (
        <TableRegion label={texts.health.heading} caption={texts.health.caption}>
          <thead>
            <tr>
              {[name, state, text, since, last].map((heading) => (
                <th key={heading} scope="col" className={table.head}>
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {instances.map((instance) => (
              <HealthRow key={instance.instanceId} instance={instance} />
            ))}
          </tbody>
        </TableRegion>
      )}
      {isAdmin(me) && instances !== undefined && instances.length > 0 && <Accounts instances={instances} />}
    </Part>
  );
}
