/** A set of positions, one bit for each: marking twice costs nothing, and they come out in order. */
export type Marks = Uint32Array;

export const createMarks = (count: number): Marks => new Uint32Array((count + 31) >>> 5);

export function mark(marks: Marks, position: number): void {
  // biome-ignore lint/style/noNonNullAssertion: a check here would cost more than the mark
  marks[position >>> 5]! |= 1 << (position & 31);
}

export function markAll(marks: Marks, positions: readonly number[] | undefined): void {
  if (positions === undefined) return;
  for (const position of positions) mark(marks, position);
}
