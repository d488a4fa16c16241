import assert from "node:assert/strict";
import { messageSlugs, slugsIn } from "../../src/core/slugs";
import { MESSAGE_TRIGGERS } from "../../src/core/texts";
import { DEFAULT_MESSAGES } from "../../src/routing/texts/defaultTexts";
import { parse } from "./definitions";

const problems = (text: string): string[] => {
  try {
    parse(text);
    return [];
  } catch (error) {
    return (error as { details: string[] }).details;
  }
};
const question = (text: string): string => `surveys:
  - id: s
    name: S
    questions:
      - ${text}
`;

describe("rules of automated messages", () => {
  it("our own texts keep them", () => {
    for (const trigger of MESSAGE_TRIGGERS)
      for (const text of Object.values(DEFAULT_MESSAGES[trigger].text))
        for (const slug of slugsIn(text))
          assert.ok(messageSlugs(trigger).includes(slug), `${trigger}: ${slug}`);
  });

  it("allow the trigger's slugs, the customer, the queue and any variable", () => {
    const found = problems(`automatedMessages:
  - { id: a, trigger: ended, text: { en: "{AgentName} {CustomerName} {QueueName} {$anything$} {1} {{x}}" } }
  - { id: b, trigger: position, text: { en: "{Position}" } }
  - { id: c, trigger: holiday, text: { en: "{Holiday} {OpensAt}" } }
  - { id: d, trigger: greeting }
`);
    assert.deepEqual(found, []);
  });

  it("refuse others, in each language, naming those of the trigger", () => {
    const found = problems(`automatedMessages:
  - { id: a, trigger: outOfHours, text: { en: "{OpensAt}", de: "{OpenAt}" } }
  - { id: b, trigger: greeting, text: { en: "{AgentName} is here" } }
`);
    assert.deepEqual(found, [
      "automatedMessages[0].text.de: no slug {OpenAt}; did you mean {OpensAt}? there are {OpensAt}, {CustomerName}, {QueueName} and {$Variable$} (line 2)",
      "automatedMessages[1].text.en: no slug {AgentName}; there are {CustomerName}, {QueueName} and {$Variable$} (line 3)",
    ]);
  });

  it("refuse a page that does not exist, and a channel beside a page", () => {
    const found = problems(`automatedMessages:
  - { id: a, trigger: ended, instance: facebook~1 }
`);
    assert.match(found[0] ?? "", /^automatedMessages\[0\]\.instance: no instance "facebook~1"/);
    const both = problems(`automatedMessages:
  - { id: a, trigger: ended, channel: sms, instance: facebook~1 }
`);
    assert.match(both[0] ?? "", /name a channel or an instance, not both/);
  });
});

describe("rules of surveys", () => {
  it("allow questions of each kind, and a link with its slugs", () => {
    const found = problems(`surveys:
  - id: a
    name: A
    questions:
      - { id: stars, kind: rating, text: { en: "How?" } }
      - { id: why, kind: choice, text: { en: "Why?" }, choices: [Price, Time] }
      - { id: more, kind: text, text: { en: "More?" } }
  - { id: b, name: B, mode: link, link: "https://ask.example/{ConversationId}", intro: { en: "Here: {Link}" } }
  - { id: c, name: C, mode: link, link: "https://ask.example/" }
`);
    assert.deepEqual(found, []);
  });

  it("refuse two questions of one id", () => {
    const found = problems(`surveys:
  - id: a
    name: A
    questions:
      - { id: stars, kind: rating, text: { en: "How?" } }
      - { id: stars, kind: text, text: { en: "Why?" } }
`);
    assert.deepEqual(found, ['surveys[0].questions[1].id: there is a question "stars" already (line 6)']);
  });

  const wrong: [question: string, problem: RegExp][] = [
    [
      "{ id: a, kind: choice, text: { en: A } }",
      /questions\[0\]\.choices: write what there is to choose from/,
    ],
    [
      "{ id: a, kind: choice, text: { en: A }, choices: [Yes, yes] }",
      /questions\[0\]\.choices: two of them are the same/,
    ],
    [
      "{ id: a, kind: rating, text: { en: A }, min: 5, max: 5 }",
      /questions\[0\]\.max: must be more than min, which is 5/,
    ],
    [
      '{ id: a, kind: text, text: { en: "Dear {CustomerName}" } }',
      /questions\[0\]\.text\.en: no slug \{CustomerName\}; none is filled in here/,
    ],
    [
      '{ id: a, kind: text, text: { en: "Your order {$order$}" } }',
      /questions\[0\]\.text\.en: no slug \{\$order\$\}; none is filled in here/,
    ],
  ];
  for (const [text, problem] of wrong)
    it(`refuse ${text}`, () => {
      const found = problems(question(text));
      assert.equal(found.length, 1);
      assert.match(found[0] ?? "", problem);
    });

  it("refuse a link survey whose words lack the link, and slugs that are not filled in", () => {
    const found = problems(`surveys:
  - { id: a, name: A, mode: link, link: "https://ask.example/{Conversation}", intro: { en: "{Link}", de: "Hier" } }
`);
    assert.deepEqual(found, [
      "surveys[0].link: no slug {Conversation}; did you mean {ConversationId}? there is {ConversationId} (line 2)",
      "surveys[0].intro.de: say where the link goes: {Link} (line 2)",
    ]);
  });
});
