const { ComponentDialog, TextPrompt, WaterfallDialog } = require("botbuilder-dialogs");
const { findOrderNumber } = require("./orderNumber");
const { service } = require("./service");
const { textsOf } = require("./texts");

const MOST_TRIES = 3;

/**
 * Looks an order up and makes sure that it is the customer's own. Begun with `{ number, language }`; gives
 * `{ state, number, due? }`, where state is the order's, else "unknown", "notTheirs" or "unreachable".
 */
exports.OrderDialog = class OrderDialog extends ComponentDialog {
  constructor(id) {
    super(id);
    this.addDialog(new TextPrompt("postcode", isRightPostcode));
    this.addDialog(new WaterfallDialog("steps", [findOrder, tellOrder]));
    this.initialDialogId = "steps";
  }
};

async function findOrder(step) {
  const number = findOrderNumber(step.options.number ?? "") ?? "";
  const order = await service.get(`/orders/${number}`).catch(() => "unreachable");
  if (order === "unreachable" || order === undefined)
    return step.endDialog({ state: order ?? "unknown", number });
  step.values.order = order;
  const texts = textsOf(step.options.language);
  return step.prompt("postcode", {
    prompt: texts.postcode(number),
    retryPrompt: texts.wrongPostcode,
    validations: order.postcode,
  });
}

function tellOrder(step) {
  const { number, state, due, postcode } = step.values.order;
  if (plain(step.result) !== plain(postcode)) return step.endDialog({ state: "notTheirs", number });
  return step.endDialog({ state, number, due });
}

/** True ends the prompt: after the last try too, and then the next step sees that it was wrong. */
async function isRightPostcode({ recognized, options, attemptCount }) {
  return attemptCount >= MOST_TRIES || plain(recognized.value) === plain(options.validations);
}

const plain = (postcode) =>
  String(postcode ?? "")
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "");
