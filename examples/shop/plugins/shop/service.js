const BASE = process.env.SHOP_SERVICE ?? "http://127.0.0.1:4100";
const TIMEOUT_MS = 3_000;

/** Calls of the shop's service (service.mjs). They throw when it does not answer. */
exports.service = {
  /**
   * Gives what is found; undefined when it is not there.
   * @param {string} path
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<any>}
   */
  get: (path, { signal } = {}) => ask(path, { signal }),

  /**
   * @param {string} path
   * @param {object} body
   * @param {{ key: string, signal?: AbortSignal }} options `key`: the same for a repetition
   * @returns {Promise<any>}
   */
  post: (path, body, { key, signal }) =>
    ask(path, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify(body),
      signal,
    }),
};

async function ask(path, { signal, ...request }) {
  const late = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(BASE + path, {
    ...request,
    signal: signal === undefined ? late : AbortSignal.any([signal, late]),
  });
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`The shop's service answered ${response.status}.`);
  return response.json();
}
