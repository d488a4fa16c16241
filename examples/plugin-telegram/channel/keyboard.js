/** Bytes that a button may carry back. */
const MOST_BYTES = 64;

/**
 * Buttons under a message: inline where each value fits into a button, else a keyboard in place of the customer's own,
 * whose buttons say their title. Links that it cannot hold are given back.
 * @param {import("switchboard").Content} content
 */
exports.toKeyboard = ({ choices, links }) => {
  const fits = choices.every(
    ({ value }) => Buffer.byteLength(value) >= 1 && Buffer.byteLength(value) <= MOST_BYTES,
  );
  if (!fits) {
    const keyboard = choices.map(({ title }) => [{ text: title }]);
    return { markup: { keyboard, one_time_keyboard: true, resize_keyboard: true }, links };
  }
  const rows = [
    ...choices.map(({ title, value }) => [{ text: title, callback_data: value }]),
    ...links.map(({ title, url }) => [{ text: title, url }]),
  ];
  return { markup: rows.length === 0 ? undefined : { inline_keyboard: rows }, links: [] };
};
