// A plugin has any of these parts: take out what you do not need.
// What each may do, and where it runs, stands in docs/plugins.md of Switchboard.

/** @type {import("switchboard").Plugin} */
module.exports = {
  name: "__PLUGIN__",
  switchboard: "^__VERSION__",

  // Functions for rules and flows, as in: __FUNCTION__(message.text). They run in the server: quick, and never async.
  functions: {
    __FUNCTION__: {
      help: "True when the text holds an order number such as A-1234.",
      takes: ["text"],
      gives: "boolean",
      run: (text) => /\b[A-Z]-\d{4}\b/.test(text),
    },
  },

  // Steps for flows, as in: { do: action, action: __PLUGIN__.findOrder, with: { number: "A-1234" }, save: order }
  actions: {
    findOrder: {
      help: "Looks an order up.",
      takes: { number: "text" },
      // A repeated turn calls again with the same call.id: hand it on where something is changed.
      async run({ number }, call) {
        call.signal.throwIfAborted();
        return ORDERS[number] ?? { state: "unknown" };
      },
    },
  },

  // Facts for rules, as in: __PLUGIN__.tier == 'gold'. Asked for only when a rule of the work stream names one.
  fields: {
    tier: {
      kind: "text",
      help: "gold for customers with a name on the list.",
      read: ({ customer }) => (GOLD.has(customer.name) ? "gold" : "standard"),
    },
  },

  // Called on the path of a message. Whatever they answer comes in time or not at all.
  hooks: {
    beforeTurn({ text }) {
      const [order] = /\b[A-Z]-\d{4}\b/.exec(text) ?? [];
      return order === undefined ? undefined : { context: { order } };
    },
  },
};

const ORDERS = { "A-1234": { state: "shipped" } };
const GOLD = new Set(["Gilda Moore"]);
