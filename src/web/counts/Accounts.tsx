import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { useMutation } from "@tanstack/react-query";
import { api } from "../api";
import { Checks } from "./Checks";
import { accountsOf, type InstanceHealth } from "./health";
import { Notice } from "./Notice";
import { useRefresh } from "./queries";
import { texts } from "./texts";

const useStyles = makeStyles({
  list: { display: "flex", flexDirection: "column", rowGap: "12px" },
  account: {
    display: "flex",
    flexDirection: "column",
    rowGap: "12px",
    padding: "12px 16px",
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  top: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "8px 16px" },
  words: { flexGrow: 1, minWidth: "200px", overflowWrap: "anywhere" },
  name: { fontWeight: tokens.fontWeightSemibold },
  names: { color: tokens.colorNeutralForeground2 },
  buttons: { display: "flex", flexWrap: "wrap", gap: "8px" },
});

/** The accounts behind the instances, for an admin to look into. */
export function Accounts({ instances }: { instances: readonly InstanceHealth[] }) {
  const styles = useStyles();
  const nameOf = (instanceId: string) => instances.find((one) => one.instanceId === instanceId)?.name;
  return (
    <ul className={styles.list} aria-label={texts.accounts.label}>
      {accountsOf(instances).map((account) => (
        <Account key={account.id} {...account} nameOf={nameOf} />
      ))}
    </ul>
  );
}

interface AccountProps {
  id: string;
  names: readonly string[];
  nameOf: (instanceId: string) => string | undefined;
}

function Account({ id, names, nameOf }: AccountProps) {
  const styles = useStyles();
  const refresh = useRefresh();
  const check = useMutation({
    mutationFn: (way: "validate" | "register") => api.check(id, way),
    onSettled: refresh,
  });
  const { validate, validateOf, register, registerOf } = texts.accounts;
  return (
    <li className={styles.account}>
      <div className={styles.top}>
        <div className={styles.words}>
          <h3 className={styles.name}>{id}</h3>
          <p className={styles.names}>{names.join(", ")}</p>
        </div>
        <div className={styles.buttons}>
          <Button
            aria-label={validateOf(id)}
            disabledFocusable={check.isPending}
            onClick={() => check.mutate("validate")}
          >
            {validate}
          </Button>
          <Button
            aria-label={registerOf(id)}
            disabledFocusable={check.isPending}
            onClick={() => check.mutate("register")}
          >
            {register}
          </Button>
        </div>
      </div>
      {/* Always there, so that what changes in it is said. */}
      <div role="status">
        {check.isPending && <p>{texts.accounts.busy(check.variables)}</p>}
        {check.isError && (
          <Notice intent="error" title={texts.accounts.failed(check.variables)}>
            {check.error.message}
          </Notice>
        )}
        {check.isSuccess && <Checks way={check.variables} checks={check.data.items} nameOf={nameOf} />}
      </div>
    </li>
  );
}
