import { Link } from "@fluentui/react-components";
import type { InstanceHealth } from "./health";
import { Notice } from "./Notice";
import { HEALTH_ID, texts } from "./texts";

/** Leads from the top of the page to what cannot work; nothing while everything can. */
export function HealthNotice({ instances }: { instances: readonly InstanceHealth[] }) {
  const wrong = instances.filter(({ state }) => state === "error");
  if (wrong.length === 0) return null;
  return (
    <Notice intent="error" title={texts.health.wrong(wrong.length)}>
      {wrong.map(({ name }) => name).join(", ")}.{" "}
      <Link inline href={`#${HEALTH_ID}`}>
        {texts.health.see}
      </Link>
    </Notice>
  );
}
