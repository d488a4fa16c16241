import { deploy, type Template } from "../support/arm/deployment";
import type { Json } from "../support/arm/expression";

/** Combinations that the template refuses before anything is deployed, with what it says. */
export const REFUSED: readonly [says: string, values: Record<string, Json>][] = [
  ["not allowed", { planSku: "F1" }],
  ["not allowed", { cosmosMode: "provisioned" }],
  ["not allowed", { logLevel: "debug" }],
  ["not allowed", { nodeVersion: "20-lts" }],
  ["not allowed", { botAppType: "MultiTenant" }],
  ["too long", { baseName: "switchboard-one" }],
  ["too short", { baseName: "s" }],
  ["too short", { databaseName: "" }],
  ["too small", { instances: 0 }],
  ["too great", { mediaSoftDeleteDays: 31 }],
  ["must be bool", { deploySlot: "yes" }],
  ["must be int", { instances: "2" }],
  ["not declared", { planSKU: "P1v3" }],
  ["baseName: small letters", { baseName: "Switchboard" }],
  ["baseName: small letters", { baseName: "1switch" }],
  ["baseName: small letters", { baseName: "my-desk" }],
  ["baseName: small letters", { baseName: "büro" }],
  ["deploySlot: needs", { planSku: "B1" }],
  ["autoscale: needs", { planSku: "B2", deploySlot: false, autoscale: true }],
  ["maxInstances: must not", { autoscale: true, instances: 5, maxInstances: 4 }],
  ["zoneRedundant: needs", { zoneRedundant: true, planSku: "S1", instances: 2, mediaSku: "Standard_ZRS" }],
  ["zoneRedundant: needs", { zoneRedundant: true, planSku: "P1v3", instances: 1, mediaSku: "Standard_ZRS" }],
  ["zoneRedundant: mediaSku", { zoneRedundant: true, planSku: "P1v3", instances: 2 }],
  ["cosmosMaxThroughput: must", { cosmosMode: "autoscale", cosmosMaxThroughput: 1500 }],
  ["publicUrl: must", { publicUrl: "http://service.example.com" }],
  ["publicUrl: must", { publicUrl: "https://service.example.com/" }],
  ["packageUri: must", { packageUri: "http://example.com/a.zip" }],
  ["metricsToken: at least", { metricsToken: "a token of the scraper" }],
  ["metricsToken: at least", { exposeMetrics: true, metricsToken: "short" }],
  ["oidcIssuer: must", { oidcIssuer: "http://login.example.com", oidcClientId: "switchboard" }],
  ["oidcIssuer, oidcClientId: both", { oidcIssuer: "https://login.example.com" }],
  ["oidcIssuer, oidcClientId: both", { oidcClientId: "switchboard" }],
  ["oidcClientSecret: only", { oidcClientSecret: "a secret" }],
  ["botAppId: needed", { deployBotService: true, botAppType: "SingleTenant" }],
  ["botAppId, botAppPassword: only", { botAppId: "66666666-6666-4666-8666-666666666666" }],
  ["botAppId, botAppPassword: only", { deployBotService: true, botAppPassword: "a password" }],
  ["adminObjectId: must", { adminObjectId: "ana@example.com" }],
  ["alertEmail: must", { alertEmail: "operators" }],
  ["alertEmail: must", { alertEmail: "operators@example.com", deployAlerts: false }],
];

/** What is taken although it should be refused, or refused without saying why. */
export function refusalFaults(template: Template): string[] {
  return REFUSED.filter(([says, values]) => {
    const { faults } = deploy(template, values);
    return !faults.some((fault) => fault.includes(says));
  }).map(([says, values]) => `${JSON.stringify(values)} is not refused with "${says}"`);
}
