import { rmSync } from "node:fs";
import { systemClock } from "../../src/core/clock";
import { startCosmosDouble } from "./cosmosDouble/double";
import { type Platforms, startPlatforms } from "./platforms";
import { startTestApp, type TestApp } from "./startApp";

/** Servers in this process on one Cosmos double; made and ended with each test of the suite. */
export interface CosmosServers {
  readonly double: Awaited<ReturnType<typeof startCosmosDouble>>;
  readonly platforms: Platforms;
  readonly apps: readonly TestApp[];
  /** Starts one more. */
  start(configuration: string): Promise<TestApp>;
}

/** For a suite whose servers share a database. */
export function useCosmosServers(): CosmosServers {
  let double: CosmosServers["double"];
  let platforms: Platforms;
  let apps: TestApp[] = [];

  beforeEach(async () => {
    double = await startCosmosDouble({ clock: systemClock, database: "switchboard" });
    platforms = await startPlatforms();
    apps = [];
  });
  afterEach(async () => {
    double.faults.clear();
    for (const app of apps) {
      await app.stop();
      rmSync(app.folder, { recursive: true, force: true });
    }
    await platforms.close();
    await double.close();
  });

  return {
    get double() {
      return double;
    },
    get platforms() {
      return platforms;
    },
    get apps() {
      return apps;
    },
    async start(configuration) {
      const environment = {
        SWITCHBOARD_STORE: "cosmos",
        COSMOS_ENDPOINT: double.url,
        COSMOS_KEY: double.key,
        COSMOS_DATABASE: "switchboard",
      };
      const app = await startTestApp({ platforms, configuration, environment });
      apps.push(app);
      return app;
    },
  };
}
