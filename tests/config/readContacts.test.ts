import assert from "node:assert/strict";
import { parse } from "./definitions";

const contactsOf = (text: string) =>
  parse(`contacts:\n${text}`).contacts.map(({ id, fields }) => ({ id, fields }));

function problemsOf(text: string): string[] {
  let problems: string[] = [];
  assert.throws(
    () => contactsOf(text),
    (error: { code: string; details: string[] }) => {
      problems = error.details;
      return error.code === "CONFIG_INVALID";
    },
  );
  return problems;
}

describe("contacts in the configuration file", () => {
  it("have mobile phones where nothing else is said", () => {
    assert.deepEqual(
      contactsOf(`  - id: gilda
    name: Gilda Moore
    emails: [gilda@example.com]
    phones: ["+12065550149", { number: "+12065550100", kind: work }]
    unit: retail
    fields: { tier: gold, visits: 3, newsletter: true }
    externalId: 4711
`),
      [
        {
          id: "gilda",
          fields: {
            name: "Gilda Moore",
            emails: ["gilda@example.com"],
            phones: [
              { number: "+12065550149", kind: "mobile" },
              { number: "+12065550100", kind: "work" },
            ],
            unit: "retail",
            fields: { tier: "gold", visits: 3, newsletter: true },
            externalId: "4711",
          },
        },
      ],
    );
  });

  for (const [text, problem] of [
    ["  - { name: Gilda }", "contacts[0].id: is missing (line 2)"],
    ["  - { id: a, phone: x }", /^contacts\[0\]\.phone: .*did you mean "phones"\? \(line 2\)$/],
    [
      "  - { id: a, name: A }\n  - { id: a, name: B }",
      'contacts[1].id: "a" is already the id of contacts[0] (line 3)',
    ],
    ["  - { id: a, phones: [{ number: x, kind: fax }] }", /^contacts\[0\]\.phones\[0\]/],
    ["  - { id: a, language: 'a language' }", /^contacts\[0\]\.language: /],
    ["  - { id: a, fields: { 'my field': 1 } }", /^contacts\[0\]\.fields/],
    ["  id: a", /^contacts: must be a list/],
  ] as const)
    it(`are refused: ${text.trim()}`, () => {
      const [first = "", ...more] = problemsOf(text);
      assert.deepEqual(more, []);
      if (typeof problem === "string") assert.equal(first, problem);
      else assert.match(first, problem);
    });

  it("name a unit and a group that the file declares, where it declares any", () => {
    const filed = "  - { id: a, name: A, unit: lisbn, group: orders }\n";
    assert.equal(contactsOf(filed).length, 1);
    const units = "units: [{ id: lisbon, name: Lisbon }]\n";
    assert.deepEqual(problemsOf(filed + units), [
      'contacts[0].unit: no unit "lisbn"; did you mean "lisbon"? (line 2)',
    ]);
    assert.deepEqual(problemsOf(`${filed}groups: [{ id: sales, name: Sales }]\n`), [
      'contacts[0].group: no group "orders" (line 2)',
    ]);
    assert.equal(contactsOf(filed.replace("lisbn", "lisbon") + units).length, 1);
  });
});
