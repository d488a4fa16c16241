/** Every word of the telephones. */
export const texts = {
  title: "Telephones",
  intro: "Write as a customer here; answer as an agent on ",
  desk: "the desk",
  loading: "Loading…",
  failed: "The telephones cannot be shown",
  lost: "Connection lost",
  lostBody: "Trying again. New messages appear when the server is back.",
  customer: "Customer",
  writesTo: (instance: string) => `to ${instance}`,
  thread: (title: string, customer: string) => `${title}: messages of ${customer}`,
  empty: (instance: string) => `Say hello to ${instance}.`,
  label: (title: string, customer: string) => `Write on ${title} as ${customer}`,
  placeholder: "Message",
  send: "Send",
  you: "You",
  webhook: (status: number) => `Webhook ${status}`,
  webhookFailed: (status: number) =>
    status === 0 ? "The webhook did not answer" : `The webhook answered ${status}: not received`,
  notSent: "Not sent",
};
