import assert from "node:assert/strict";
import { drawFlow } from "../../../src/dialogs/flows/draw";

describe("drawFlow", () => {
  it("draws every step and every way", () => {
    const text = drawFlow({
      id: "orders",
      start: "topic",
      onReturn: "bye",
      steps: {
        topic: {
          do: "ask",
          text: { pt: "Olá", en: 'Order, or "person"?' },
          choices: [{ label: "Order", next: "look" }, { label: { en: "A person" } }],
          next: "person",
          giveUp: "person",
        },
        look: { do: "http", url: "https://a.example/${vars.no}", next: "check", error: "person" },
        // biome-ignore lint/suspicious/noThenProperty: the word of flows.
        check: { do: "if", if: "vars.a > 1 && vars.b < 2", then: "bye" },
        bye: { do: "say", text: "Bye|bye; [x] {y} #1\nsecond line" },
        person: { do: "handoff", text: "One moment." },
      },
    });
    assert.equal(
      text,
      `flowchart TD
  start([start]) --> s0
  back([back from people]) --> s3
  s0{{"<b>topic</b> ask<br>Order, or #34;person#34;?"}}
  s1["<b>look</b> http<br>GET https://a.example/$#123;vars.no#125;"]
  s2{"<b>check</b> if<br>vars.a #62; 1 #38;#38; vars.b #60; 2"}
  s3["<b>bye</b> say<br>Bye#124;bye#59; #91;x#93; #123;y#125; #35;1<br>second line"]
  s4(["<b>person</b> handoff<br>One moment."])
  finish([end of the flow])
  s0 -->|"Order"| s1
  s0 -->|"else"| s4
  s0 -.->|"gives up"| s4
  s1 --> s2
  s1 -.->|"error"| s4
  s2 -->|"then"| s3
  s2 -->|"else"| finish
  s3 --> finish
`,
    );
  });

  it("leaves out what a faulty flow does not have", () => {
    assert.equal(
      drawFlow({
        id: "a",
        start: "b",
        steps: { c: { do: "say", text: "hi", next: "nowhere" }, d: { do: "nosuch" } },
      }),
      `flowchart TD
  start([start]) --> finish
  s0["<b>c</b> say<br>hi"]
  finish([end of the flow])
  s0 --> finish
`,
    );
  });
});
