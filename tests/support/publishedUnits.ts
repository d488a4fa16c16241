/**
 * What a shared store charges, by the double's meter (published figures of Cosmos DB; docs/storage.md says which), and what
 * docs/operations.md counts with. A change that costs more than a twentieth more must say why and raise these.
 */
export const PUBLISHED = {
  message: 61.5,
  handOff: 98.8,
  /** With a person: three messages each way, taken, ended and closed. */
  conversation: 540,
  look: 15,
} as const;

/** What such a conversation keeps, bytes of JSON. */
export const KEPT_BYTES = 10_260;
/** Messages of such a conversation. */
export const MESSAGES = 6;
/** What the log takes for each message, in or out, at `info`. */
export const LOG_BYTES_A_MESSAGE = 600;
/** A server in which nothing happens, with one physical partition, units an hour. */
export const IDLE_UNITS_AN_HOUR = 20_000;
