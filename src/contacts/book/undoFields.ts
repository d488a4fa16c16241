import { isDeepStrictEqual } from "node:util";
import type { ContactFields, ContactPhone } from "../../core/contact";
import type { Merge } from "../../core/contactBook";
import { fieldsOf } from "../../core/contactSchema";

export const isStanding = ({ undoneAt }: Merge): boolean => undoneAt === undefined;

/** Each value of a contact by its own name: "language", "phones.+351…", "emails.…", "fields.…". */
type Values = ReadonlyMap<string, unknown>;
/** What set a value last: a merge, or somebody by hand. */
interface Layer {
  merge?: Merge;
  value: unknown;
}

/**
 * The survivor's fields as they would be without the merge: each value, phone and e-mail on its own. What somebody changed by
 * hand since stays, and what another merge that still stands brought as well. `merges`: all of the contact, undone or not.
 */
export function fieldsWithout(
  contact: ContactFields,
  merges: readonly Merge[],
  undone: Merge,
): ContactFields {
  const inOrder = [...merges].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const current = valuesOf(contact);
  const sides = inOrder.map((merge) => ({
    merge,
    before: valuesOf(merge.before),
    after: valuesOf(merge.after),
    other: valuesOf(merge.other),
  }));
  const names = new Set(
    [current, ...sides.flatMap(({ before, after }) => [before, after])].flatMap((values) => [
      ...values.keys(),
    ]),
  );
  const left = new Map<string, unknown>();
  for (const name of names) {
    const value = valueWithout(name, sides, current.get(name), undone);
    if (value !== undefined) left.set(name, value);
  }
  return toFields(left, orderedBy(contact, undone));
}

interface Side {
  merge: Merge;
  before: Values;
  after: Values;
  other: Values;
}

/**
 * What set the value is told apart by going through the merges in their order: a value that none of them explains was set by
 * hand. The last layer counts; where nothing set one, what a standing merge would have brought if it had been the only one.
 */
function valueWithout(name: string, sides: readonly Side[], current: unknown, undone: Merge): unknown {
  const layers: Layer[] = [{ value: sides[0]?.before.get(name) }];
  const offers: Layer[] = [];
  const read = (stands: (merge: Merge) => boolean): unknown => {
    const counts = ({ merge }: Layer): boolean => merge === undefined || stands(merge);
    const last = layers.findLast(counts);
    return last === layers[0] ? (last?.value ?? offers.find(counts)?.value) : last?.value;
  };
  const setByHand = (value: unknown, stands: (merge: Merge) => boolean): void => {
    if (!isDeepStrictEqual(read(stands), value)) layers.push({ value });
  };
  for (const { merge, before, after, other } of sides) {
    const [was, is, theirs] = [before.get(name), after.get(name), other.get(name)];
    setByHand(was, ({ undoneAt }) => undoneAt === undefined || undoneAt > merge.at);
    if (!isDeepStrictEqual(was, is) || (is !== undefined && isDeepStrictEqual(theirs, is)))
      layers.push({ merge, value: is });
    if (is !== undefined && theirs !== undefined) offers.push({ merge, value: theirs });
  }
  setByHand(current, isStanding);
  return read((merge) => isStanding(merge) && merge.id !== undone.id);
}

function valuesOf(contact: ContactFields): Values {
  const { phones, emails, fields, ...texts } = fieldsOf(contact);
  return new Map<string, unknown>([
    ...Object.entries(texts),
    ...phones.map(({ number, kind }): [string, unknown] => [`phones.${number}`, kind]),
    ...emails.map((address): [string, unknown] => [`emails.${address}`, true]),
    ...Object.entries(fields).map(([name, value]): [string, unknown] => [`fields.${name}`, value]),
  ]);
}

function toFields(values: Values, inOrder: { phones: string[]; emails: string[] }): ContactFields {
  const of = (beginning: string): [string, unknown][] =>
    [...values]
      .filter(([name]) => name.startsWith(beginning))
      .map(([name, value]) => [name.slice(beginning.length), value]);
  const sorted = (beginning: string, order: string[]): [string, unknown][] =>
    of(beginning).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const texts = [...values].filter(([name]) => !/^(phones|emails|fields)\./.test(name));
  return {
    ...Object.fromEntries(texts),
    phones: sorted("phones.", inOrder.phones).map(([number, kind]) => ({
      number,
      kind: kind as ContactPhone["kind"],
    })),
    emails: sorted("emails.", inOrder.emails).map(([address]) => address),
    fields: Object.fromEntries(of("fields.")),
  } as unknown as ContactFields;
}

/** As they stood before the merge, unless somebody put them in another order since. */
function orderedBy(contact: ContactFields, { before, after }: Merge): { phones: string[]; emails: string[] } {
  const numbersOf = ({ phones }: ContactFields): string[] => phones.map(({ number }) => number);
  const addressesOf = ({ emails }: ContactFields): string[] => [...emails];
  const order = (listOf: (fields: ContactFields) => string[]): string[] => {
    const [was, became, now] = [listOf(before), listOf(after), listOf(contact)];
    const left = became.filter((one) => now.includes(one));
    const isSame = isDeepStrictEqual(
      now.filter((one) => became.includes(one)),
      left,
    );
    return [...new Set(isSame ? [...was, ...now] : [...now, ...was])];
  };
  return { phones: order(numbersOf), emails: order(addressesOf) };
}
