import { patternFault } from "../core/maskingPatterns";
import { QUICK_REPLY_SLUGS, slugsIn } from "../core/slugs";
import type { MaskingRuleSettings, QuickReplySettings } from "../core/texts";
import { nearest } from "./nearest";
import type { Path } from "./yamlSource";

interface Fault {
  path: Path;
  message: string;
}

/** Each message of a page is searched with every one of them. */
const MAX_MASKING_RULES = 10;

/** A pattern that cannot be used, and rules beyond the tenth. */
export function maskingRuleFaults(
  rule: MaskingRuleSettings,
  all: { ids(kind: "maskingRules"): string[] },
): Fault[] {
  const wrong = patternFault(rule.pattern);
  const tooMany = all.ids("maskingRules").indexOf(rule.id) >= MAX_MASKING_RULES;
  return [
    ...(wrong === undefined ? [] : [{ path: ["pattern"], message: wrong }]),
    ...(tooMany
      ? [{ path: ["id"], message: `there may be at most ${MAX_MASKING_RULES} masking rules` }]
      : []),
  ];
}

/** Slugs that nobody fills in would leave holes in what a customer reads. */
export function quickReplyFaults(reply: QuickReplySettings): Fault[] {
  const known: readonly string[] = QUICK_REPLY_SLUGS;
  const list = known.map((name) => `{${name}}`).join(", ");
  return slugsIn(reply.text)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, [...known]);
      const hint = meant === undefined ? "" : `did you mean {${meant}}? `;
      return { path: ["text"], message: `no slug {${name}}; ${hint}there are ${list} and {$Variable$}` };
    });
}
