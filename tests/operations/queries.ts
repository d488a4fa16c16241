import { parse } from "yaml";
import { read } from "../docs/parts";

/** An expression with the place where it stands. */
export interface Query {
  place: string;
  expr: string;
}

export interface AlertRule {
  alert: string;
  expr: string;
  for?: string;
  labels: { severity: string };
  annotations: { summary: string; runbook: string };
}

export const DASHBOARD = "operations/grafana-dashboard.json";
export const ALERTS = "operations/alerts.yaml";

interface Panel {
  id: number;
  type: string;
  title: string;
  targets?: { expr: string; legendFormat: string }[];
}

export const panels = (): Panel[] => (JSON.parse(read(DASHBOARD)) as { panels: Panel[] }).panels;

export const alertRules = (): AlertRule[] =>
  (parse(read(ALERTS)) as { groups: { rules: AlertRule[] }[] }).groups.flatMap(({ rules }) => rules);

/** All that dashboard, alerts and docs/metrics.md ask. */
export function queries(): { dashboard: Query[]; alerts: Query[]; page: Query[] } {
  const { annotations } = JSON.parse(read(DASHBOARD)) as { annotations: { list: { expr: string }[] } };
  return {
    dashboard: [
      ...panels().flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ place: title, expr }))),
      ...annotations.list.map(({ expr }) => ({ place: "annotations", expr })),
    ],
    alerts: alertRules().map(({ alert, expr }) => ({ place: alert, expr })),
    page: [...read("docs/metrics.md").matchAll(/^\| [^|]+\? \| `(.+)` \|$/gm)].map(([, expr = ""]) => ({
      place: "docs/metrics.md",
      expr,
    })),
  };
}
