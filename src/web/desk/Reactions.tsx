import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactionMark } from "./reactions";
import { texts } from "./texts";

const useStyles = makeStyles({
  list: { display: "flex", columnGap: "4px", marginTop: "-6px", padding: "0 8px", zIndex: 1 },
  badge: {
    padding: "0 7px",
    borderRadius: tokens.borderRadiusCircular,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    fontSize: tokens.fontSizeBase300,
    lineHeight: "22px",
    whiteSpace: "nowrap",
    // Whatever a platform calls an emoji.
    maxWidth: "160px",
    overflow: "hidden",
    textOverflow: "ellipsis",
  },
});

/** What people put on a message, each with how many and who. */
export function Reactions({ marks }: { marks: readonly ReactionMark[] }) {
  const styles = useStyles();
  return (
    <ul className={styles.list}>
      {marks.map(({ emoji, authors }) => {
        const words = texts.reaction(authors.join(", "), emoji);
        return (
          <li key={emoji} className={styles.badge} title={words}>
            <span aria-hidden="true">
              {emoji}
              {authors.length > 1 && ` ${authors.length}`}
            </span>
            <span className="visually-hidden">{words}</span>
          </li>
        );
      })}
    </ul>
  );
}
