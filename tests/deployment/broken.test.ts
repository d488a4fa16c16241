import assert from "node:assert/strict";
import { firstFaults } from "./checks";
import { readFiles } from "./files";
import { createRandom, MUTATIONS } from "./mutations";
import { startProbe } from "./probe";

/** Of all ways to break the templates so many are tried here, always the same. */
const SAMPLE = 18;
const SEED = 28;

// `node dist/tests/deployment/mutationRun.js 5` tries them all, five times each.
describe("broken deployment templates", () => {
  let server: Awaited<ReturnType<typeof startProbe>>;
  before(async () => {
    server = await startProbe();
  });
  after(() => server.stop());

  it("are refused, while what is right is not", async function () {
    this.timeout(120_000);
    assert.deepEqual(await firstFaults(readFiles(), server.probe), []);
  });

  const random = createRandom(SEED);
  const chosen = [...MUTATIONS].sort(() => random() - 0.5).slice(0, SAMPLE);
  for (const { name, apply } of chosen)
    it(`are refused: ${name}`, async function () {
      this.timeout(60_000);
      const files = readFiles();
      const place = apply(files, random);
      assert.ok(place !== undefined, "found nothing to break");
      const faults = await firstFaults(files, server.probe);
      assert.notDeepEqual(faults, [], `nothing noticed it at ${place}`);
    });
});
