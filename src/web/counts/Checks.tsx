import { makeStyles, tokens } from "@fluentui/react-components";
import type { CheckView } from "../../admin/operationsContract";
import { StateWord } from "./StateWord";
import { texts } from "./texts";

const useStyles = makeStyles({
  part: { display: "flex", flexDirection: "column", rowGap: "8px" },
  sum: { fontWeight: tokens.fontWeightSemibold },
  list: { display: "flex", flexDirection: "column", rowGap: "8px" },
  check: {
    display: "grid",
    gridTemplateColumns: "96px minmax(0, 1fr)",
    columnGap: "8px",
    overflowWrap: "anywhere",
    "@media (max-width: 560px)": { gridTemplateColumns: "minmax(0, 1fr)" },
  },
  title: { fontWeight: tokens.fontWeightSemibold },
  cure: { display: "block" },
});

interface Props {
  way: "validate" | "register";
  checks: readonly CheckView[];
  nameOf: (instanceId: string) => string | undefined;
}

/** What was looked at, how it was and what to do. */
export function Checks({ way, checks, nameOf }: Props) {
  const styles = useStyles();
  const wrong = checks.filter(({ state }) => state === "failed" || state === "warning").length;
  return (
    <div className={styles.part}>
      <p className={styles.sum}>{texts.accounts.sum(way, checks.length, wrong)}</p>
      <ul className={styles.list}>
        {checks.map(({ id, state, title, text, cure, instanceId }) => {
          const instance = instanceId === null ? undefined : (nameOf(instanceId) ?? instanceId);
          return (
            <li key={`${id} ${instanceId}`} className={styles.check}>
              <StateWord state={state} />
              <span>
                <span className={styles.title}>
                  {title}
                  {instance !== undefined && ` (${instance})`}
                </span>
                : {text}
                {cure !== null && (
                  <span className={styles.cure}>
                    {texts.accounts.cure} {cure}
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
