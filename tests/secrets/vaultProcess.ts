import { systemClock } from "../../src/core/clock";
import { createSecrets } from "../../src/secrets/secrets";

/**
 * A server's secrets in a process of their own, because tokens are cached by process: reads the references named on the
 * command line and writes what came of it, as JSON. `VAULT` is the vault's URL.
 */
async function run(references: readonly string[]): Promise<void> {
  const { VAULT: url = "", AZURE_CLIENT_ID: clientId } = process.env;
  const secrets = createSecrets({
    environment: {},
    dataFolder: "/nowhere",
    production: true,
    kind: "keyvault",
    vault: {
      url,
      ...(clientId === undefined ? {} : { clientId }),
      // The double has no name that ends in vault.azure.net.
      client: { disableChallengeResourceVerification: process.env.ANY_HOST === "yes" },
    },
    clock: systemClock,
  });
  const results: string[] = [];
  for (const reference of references)
    results.push(await secrets.resolve(reference).then(String, ({ message }: Error) => message));
  process.stdout.write(JSON.stringify(results));
}

void run(process.argv.slice(2));
