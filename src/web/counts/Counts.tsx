import { useSearchParams } from "wouter";
import type { MeView } from "../../desk/contract";
import { useNow } from "../shared/useNow";
import { CountsTable } from "./CountsTable";
import { DayBar } from "./DayBar";
import { DeadLetters } from "./DeadLetters";
import { readDay, toDay } from "./day";
import { Health } from "./Health";
import { HealthNotice } from "./HealthNotice";
import { joinHealth } from "./health";
import { Legend } from "./Legend";
import { toInstanceNames } from "./names";
import { useCounts, useHealth, useStatus } from "./queries";
import { Verdict } from "./Verdict";

const MINUTE_MS = 60_000;

/** The chosen day's verdict and ledger, the instances' health and the dead letters. */
export function Counts({ me }: { me: MeView }) {
  const today = toDay(useNow(MINUTE_MS));
  const [search, setSearch] = useSearchParams();
  const day = readDay(search.get("day"), today);
  const counts = useCounts(day);
  const status = useStatus();
  const health = useHealth();
  const names = toInstanceNames(status.data ?? []);
  const rows = counts.data?.rows;
  const instances = status.data && !health.isPending ? joinHealth(status.data, health.data) : undefined;
  return (
    <>
      <DayBar
        day={day}
        today={today}
        readAt={counts.data?.readAt}
        onChoose={(chosen) => setSearch(chosen === today ? {} : { day: chosen })}
      />
      <HealthNotice instances={instances ?? []} />
      <Verdict day={day} rows={rows} names={names} fault={counts.error?.message} />
      {rows !== undefined && rows.length > 0 && <CountsTable day={day} rows={rows} names={names} />}
      <Legend />
      <Health
        me={me}
        instances={instances}
        faults={[status.error, health.error].flatMap((error) => error?.message ?? [])}
      />
      <DeadLetters names={names} />
    </>
  );
}
