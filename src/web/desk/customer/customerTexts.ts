import type { ContactView, CustomerSummary } from "../../../desk/contactContract";

type Ticket = CustomerSummary["tickets"][number];
type Reason = CustomerSummary["suggestions"][number]["reason"];
type How = NonNullable<CustomerSummary["link"]>["how"];

const REASONS: Record<Reason, string> = {
  phone: "Same phone number",
  email: "Same e-mail address",
  name: "Same name",
};

const HOW: Record<How, string> = {
  agent: "Linked by an agent",
  phone: "Found by the phone number",
  created: "Made from a conversation",
  automatic: "Made with the first message",
  plugin: "Linked by a plugin",
  file: "Linked by the configuration",
};

/** Every word of the customer summary. */
export const customerTexts = {
  heading: "Customer",
  show: "Customer",
  close: "Hide the customer summary",
  failed: "The customer summary could not be read",

  optedOut: "Opted out",
  optedOutHint: "Nothing is sent to them without a person.",

  unknown: "Unknown customer",
  unknownHint: "Nobody has said yet who this is. Once you do, later conversations are linked by themselves.",
  suggestions: "It may be",
  reason: (reason: Reason): string => REASONS[reason],
  link: "Link",
  linkOf: (name: string) => `Link to ${name}`,
  search: "Find a contact",
  searchHint: "Name, e-mail or phone number",
  found: (count: number): string => {
    if (count === 0) return "Nobody found.";
    return count === 1 ? "1 contact found." : `${count} contacts found.`;
  },
  more: "There are more. Write some more of the name.",
  create: "Create contact",
  actionFailed: "That did not work",
  linked: (name: string) => `Linked to ${name}.`,
  unlinked: "The customer is unknown now.",
  saved: "Saved.",

  state: { active: null, inactive: "Inactive", merged: "Merged" } satisfies Record<
    ContactView["state"],
    string | null
  >,
  how: (how: How, when: string): string => `${HOW[how]}, ${when}`,
  linkEnded: "The number or account belongs to somebody else since this conversation.",
  edit: "Edit",
  unlink: "Unlink",

  facts: {
    label: "About the contact",
    phones: "Phone",
    emails: "E-mail",
    language: "Language",
    timezone: "Time zone",
    unit: "Unit",
    group: "Group",
    origin: "Origin",
    externalId: "External id",
  },
  phoneKind: { mobile: "mobile", home: "home", work: "work", other: "other" } satisfies Record<
    ContactView["phones"][number]["kind"],
    string
  >,

  dialog: {
    createTitle: "Create contact",
    createIntro: "The contact is made and linked in one step.",
    editTitle: "Edit contact",
    name: "Name",
    nameHint: "As it is shown. Made of first and last name when left empty.",
    firstName: "First name",
    lastName: "Last name",
    emails: "E-mail addresses",
    emailsHint: "Several with commas.",
    phones: "Phone numbers",
    phone: (place: number) => `Phone number ${place}`,
    kind: (place: number) => `Kind of phone number ${place}`,
    addPhone: "Add a number",
    removePhone: (place: number) => `Remove phone number ${place}`,
    phonesHint: "With country code: +351 912 345 678. Messages from a mobile number find the contact.",
    language: "Language",
    languageHint: "As in en or pt-PT.",
    timezone: "Time zone",
    timezoneHint: "As in Europe/Lisbon.",
    save: "Save",
    create: "Create and link",
    cancel: "Cancel",
    failed: "Not saved",
    email: (place: number) => `E-mail address ${place}`,
  },

  unlinkDialog: {
    title: (name: string) => `Unlink ${name}?`,
    question: "Why is it not theirs?",
    wrong: "It was linked by mistake",
    wrongHint: (name: string) =>
      `No conversation here stays with ${name}, and it is not linked to them again by itself.`,
    changed: "The number or account belongs to somebody else now",
    changedHint: (name: string) =>
      `Earlier conversations stay with ${name}. From this conversation on, the customer is unknown.`,
    unlink: "Unlink",
    cancel: "Cancel",
  },

  profiles: {
    heading: "Writes from",
    here: "this conversation",
    past: "no longer theirs",
  },

  history: {
    heading: "Conversations",
    none: "No other conversation.",
    here: "This conversation",
    open: (channel: string, when: string) => `Read the conversation on ${channel} of ${when}`,
    with: (who: string) => `with ${who}`,
    state: (state: string, holder: string): string => {
      if (state === "closed") return "Closed";
      if (holder === "bot") return "With the helper";
      return (
        { open: "Waiting in a queue", active: "Active", waiting: "Waiting for the customer" }[state] ??
        "Wrap-up"
      );
    },
    notYours: "Not yours to read",
  },

  tickets: {
    heading: "Tickets",
    state: { open: "Open", pending: "Pending", solved: "Solved", closed: "Closed" } satisfies Record<
      Ticket["state"],
      string
    >,
    priority: { low: "Low", normal: "Normal", high: "High", urgent: "Urgent" } satisfies Record<
      Ticket["priority"],
      string
    >,
  },
};
