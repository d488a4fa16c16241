/** Fewer different characters would be a pattern or a word, and soon guessed. */
const MIN_DIFFERENT = 8;
/** What stands in examples and comes first to everybody's mind. */
const PLACEHOLDER = /change.?me|^(example|password|passphrase|secret|default|demo|test|<)/i;

/** Characters of a bearer token that production takes. */
export const MIN_TOKEN = 16;

/** Whether a secret is a pattern, a word, or what stands in examples. */
export const isGuessable = (secret: string): boolean =>
  new Set(secret).size < MIN_DIFFERENT || PLACEHOLDER.test(secret);

/** Whether production refuses a bearer token: it may be tried for ever, from anywhere. */
export const isWeakToken = (token: string): boolean => token.length < MIN_TOKEN || isGuessable(token);

/** Characters of a passphrase that stands for the master key. */
export const MIN_PASSPHRASE = 12;
