// Contacts on the durable store, in this process: how long they take to write, and to find among so many others.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const SIZES = [10_000, 100_000];
const FIRST = ["Maria", "Ana", "João", "José", "Gilda", "Rui", "Inês", "Zoë", "Paulo", "Rita"];
const SYLLABLES = [
  "sil",
  "va",
  "cos",
  "ta",
  "mo",
  "re",
  "ira",
  "san",
  "tos",
  "fer",
  "nan",
  "des",
  "pin",
  "to",
  "lo",
  "pes",
];
const ROUNDS = 50;
const BY = { kind: "system", id: "bench" };

export async function benchContacts(require) {
  const load = (name) => require(`../dist/src/${name}.js`);
  const { openLocalStore } = load("storage/local/localStore");
  const { bookSteps, createContactBook } = load("contacts/book/book");
  const { createOwed } = load("contacts/owed");
  const { systemClock } = load("core/clock");
  const { silentLog } = load("core/log");

  console.log(
    "\nContacts on the durable store, one process; ms, median and p99 of searches for different people\n| contacts | made/s, look-ups too | one word | p99 | first and last name | p99 | frequent word | p99 | last digits | p99 | by phone | p99 |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
  );
  for (const size of SIZES) {
    const folder = mkdtempSync(path.join(tmpdir(), "switchboard-bench-"));
    const store = await openLocalStore({ folder, clock: systemClock, log: silentLog });
    const nothing = async () => {};
    const steps = {
      ...bookSteps({ store, clock: systemClock }),
      refresh: nothing,
      linked: nothing,
      tell: nothing,
    };
    const owed = createOwed({ store, clock: systemClock, log: silentLog, steps });
    const book = createContactBook({ store, clock: systemClock });
    try {
      const begun = performance.now();
      for (let at = 0; at < size; at += 500) {
        await Promise.all(Array.from({ length: 500 }, (_, i) => book.create(person(at + i), BY)));
        await owed.settled();
      }
      const perSecond = (size / (performance.now() - begun)) * 1000;
      const some = Array.from({ length: ROUNDS }, (_, i) => person(Math.floor((i * size) / ROUNDS)));
      const cells = [];
      for (const text of [
        ({ lastName }) => lastName,
        ({ name }) => name.toLowerCase(),
        ({ name }) => name.split(" ")[0],
        ({ phones }) => phones[0].number.slice(-6),
      ])
        cells.push(await times(some, (one) => book.search(text(one), { limit: 20 })));
      cells.push(await times(some, ({ phones }) => book.byPhone(phones[0].number)));
      const row = cells.flat().map((ms) => ms.toFixed(1));
      console.log(`| ${size} | ${perSecond.toFixed(0)} | ${row.join(" | ")} |`);
    } finally {
      await owed.stop();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** Some 4,000 last names and ten first names, as unevenly spread as a list of one country's people. */
function person(i) {
  const last = [i % 16, (i >> 4) % 16, (i >> 8) % 16].map((at) => SYLLABLES[at]).join("");
  const lastName = last[0].toUpperCase() + last.slice(1);
  const number = `+3519${1 + (i % 3)}${String((i * 7919) % 10_000_000).padStart(7, "0")}`;
  const name = `${FIRST[i % 7 === 0 ? i % 10 : 0]} ${lastName}`;
  return { name, lastName, phones: [{ number, kind: "mobile" }], emails: [`p${i}@example.com`] };
}

async function times(people, search) {
  const taken = [];
  for (const one of people) {
    const begun = performance.now();
    const found = await search(one);
    taken.push(performance.now() - begun);
    if ((found.items ?? found).length === 0) throw new Error("somebody was not found");
  }
  taken.sort((a, b) => a - b);
  return [taken[Math.floor(taken.length / 2)], taken[Math.floor(taken.length * 0.99)]];
}
