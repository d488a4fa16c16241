import { Link } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import { DoorCard } from "../shared/DoorCard";
import { signInTexts } from "../shared/signInTexts";
import { SetUpForm } from "./SetUpForm";

const texts = signInTexts.choose;
/** The first admin's link begins so. */
const FIRST = /^first\./;

/** Where a one-time link leads: to a password of one's own. */
export function SetUpPage() {
  const link = useOneTimeLink();
  if (link === undefined)
    return (
      <DoorCard title={texts.noLink} intro={texts.noLinkBody}>
        <Link href="/sign-in">{texts.toSignIn}</Link>
      </DoorCard>
    );
  const isFirst = FIRST.test(link);
  return (
    <DoorCard
      title={isFirst ? texts.firstTitle : texts.title}
      intro={isFirst ? texts.firstIntro : texts.intro}
    >
      <SetUpForm link={link} isFirst={isFirst} />
    </DoorCard>
  );
}

/** The link's secret; taken out of the address bar, and kept with this entry of the history for a reload. */
function useOneTimeLink(): string | undefined {
  const [link] = useState(() => location.hash.slice(1) || kept());
  useEffect(() => {
    if (link !== undefined) history.replaceState({ link }, "", location.pathname);
  }, [link]);
  return link;
}

function kept(): string | undefined {
  const { link } = (history.state ?? {}) as { link?: unknown };
  return typeof link === "string" ? link : undefined;
}
