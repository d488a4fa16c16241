import { Button, Divider, makeStyles } from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import type { SessionView } from "../../signIn/contract";
import { DemoPeople } from "./DemoPeople";
import { DoorNote } from "./DoorCard";
import { PasswordForm } from "./PasswordForm";
import { signInTexts as texts } from "./signInTexts";
import { TokenForm } from "./TokenForm";

const useStyles = makeStyles({
  parts: { display: "flex", flexDirection: "column", rowGap: "20px" },
  other: { alignSelf: "center" },
});

interface Props {
  session: SessionView;
  /** Path of ours to be at afterwards. */
  to: string;
  /** The identity provider opens in a tab of its own, so that this page and what stands on it stay. */
  keepPage?: boolean;
  onSignedIn: () => void;
}

/** Every way in that this server has. */
export function WaysIn({ session, to, keepPage = false, onSignedIn }: Props) {
  const styles = useStyles();
  const { ways, demoPeople } = session;
  const [byToken, setByToken] = useState(false);

  if (ways.setUp) return <DoorNote title={texts.setUp.title} message={texts.setUp.body} />;
  const parts: { key: string; part: ReactNode }[] = [];
  if (demoPeople.length > 0)
    parts.push({ key: "demo", part: <DemoPeople people={demoPeople} onSignedIn={onSignedIn} /> });
  if (ways.oidc !== null)
    parts.push({
      key: "provider",
      part: <ProviderButton name={ways.oidc.name} to={to} keepPage={keepPage} />,
    });
  const isForm = ways.password || byToken;
  if (isForm)
    parts.push({
      key: "form",
      part: byToken ? <TokenForm onSignedIn={onSignedIn} /> : <PasswordForm onSignedIn={onSignedIn} />,
    });
  else if (parts.length === 0)
    parts.push({ key: "none", part: <DoorNote title={texts.noWay.title} message={texts.noWay.body} /> });

  return (
    <div className={styles.parts}>
      {parts.map(({ key, part }, index) => (
        <div className={styles.parts} key={key}>
          {index > 0 && <Divider>{texts.or}</Divider>}
          {part}
        </div>
      ))}
      <Button
        className={styles.other}
        appearance="transparent"
        size="small"
        onClick={() => setByToken(!byToken)}
      >
        {byToken && ways.password ? texts.byPassword : texts.byToken}
      </Button>
    </div>
  );
}

function ProviderButton({ name, to, keepPage }: { name: string; to: string; keepPage: boolean }) {
  return (
    <Button
      as="a"
      appearance="primary"
      size="large"
      href={`/api/sign-in/oidc?to=${encodeURIComponent(to)}`}
      {...(keepPage && { target: "_blank" })}
    >
      {texts.provider(name)}
    </Button>
  );
}
