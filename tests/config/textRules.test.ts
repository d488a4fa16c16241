import assert from "node:assert/strict";
import { parse } from "./definitions";

const problems = (text: string): string[] => {
  try {
    parse(text);
    return [];
  } catch (error) {
    return (error as { details: string[] }).details;
  }
};
const rule = (i: number) => `  - { id: r${i}, name: Rule ${i}, pattern: "A${i}" }\n`;
const rules = (count: number): string =>
  `maskingRules:\n${Array.from({ length: count }, (_, i) => rule(i + 1)).join("")}`;

describe("rules of texts", () => {
  it("refuse masking patterns that cannot be used, with place and reason", () => {
    const found = problems(`maskingRules:
  - { id: a, name: A, pattern: card }
  - { id: b, name: B, pattern: "(" }
  - { id: c, name: C, pattern: "x*" }
  - { id: d, name: D, pattern: "(a+)+" }
`);
    assert.equal(found.length, 3);
    assert.match(found[0] ?? "", /^maskingRules\[1\]\.pattern: is no regular expression: .* \(line 3\)$/);
    assert.match(found[1] ?? "", /^maskingRules\[2\]\.pattern: matches the empty text/);
    assert.match(found[2] ?? "", /^maskingRules\[3\]\.pattern: repeats what is repeated already/);
  });

  it("allow ten masking rules and refuse the eleventh", () => {
    assert.deepEqual(problems(rules(10)), []);
    assert.deepEqual(problems(rules(11)), [
      "maskingRules[10].id: there may be at most 10 masking rules (line 12)",
    ]);
  });

  it("refuse slugs that nobody fills in, naming those there are", () => {
    const found = problems(`quickReplies:
  - { id: a, title: A, text: "{CustomerName} {AgentName} {QueueName} {$anything$} {1} {{Slot}}" }
  - { id: b, title: B, text: "Hi {Custommername}, {Weather}" }
`);
    assert.deepEqual(found, [
      "quickReplies[1].text: no slug {Custommername}; did you mean {CustomerName}? there are {CustomerName}, {AgentName}, {QueueName} and {$Variable$} (line 3)",
      "quickReplies[1].text: no slug {Weather}; there are {CustomerName}, {AgentName}, {QueueName} and {$Variable$} (line 3)",
    ]);
  });
});
