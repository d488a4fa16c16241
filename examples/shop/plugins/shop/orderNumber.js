/**
 * The first order number in a text, as the shop writes it: "cc 1001" -> "CC-1001"; undefined when there is none.
 * @param {string} text
 */
exports.findOrderNumber = (text) => {
  const [, digits] = /\bCC[- ]?(\d{4})\b/i.exec(text) ?? [];
  return digits === undefined ? undefined : `CC-${digits}`;
};
