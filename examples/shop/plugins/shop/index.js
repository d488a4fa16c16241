const { findOrderNumber } = require("./orderNumber");
const { OrderDialog } = require("./orderDialog");
const { service } = require("./service");

/** @type {import("switchboard").Plugin} */
module.exports = {
  name: "shop",
  switchboard: "^0.1.0",

  // For flows, as in: { do: dialog, dialog: shopOrder }
  dialogs: [new OrderDialog("shopOrder")],

  // For rules and flows, as in: hasOrderNumber(message.text)
  functions: {
    hasOrderNumber: {
      help: "True when the text holds an order number such as CC-1001.",
      takes: ["text"],
      gives: "boolean",
      run: (text) => findOrderNumber(String(text)) !== undefined,
    },
  },

  // For flows, as in: { do: action, action: shop.voucher, with: { order: "CC-1003" } }
  actions: {
    voucher: {
      help: "Makes a voucher for a customer whose order is late.",
      takes: { order: "text" },
      // A turn that is repeated calls again with the same id: the service makes one voucher for it.
      run: ({ order }, { id, signal }) => service.post("/vouchers", { order }, { key: id, signal }),
    },
  },

  // For rules, as in: shop.tier == 'gold'
  fields: {
    tier: {
      kind: "text",
      help: "gold or standard.",
      async read({ customer }, { signal }) {
        if (typeof customer.phone !== "string") return "standard";
        const found = await service.get(`/customers/${encodeURIComponent(customer.phone)}`, { signal });
        return found?.tier ?? "standard";
      },
    },
  },

  hooks: {
    /** Who names an order need not be asked for it. */
    beforeTurn({ text }) {
      const orderNumber = findOrderNumber(text);
      return orderNumber === undefined ? undefined : { context: { orderNumber } };
    },
  },
};
