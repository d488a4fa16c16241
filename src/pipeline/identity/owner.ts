import type { ContactFacts } from "../../core/contact";
import type { Head, SurveyState } from "../../core/conversation";
import { numberOf } from "../../core/ids";

/** Whose a thread's conversations are, as its head knows it: links cover some of them, and an address may change hands. */

/** The contact that conversation `n` belongs to; undefined when none is linked, or it was the former owner's. */
export function contactAt(head: Head, n: number): ContactFacts | undefined {
  const { contact, contactFrom = 1, ownerFrom = 1 } = head;
  if (n < contactFrom) return undefined;
  return n >= ownerFrom && contactFrom < ownerFrom ? undefined : contact;
}

/** The head before a message that opens a conversation: a new owner starts with a clean sheet. */
export function forNewOwner(head: Head): Head {
  return head.live === undefined && (head.ownerFrom ?? 0) > head.conversations ? withoutFormer(head) : head;
}

/**
 * The head without what the address's former owner left, as soon as it is known that conversations from `ownerFrom` on
 * are of somebody else: what belongs to one of those stays.
 */
export function changedHands(head: Head, ownerFrom: number): Head {
  const { survey, live } = head;
  const next: Head = { ...head, ownerFrom };
  if (survey !== undefined && isBefore(survey, ownerFrom)) {
    delete next.survey;
    delete next.choices;
  }
  // The last of the former owner's is still open, or the next one will be the first of the new: that one clears up.
  if (head.conversations < ownerFrom) return next;
  // When the first of theirs began is known of a live one only; a notice too many does no harm, one too few does.
  const since = live?.openedAt ?? Number.POSITIVE_INFINITY;
  if ((head.notice?.at ?? since) < since) {
    delete next.notice;
    delete next.held;
  }
  if ((head.helperEnded?.at ?? since) < since) delete next.helperEnded;
  return next;
}

const isBefore = ({ conversationId }: SurveyState, ownerFrom: number): boolean =>
  numberOf(conversationId) < ownerFrom;

/** That the number wants to hear nothing automatic stays: the platform holds it against the number, not the person. */
function withoutFormer(head: Head): Head {
  const {
    contact: _contact,
    contactFrom: _from,
    dialog: _dialog,
    asked: _asked,
    choices: _choices,
    survey: _survey,
    notice: _notice,
    held: _held,
    helperEnded: _ended,
    profileAt: _profileAt,
    ...rest
  } = head;
  return { ...rest, customer: { id: head.customer.id } };
}
