const { readJsonAnswer } = require("switchboard");

/**
 * The answer to a webhook may itself be a call: this one ends the small clock that a tapped button shows.
 * @type {import("switchboard").Channel["acknowledge"]}
 */
exports.acknowledge = (request) => {
  const { callback_query } = readJsonAnswer(request.body.toString("utf8"));
  const id = /** @type {{ id?: unknown } | undefined} */ (callback_query)?.id;
  if (typeof id !== "string") return { status: 200 };
  return {
    status: 200,
    contentType: "application/json",
    body: JSON.stringify({ method: "answerCallbackQuery", callback_query_id: id }),
  };
};
