import { countSegments } from "../../core/smsSegments";
import type { Compose } from "./compose";
import { isWorthShowing } from "./segments";
import { texts } from "./texts";

/** How many SMS the text takes, once that is worth knowing. */
export function SmsCounter({ state: { draft, choices } }: { state: Compose }) {
  // Choices go along as a numbered list.
  const listed = [draft.trim(), ...choices.map((choice, index) => `${index + 1}. ${choice}`)];
  const count = countSegments(listed.filter((line) => line !== "").join("\n"));
  if (!isWorthShowing(count)) return null;
  return (
    <p>
      {texts.sms.count(count.segments, count.left)}
      {count.encoding === "UCS-2" && `. ${texts.sms.unicode}`}
    </p>
  );
}
