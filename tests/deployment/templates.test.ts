import assert from "node:assert/strict";
import { needlessDependencies } from "../support/arm/dependencies";
import { type Deployment, deploy } from "../support/arm/deployment";
import { knownVersions } from "../support/arm/knownTypes";
import { deploymentFaults, setsOf, staticFaults } from "./checks";
import { readFiles } from "./files";
import { startProbe } from "./probe";
import { REFUSED } from "./refusals";
import { routeFaults } from "./routeContract";

const FILES = readFiles();
const { template } = FILES;
const SETS = setsOf(FILES);

describe("deployment templates", () => {
  const deployments = new Map<string, Deployment>();
  let server: Awaited<ReturnType<typeof startProbe>>;
  before(async () => {
    for (const { name, values } of SETS) deployments.set(name, deploy(template, values));
    server = await startProbe();
  });
  after(() => server.stop());

  it("keep Azure's rules; form and parameter files fit; wrong combinations are refused by name", () => {
    assert.deepEqual(staticFaults(FILES), []);
    assert.ok(REFUSED.length > 30);
  });

  it("deploy with every switch both ways, every choice and bound, and the parameter files", () => {
    assert.ok(SETS.length > 90);
    const faults = SETS.flatMap(({ name, values }) =>
      deploymentFaults(template, deployments.get(name) as Deployment, values).map(
        (fault) => `${name}: ${fault}`,
      ),
    );
    assert.deepEqual(faults.slice(0, 10), []);
  });

  it("wait for nothing needlessly", () => {
    assert.deepEqual(needlessDependencies([...deployments.values()]), []);
  });

  it("name addresses that the server answers at", async () => {
    const faults: string[] = [];
    for (const { name, values } of SETS)
      faults.push(...(await routeFaults(deployments.get(name) as Deployment, values, server.probe)));
    assert.deepEqual(faults.slice(0, 10), []);
  });

  it("give the same names when they are deployed again, and others for another name", () => {
    const names = (baseName: string) => deploy(template, { baseName }).resources.map(({ id }) => id);
    assert.deepEqual(names("desk"), names("desk"));
    const shared = names("desk").filter((id) => names("other").includes(id));
    assert.deepEqual(shared, []);
  });

  it("use every type of the table of known types, and no other", () => {
    const used = new Set(template.resources.map(({ type, apiVersion }) => `${type}@${apiVersion}`));
    assert.deepEqual([...used].sort(), knownVersions().sort());
  });
});
