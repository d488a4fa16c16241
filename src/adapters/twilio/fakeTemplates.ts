import type { FakeAnswer } from "../shared/fakePlatform";

/** A content template as Twilio lists it (Twilio: Content API). */
interface FakeTemplate {
  sid: string;
  friendly_name: string;
  language: string;
  variables: Readonly<Record<string, string>>;
  types: Readonly<Record<string, { body: string } & Record<string, unknown>>>;
  approval_requests: Readonly<Record<string, unknown>>;
}

const approval = (status: string, rejection_reason = "") => ({
  allow_category_change: true,
  category: "UTILITY",
  content_type: "text",
  name: "",
  rejection_reason,
  status,
});

/** What the fake account has: one that may be sent, one not yet, one never. */
export const FAKE_TEMPLATES: readonly FakeTemplate[] = [
  {
    sid: "HX00000000000000000000000000000001",
    friendly_name: "order_update",
    language: "en",
    variables: { "1": "Anna", "2": "10042" },
    types: { "twilio/text": { body: "Hello {{1}}, there is news about your order {{2}}." } },
    approval_requests: approval("approved"),
  },
  {
    sid: "HX00000000000000000000000000000002",
    friendly_name: "appointment",
    language: "en",
    variables: { "1": "Monday" },
    types: {
      "twilio/quick-reply": {
        body: "Shall we meet on {{1}}?",
        actions: [
          { title: "Yes", id: "yes" },
          { title: "No", id: "no" },
        ],
      },
    },
    approval_requests: approval("pending"),
  },
  {
    sid: "HX00000000000000000000000000000003",
    friendly_name: "summer_sale",
    language: "de",
    variables: {},
    types: { "whatsapp/card": { body: "Alles muss raus!", footer: "Shop" } },
    approval_requests: approval("rejected", "Promotional content in a utility template."),
  },
];

/** Two a page at most, so that readers must turn over (Twilio: Content API, "ContentAndApprovals"). */
export function toTemplatePage(query: URLSearchParams): FakeAnswer {
  const page = Number(query.get("Page") ?? 0);
  const size = 2;
  const base = "https://content.twilio.com/v1/ContentAndApprovals?PageSize=50";
  const hasMore = (page + 1) * size < FAKE_TEMPLATES.length;
  return {
    status: 200,
    body: {
      meta: {
        page,
        page_size: size,
        first_page_url: `${base}&Page=0`,
        previous_page_url: null,
        url: `${base}&Page=${page}`,
        next_page_url: hasMore ? `${base}&Page=${page + 1}&PageToken=DNHX` : null,
        key: "contents",
      },
      contents: FAKE_TEMPLATES.slice(page * size, (page + 1) * size),
    },
  };
}

/** The text that a customer gets: a variable without a value keeps its sample. */
export function fillTemplate(sid: string, values: Readonly<Record<string, unknown>>): string | undefined {
  const template = FAKE_TEMPLATES.find((one) => one.sid === sid);
  const body = Object.values(template?.types ?? {})[0]?.body;
  return body?.replace(/\{\{(\w+)\}\}/g, (whole, name: string) =>
    String(values[name] ?? template?.variables[name] ?? whole),
  );
}
