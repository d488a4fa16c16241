import {
  IDLE_UNITS_AN_HOUR,
  KEPT_BYTES,
  LOG_BYTES_A_MESSAGE,
  MESSAGES,
  PUBLISHED,
} from "../support/publishedUnits";

/** Assumptions of docs/operations.md; prices in US dollars. Change them there by changing them here. */
export const ASSUMED = {
  days: 30,
  hours: 730,
  serverlessPerMillion: 0.25,
  autoscalePer100UnitsAnHour: 0.012,
  storagePerGigabyteMonth: 0.25,
  logPerGigabyte: 2.76,
  serverAMonth: 125,
  /** The busiest minutes of a day, beside its mean. */
  peak: 3,
  /** Mean of the hours' greatest use of autoscale's most. */
  autoscaleUse: 0.45,
} as const;

interface Case {
  aDay: number;
  mode: "serverless" | "autoscale";
  servers: number;
}

const CASES: readonly Case[] = [
  { aDay: 1_000, mode: "serverless", servers: 1 },
  { aDay: 1_000_000, mode: "autoscale", servers: 4 },
];

/** The estimates as a table: a line for each step, a column for each case. */
export function estimateRows(): string[][] {
  const columns = CASES.map(estimate);
  return (columns[0] ?? []).map(([what], row) => [what, ...columns.map((column) => column[row]?.[1] ?? "")]);
}

export const estimateHead = (): string[] => ["A month", ...CASES.map(({ aDay }) => `${count(aDay)} a day`)];

function estimate({ aDay, mode, servers }: Case): [what: string, words: string][] {
  const a = ASSUMED;
  const conversations = aDay * a.days;
  const worked = (conversations * PUBLISHED.conversation) / 1e6;
  // An idle look costs a unit for each physical partition, of which a large database has several.
  const partitions = mode === "serverless" ? 1 : 3;
  const idle = (servers * partitions * IDLE_UNITS_AN_HOUR * a.hours) / 1e6;
  const mean = (aDay * PUBLISHED.conversation) / 86_400;
  const most = Math.ceil((mean * a.peak) / 1_000) * 1_000;
  const units =
    mode === "serverless"
      ? (worked + idle) * a.serverlessPerMillion
      : ((most * a.autoscaleUse) / 100) * a.autoscalePer100UnitsAnHour * a.hours;
  const kept = (conversations * KEPT_BYTES) / 1e9;
  const log = (conversations * MESSAGES * LOG_BYTES_A_MESSAGE) / 1e9;
  const money = [units, kept * a.storagePerGigabyteMonth, log * a.logPerGigabyte, servers * a.serverAMonth];
  return [
    ["conversations", `${count(aDay)} × ${a.days} = ${count(conversations)}`],
    [
      "request units, million",
      `${count(conversations)} × ${PUBLISHED.conversation} ÷ 10⁶ = ${count(worked)}`,
    ],
    [
      "of idle servers, million",
      `${servers} × ${partitions} × ${count(IDLE_UNITS_AN_HOUR)} × ${a.hours} ÷ 10⁶ = ${count(idle)}`,
    ],
    ["mean, and at the peak, a second", `${count(mean)}, and ${a.peak} × that = ${count(mean * a.peak)}`],
    [
      "database",
      mode === "serverless"
        ? `serverless: ${count(worked + idle)} × $${a.serverlessPerMillion} = $${count(units)}`
        : `autoscale to ${count(most)}: ${count(most)} × ${a.autoscaleUse} ÷ 100 × $${a.autoscalePer100UnitsAnHour} × ${a.hours} = $${count(units)}`,
    ],
    [
      "new data, GB",
      `${count(conversations)} × ${count(KEPT_BYTES)} B = ${count(kept)}, $${count(money[1] ?? 0)} for each month that it is kept`,
    ],
    [
      "log, GB",
      `${count(conversations)} × ${MESSAGES} × ${count(LOG_BYTES_A_MESSAGE)} B = ${count(log)}, $${count(money[2] ?? 0)}`,
    ],
    ["servers", `${servers} × $${a.serverAMonth} = $${count(money[3] ?? 0)}`],
    ["**together**", `**about $${count(money.reduce((sum, one) => sum + one, 0))}**`],
  ];
}

/** Two digits below ten, none above. */
const count = (value: number): string =>
  value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : 0 });
