import type { CountView } from "../../admin/operationsContract";

export type NumberColumn = Exclude<keyof CountView, "instanceId" | "hour" | "problems">;

/** The number columns as they stand in the table, in groups that add up among themselves. */
export const GROUPS = [
  { id: "door", columns: ["received", "repeated", "notKept"] },
  { id: "kept", columns: ["stored", "worked", "waiting", "dead", "shown"] },
  { id: "ours", columns: ["written", "answered", "sending", "failed"] },
] as const satisfies readonly { id: string; columns: readonly NumberColumn[] }[];

export const COLUMNS: readonly NumberColumn[] = GROUPS.flatMap((group) => group.columns);

/** Whether a column begins a group, which the table shows by a line. */
export const beginsGroup = (column: NumberColumn): boolean =>
  GROUPS.some((group) => group.columns[0] === column);

/** Sums of all rows. */
export function sumRows(rows: readonly CountView[]): Record<NumberColumn, number> {
  const sums = COLUMNS.map((column) => [column, rows.reduce((sum, row) => sum + row[column], 0)]);
  return Object.fromEntries(sums) as Record<NumberColumn, number>;
}

export const countProblems = (rows: readonly CountView[]): number =>
  rows.reduce((sum, row) => sum + row.problems.length, 0);

/** Address of a row inside the page. */
export const rowId = (row: CountView): string => `row-${row.hour}-${row.instanceId}`;
