import type { Deployment } from "./deployment";

/** Lengths and characters of names ("Naming rules and restrictions for Azure resources"), by type, of the last part. */
const RULES: Record<string, [least: number, most: number, pattern: RegExp]> = {
  "microsoft.managedidentity/userassignedidentities": [3, 128, /^[a-zA-Z0-9][\w-]*$/],
  "microsoft.operationalinsights/workspaces": [4, 63, /^[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]$/],
  "microsoft.keyvault/vaults": [3, 24, /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]*[a-zA-Z0-9]$/],
  "microsoft.keyvault/vaults/secrets": [1, 127, /^[a-zA-Z0-9-]+$/],
  "microsoft.documentdb/databaseaccounts": [3, 44, /^[a-z0-9][a-z0-9-]*[a-z0-9]$/],
  "microsoft.documentdb/databaseaccounts/sqldatabases": [1, 255, /^[^/\\#?]+$/],
  "microsoft.documentdb/databaseaccounts/sqldatabases/containers": [1, 255, /^[^/\\#?]+$/],
  "microsoft.documentdb/databaseaccounts/sqlroleassignments": [36, 36, /^[0-9a-f-]+$/],
  "microsoft.storage/storageaccounts": [3, 24, /^[a-z0-9]+$/],
  "microsoft.storage/storageaccounts/blobservices": [7, 7, /^default$/],
  "microsoft.storage/storageaccounts/blobservices/containers": [
    3,
    63,
    /^[a-z0-9](?!.*--)[a-z0-9-]*[a-z0-9]$/,
  ],
  "microsoft.authorization/roleassignments": [36, 36, /^[0-9a-f-]+$/],
  "microsoft.web/serverfarms": [1, 60, /^[a-zA-Z0-9-]+$/],
  "microsoft.web/sites": [2, 60, /^[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]$/],
  "microsoft.web/sites/config": [3, 20, /^(appsettings|slotConfigNames)$/],
  "microsoft.web/sites/slots": [2, 19, /^[a-zA-Z0-9-]+$/],
  "microsoft.web/sites/slots/config": [3, 20, /^appsettings$/],
  "microsoft.web/sites/basicpublishingcredentialspolicies": [3, 3, /^(ftp|scm)$/],
  "microsoft.web/sites/slots/basicpublishingcredentialspolicies": [3, 3, /^(ftp|scm)$/],
  "microsoft.insights/autoscalesettings": [1, 260, /^[^#<>%&:\\?/{}*]+$/],
  "microsoft.insights/actiongroups": [1, 260, /^[^#<>%&:\\?/{}*]+$/],
  "microsoft.insights/metricalerts": [1, 260, /^[^#<>%&:\\?/{}*]+$/],
  "microsoft.insights/scheduledqueryrules": [1, 260, /^[^#<>%&:\\?/{}*]+$/],
  "microsoft.insights/diagnosticsettings": [1, 260, /^[^#<>%&:\\?/{}*]+$/],
  "microsoft.botservice/botservices": [2, 64, /^[a-zA-Z0-9][\w.-]*$/],
};

/** Names that are of the world and not of the resource group: two installations must not meet. */
const WORLDWIDE = [
  "microsoft.keyvault/vaults",
  "microsoft.documentdb/databaseaccounts",
  "microsoft.storage/storageaccounts",
  "microsoft.web/sites",
  "microsoft.botservice/botservices",
];
/** Of the thirteen characters of uniqueString, so many must be left after a name was cut. */
const UNIQUE = 8;

/** `suffix`: what uniqueString gave. */
export function nameFaults({ resources }: Deployment, suffix: string): string[] {
  return resources.flatMap(({ id, type, name }) => {
    const rule = RULES[type.toLowerCase()];
    const own = name.split("/").at(-1) ?? "";
    if (rule === undefined) return [`${id}: no rule for names of ${type}`];
    const [least, most, pattern] = rule;
    if (own.length < least || own.length > most) return [`${id}: a name of ${own.length} characters`];
    if (!pattern.test(own)) return [`${id}: the name has other characters than allowed`];
    const worldwide = WORLDWIDE.includes(type.toLowerCase());
    return worldwide && !own.includes(suffix.slice(0, UNIQUE))
      ? [`${id}: the name is not unique in the world`]
      : [];
  });
}
