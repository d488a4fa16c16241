import type { Json } from "./expression";

export const IDENTITY = {
  clientId: "11111111-1111-4111-8111-111111111111",
  principalId: "22222222-2222-4222-8222-222222222222",
};

/** What `reference()` tells of a resource once it is there. Nothing else may be asked for. */
export const RUNTIME: Record<string, (...names: string[]) => Json> = {
  "microsoft.managedidentity/userassignedidentities": () => IDENTITY,
  // The host is not the name: newer sites carry a hash and the region.
  "microsoft.web/sites": (site) => ({ defaultHostName: `${site}-a1b2c3.westeurope-01.azurewebsites.net` }),
  "microsoft.web/sites/slots": (site, slot) => ({
    defaultHostName: `${site}-${slot}-d4e5f6.westeurope-01.azurewebsites.net`,
  }),
  "microsoft.keyvault/vaults": (name) => ({ vaultUri: `https://${name}.vault.azure.net/` }),
  "microsoft.documentdb/databaseaccounts": (name) => ({
    documentEndpoint: `https://${name}.documents.azure.com:443/`,
  }),
  "microsoft.storage/storageaccounts": (name) => ({
    primaryEndpoints: { blob: `https://${name}.blob.core.windows.net/` },
  }),
};
