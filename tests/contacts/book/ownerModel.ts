/** Conversations that a profile of the model has at most. */
export const MOST_CONVERSATIONS = 8;

interface ModelProfile {
  /** Whose each conversation is; place 0 is not used. */
  owners: (string | undefined)[];
  /** Whose the next conversations are. */
  present: string | undefined;
  /** Up to here conversations are spoken for. */
  settled: number;
  /** Where the present link begins. */
  from: number;
}

/** Who wrote what, told as simply as can be: a list of owners a profile, and who stands for whom. */
export class OwnerModel {
  private readonly profiles = new Map<string, ModelProfile>();
  private readonly standsFor = new Map<string, string>();

  copy(): OwnerModel {
    const copy = new OwnerModel();
    for (const [id, profile] of this.profiles)
      copy.profiles.set(id, { ...profile, owners: [...profile.owners] });
    for (const [id, into] of this.standsFor) copy.standsFor.set(id, into);
    return copy;
  }

  /** The contact that counts. */
  root(contactId: string): string {
    const into = this.standsFor.get(contactId);
    return into === undefined ? contactId : this.root(into);
  }

  link(profileId: string, contactId: string, from: number): void {
    const profile = this.profile(profileId);
    if (this.root(contactId) !== contactId) return;
    if (profile.present !== undefined && this.root(profile.present) !== contactId) return;
    const owner = profile.present ?? contactId;
    const first = Math.max(from, profile.settled + 1);
    if (profile.present === undefined || first < profile.from) profile.from = first;
    profile.present = owner;
    for (let n = profile.from; n <= MOST_CONVERSATIONS; n++) profile.owners[n] = owner;
  }

  unlink(profileId: string, until: number | undefined): void {
    const profile = this.profile(profileId);
    if (profile.present === undefined) return;
    const last = until ?? 0;
    for (let n = Math.max(last + 1, profile.from); n <= MOST_CONVERSATIONS; n++)
      profile.owners[n] = undefined;
    if (last >= profile.from) profile.settled = last;
    profile.present = undefined;
  }

  merge(survivorId: string, otherId: string): void {
    if (survivorId === otherId) return;
    if (this.root(survivorId) === survivorId && this.root(otherId) === otherId)
      this.standsFor.set(otherId, survivorId);
  }

  undo(survivorId: string, otherId: string): void {
    if (this.root(survivorId) === survivorId && this.standsFor.get(otherId) === survivorId)
      this.standsFor.delete(otherId);
  }

  /** "<profile> <conversation>" of all that stands under a contact. */
  shown(contactId: string): string[] {
    if (this.root(contactId) !== contactId) return [];
    return [...this.profiles]
      .flatMap(([id, { owners }]) =>
        owners.flatMap((owner, n) =>
          owner !== undefined && this.root(owner) === contactId ? [`${id} ${n}`] : [],
        ),
      )
      .sort();
  }

  private profile(id: string): ModelProfile {
    const found = this.profiles.get(id) ?? { owners: [], present: undefined, settled: 0, from: 0 };
    this.profiles.set(id, found);
    return found;
  }
}
