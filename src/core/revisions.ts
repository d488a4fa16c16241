/** Which revision of its setting an object is: kept beside it, so that whoever holds one turn's settings can still tell. */
const revisions = new WeakMap<object, number>();

export function noteRevision(object: object, revision: number): void {
  revisions.set(object, revision);
}

/** 0 for an object that was never saved. */
export const revisionOf = (object: object | undefined): number =>
  object === undefined ? 0 : (revisions.get(object) ?? 0);
