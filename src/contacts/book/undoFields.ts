import { isDeepStrictEqual } from "node:util";
import type { ContactFields, ContactPhone } from "../../core/contact";
import type { Merge, MergedFields } from "../../core/contactBook";
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
  const current = valuesOf(contact);
  const sides = sidesOf(merges);
  const names = namesOf(current, ...sides.flatMap(({ before, after }) => [before, after]));
  const left = new Map<string, unknown>();
  for (const name of names) {
    const value = valueWithout(name, sides, current.get(name), undone);
    if (value !== undefined) left.set(name, value);
  }
  return toFields(left, orderedBy(contact, undone));
}

/**
 * Of merges of one contact those that read otherwise without `gone`: as they would have been written if it had never been. Undoing
 * one of them later gives what it would have given.
 */
export function mergesWithout(merges: readonly Merge[], gone: Merge): Merge[] {
  const sides = sidesOf(merges);
  return sides.flatMap(({ merge }, index) => {
    if (merge.id === gone.id || merge.fields === undefined || !isStanding(merge)) return [];
    const fields = asIfNeverBeen(sides.slice(0, index + 1), merge.fields, gone);
    return isDeepStrictEqual(fields, merge.fields) ? [] : [{ ...merge, fields }];
  });
}

/** The last side is the merge that is written anew. */
function asIfNeverBeen(sides: readonly Side[], fields: MergedFields, gone: Merge): MergedFields {
  const earlier = sides.slice(0, -1);
  const last = sides.at(-1) as Side;
  const [before, after] = [new Map<string, unknown>(), new Map<string, unknown>()];
  for (const name of namesOf(last.before, last.after)) {
    const [was, is, theirs] = [last.before.get(name), last.after.get(name), last.other.get(name)];
    const own = valueAt(name, earlier, was, { gone, at: last.merge.at });
    const offered = is === undefined ? undefined : theirs;
    set(before, name, own);
    set(after, name, brings(last, name) ? is : (own ?? offered));
  }
  return {
    before: toFields(before, orderOf(fields.before)),
    after: toFields(after, orderOf(fields.after)),
    other: fields.other,
  };
}

function set(values: Map<string, unknown>, name: string, value: unknown): void {
  if (value !== undefined) values.set(name, value);
}

/** It set the value, or said the same as what stood. */
function brings({ before, after, other }: Side, name: string): boolean {
  const [was, is, theirs] = [before.get(name), after.get(name), other.get(name)];
  return !isDeepStrictEqual(was, is) || (is !== undefined && isDeepStrictEqual(theirs, is));
}

/** Oldest first; of those that are undone and forgotten nothing is known. */
function sidesOf(merges: readonly Merge[]): Side[] {
  const inOrder = [...merges].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return inOrder.flatMap((merge) =>
    merge.fields === undefined
      ? []
      : {
          merge,
          before: valuesOf(merge.fields.before),
          after: valuesOf(merge.fields.after),
          other: valuesOf(merge.fields.other),
        },
  );
}

const namesOf = (...of: Values[]): Set<string> => new Set(of.flatMap((values) => [...values.keys()]));

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
const valueWithout = (name: string, sides: readonly Side[], current: unknown, undone: Merge): unknown =>
  valueAt(name, sides, current, { gone: undone, at: Number.MAX_SAFE_INTEGER });

/** The value that read `current` at a time after all these merges, without one of them. */
function valueAt(
  name: string,
  sides: readonly Side[],
  current: unknown,
  { gone, at }: { gone: Merge; at: number },
): unknown {
  const stood =
    (time: number) =>
    ({ undoneAt = Number.POSITIVE_INFINITY }: Merge): boolean =>
      undoneAt > time;
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
  for (const side of sides) {
    const { merge, before, after, other } = side;
    const [was, is, theirs] = [before.get(name), after.get(name), other.get(name)];
    setByHand(was, stood(merge.at));
    if (brings(side, name)) layers.push({ merge, value: is });
    if (is !== undefined && theirs !== undefined) offers.push({ merge, value: theirs });
  }
  setByHand(current, stood(at));
  return read((merge) => stood(at)(merge) && merge.id !== gone.id);
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

function toFields(values: Values, inOrder: Order): ContactFields {
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

interface Order {
  phones: string[];
  emails: string[];
}

const numbersOf = ({ phones }: ContactFields): string[] => phones.map(({ number }) => number);
const addressesOf = ({ emails }: ContactFields): string[] => [...emails];

const orderOf = (fields: ContactFields): Order => ({
  phones: numbersOf(fields),
  emails: addressesOf(fields),
});

/** As they stood before the merge, unless somebody put them in another order since. */
function orderedBy(contact: ContactFields, { fields }: Merge): Order {
  const { before, after } = fields ?? { before: contact, after: contact };
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
