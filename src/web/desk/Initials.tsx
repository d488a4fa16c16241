import { makeStyles, tokens } from "@fluentui/react-components";
import { initials } from "./people";

const useStyles = makeStyles({
  circle: {
    width: "40px",
    height: "40px",
    flexShrink: 0,
    display: "grid",
    placeItems: "center",
    borderRadius: tokens.borderRadiusCircular,
    border: "1px solid transparent",
    backgroundColor: tokens.colorBrandBackground2,
    color: tokens.colorBrandForeground2,
    fontWeight: tokens.fontWeightSemibold,
  },
});

/** A customer's mark; their name stands beside it. */
export function Initials({ name }: { name: string }) {
  const styles = useStyles();
  return (
    <span className={styles.circle} aria-hidden="true">
      {initials(name)}
    </span>
  );
}
