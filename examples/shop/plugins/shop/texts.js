const TEXTS = {
  en: {
    postcode: (number) => `What is the postal code that order ${number} goes to?`,
    wrongPostcode: "That is not the postal code of this order. Please look it up in our confirmation.",
  },
  pt: {
    postcode: (number) => `Qual é o código postal de entrega da encomenda ${number}?`,
    wrongPostcode: "Não é o código postal desta encomenda. Por favor, veja na nossa confirmação.",
  },
  es: {
    postcode: (number) => `¿Cuál es el código postal de entrega del pedido ${number}?`,
    wrongPostcode: "No es el código postal de este pedido. Por favor, mírelo en nuestra confirmación.",
  },
};

/**
 * What the dialog says, in the customer's language ("pt-BR" counts as "pt"), else in English.
 * @param {string | undefined} language
 */
exports.textsOf = (language) => TEXTS[String(language).slice(0, 2)] ?? TEXTS.en;
