import type { Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { systemClock } from "../../src/core/clock";
import { silentLog } from "../../src/core/log";
import { openCosmosStore } from "../../src/storage/cosmos/cosmosStore";
import { storeContract } from "../contract/store.contract";

/**
 * The contract against somebody else's stand-in for Cosmos DB, as a check on our double. Not part of `npm test`: it
 * brings 450 packages of its own. `npm run test:cosmos-emulator` leaves out what it does wrong (scripts/emulator.mjs).
 */
const folder = path.resolve(__dirname, "..", "..", "..", "tests", "emulator");
const { createHttpServer } = createRequire(path.join(folder, "package.json"))("@vercel/cosmosdb-server") as {
  createHttpServer(): Server;
};

storeContract("@vercel/cosmosdb-server", async () => {
  const server = createHttpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const store = await openCosmosStore({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: Buffer.from("any key will do").toString("base64"),
    database: "switchboard",
    createMissing: true,
    clock: systemClock,
    log: silentLog,
  });
  return {
    store,
    advance() {},
    async close() {
      await store.close();
      server.close();
      server.closeAllConnections();
    },
  };
});
