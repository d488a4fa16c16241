export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** An error as the vault writes it. */
export function refusal(status: number, code: string, message: string, inner?: string): Answer {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  return { status, body: { error: { code, message, ...innererror } } };
}
