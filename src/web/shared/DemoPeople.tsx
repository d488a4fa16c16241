import { Button, makeStyles, Text, tokens } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import type { SessionView } from "../../signIn/contract";
import { api } from "../api";
import { DoorFault } from "./DoorCard";
import { signInTexts as texts } from "./signInTexts";

const useStyles = makeStyles({
  part: { display: "flex", flexDirection: "column", rowGap: "8px" },
  title: { fontWeight: tokens.fontWeightSemibold },
  list: { display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(150px, 1fr))", gap: "8px" },
  person: { width: "100%", minWidth: 0, justifyContent: "space-between" },
  role: { color: tokens.colorNeutralForeground3, fontWeight: tokens.fontWeightRegular },
});

interface Props {
  people: SessionView["demoPeople"];
  onSignedIn: () => void;
}

/** The demo's people: one click, and one is that person. */
export function DemoPeople({ people, onSignedIn }: Props) {
  const styles = useStyles();
  const signIn = useMutation({ mutationFn: api.signIn, onSuccess: onSignedIn });
  return (
    <section className={styles.part} aria-label={texts.demo}>
      <Text className={styles.title}>{texts.demo}</Text>
      <ul className={styles.list}>
        {people.map(({ id, name, roles }) => (
          <li key={id}>
            <Button
              className={styles.person}
              disabledFocusable={signIn.isPending}
              onClick={() => signIn.mutate({ demo: id })}
            >
              {name} <span className={styles.role}>{roleOf(roles)}</span>
            </Button>
          </li>
        ))}
      </ul>
      {signIn.error !== null && <DoorFault title={texts.failed} message={signIn.error.message} />}
    </section>
  );
}

function roleOf(roles: readonly string[]): string {
  const highest = ["admin", "supervisor", "agent"].find((role) => roles.includes(role)) ?? "agent";
  return texts.demoRoles[highest] ?? highest;
}
