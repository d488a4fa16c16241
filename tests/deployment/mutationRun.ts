import { firstFaults } from "./checks";
import { readFiles } from "./files";
import { createRandom, MUTATIONS } from "./mutations";
import { startProbe } from "./probe";

// node dist/tests/deployment/mutationRun.js [rounds] [seed]: breaks the templates in every way of MUTATIONS, `rounds`
// times each at another place, and tells which faults nothing noticed.
async function main(rounds: number, seed: number): Promise<void> {
  const { probe, stop } = await startProbe();
  const standing = await firstFaults(readFiles(), probe);
  // Else everything would be refused for a reason of its own.
  if (standing.length > 0) throw new Error(`the templates are wrong as they stand: ${standing[0]}`);
  const random = createRandom(seed);
  const survivors: string[] = [];
  let tried = 0;
  for (const { name, apply } of MUTATIONS) {
    const places = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      const files = readFiles();
      const place = apply(files, random);
      if (place === undefined) continue;
      tried += 1;
      places.add(place);
      if ((await firstFaults(files, probe)).length === 0) survivors.push(`${name}: ${place}`);
    }
    if (places.size === 0) survivors.push(`${name}: found nothing to break`);
  }
  await stop();
  for (const survivor of survivors) process.stdout.write(`not noticed: ${survivor}\n`);
  process.stdout.write(
    `${tried - survivors.length} of ${tried} broken templates were refused (seed ${seed})\n`,
  );
}

main(Number(process.argv[2] ?? 3), Number(process.argv[3] ?? 1)).then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    process.exit(1);
  },
);
