import assert from "node:assert/strict";
import { exportConfig } from "../../src/config/exportConfig";
import { createSettingsRules } from "../../src/config/rules";
import { SETTINGS, type WebhookSettings } from "../../src/core/settings";
import { createSettings } from "../support/settings";
import { definitions, parse } from "./definitions";

const LINE = "  - { id: a, secret: env:HOOK, url: ";
const problems = (...lines: string[]): string[] => {
  try {
    parse(`webhooks:\n${lines.join("\n")}\n`);
    return [];
  } catch (error) {
    return (error as { details: string[] }).details;
  }
};
const problem = (url: string): string | undefined => problems(`${LINE}"${url}" }`)[0];

describe("rules of webhooks", () => {
  it("allow https, and http to this machine in development only", () => {
    for (const url of ["https://crm.example.com/hook", "http://127.0.0.1:4200/", "http://localhost/"])
      assert.equal(problem(url), undefined, url);
    assert.match(
      problem("http://crm.example.com/") ?? "",
      /url: must be an https address; plain http goes to this machine only \(line 2\)/,
    );
    const webhook = SETTINGS.webhooks.parse({ id: "a", secret: "env:A", url: "http://127.0.0.1:1/" });
    const faults = createSettingsRules(definitions, { production: true }).faultsOf("webhooks", webhook, {
      has: () => false,
      get: () => undefined,
      ids: () => [],
    });
    assert.deepEqual(faults, [{ path: ["url"], message: "must be an https address" }]);
  });

  it("refuse what is no address, holds a password, a plain secret or an event that is none, in words", () => {
    assert.match(problem("crm") ?? "", /url: an https address/);
    assert.match(problem("ftp://crm.example.com/") ?? "", /url: an https address/);
    assert.match(problem("https://a:b@crm.example.com/") ?? "", /holds a name or password/);
    assert.match(problem("https://crm.example.com/#x") ?? "", /"#" part/);
    assert.match(
      problems('  - { id: a, url: "https://crm.example.com/", secret: whsec_abc }')[0] ?? "",
      /secret: a secret is a reference/,
    );
    assert.match(problems(`${LINE}"https://c.example.com/", events: [contact.made] }`)[0] ?? "", /events/);
    assert.match(problems(`${LINE}"https://c.example.com/", event: all }`)[0] ?? "", /event.*events/);
  });

  it("are exported as they were written", () => {
    const given = {
      id: "crm",
      url: "https://c.example.com/",
      secret: "env:HOOK",
      events: ["ticket.created"],
    };
    const settings = createSettings({ more: { webhooks: [given as WebhookSettings] } });
    const text = exportConfig(
      { ...settings.current(), accounts: new Map(), instances: new Map() },
      definitions,
    );
    assert.match(text, /webhooks:\n {2}- id: crm\n/);
    const [back] = parse(text).webhooks;
    assert.deepEqual(back, { ...given, enabled: true });
  });
});
