import { Link, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Location16Regular } from "@fluentui/react-icons/svg/location";
import type { PhoneMessage } from "../../simulator/contract";
import { texts } from "./texts";

const useStyles = makeStyles({
  bubble: {
    padding: "8px 12px",
    borderRadius: "18px",
    border: "1px solid transparent",
    lineHeight: tokens.lineHeightBase300,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
    maxWidth: "100%",
  },
  theirs: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    color: tokens.colorNeutralForeground1,
    borderBottomLeftRadius: "5px",
  },
  mine: { backgroundColor: "var(--mine)", color: "var(--mine-text)", borderBottomRightRadius: "5px" },
  picture: {
    display: "block",
    height: "150px",
    maxWidth: "100%",
    minWidth: "48px",
    objectFit: "cover",
    borderRadius: "14px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  player: { display: "block", maxWidth: "100%", borderRadius: "14px" },
  place: { display: "flex", columnGap: "6px" },
  icon: { flexShrink: 0, marginTop: "2px" },
});

interface Props {
  message: PhoneMessage;
  /** Who wrote it, for those who cannot see the side it stands on. */
  author: string;
}

/** What a message says: files, a place, text. */
export function PhoneMessageBody({ message: { direction, text, media = [], location }, author }: Props) {
  const styles = useStyles();
  const bubble = mergeClasses(styles.bubble, direction === "out" ? styles.mine : styles.theirs);
  const empty = text === "" && (media.length > 0 || location !== undefined);
  return (
    <>
      <span className="visually-hidden">{author}: </span>
      {media.map((file) => (
        <Media key={file.url} file={file} bubble={bubble} />
      ))}
      {location && (
        <div className={mergeClasses(bubble, styles.place)}>
          <Location16Regular className={styles.icon} aria-hidden="true" />
          <span>
            {location.name ?? texts.placeLabel}
            {"\n"}
            {location.latitude}, {location.longitude}
          </span>
        </div>
      )}
      {!empty && <div className={bubble}>{text}</div>}
    </>
  );
}

type File = NonNullable<PhoneMessage["media"]>[number];

function Media({ file: { contentType, name, url }, bubble }: { file: File; bubble: string }) {
  const styles = useStyles();
  const [kind] = contentType.split("/");
  const label = name ?? texts.picture;
  switch (kind) {
    case "image":
      return <img className={styles.picture} src={url} alt={label} />;
    case "video":
      return (
        // biome-ignore lint/a11y/useMediaCaption: what people send each other has no captions
        <video className={styles.player} src={url} aria-label={name ?? kind} controls preload="metadata" />
      );
    case "audio":
      return (
        // biome-ignore lint/a11y/useMediaCaption: what people send each other has no captions
        <audio className={styles.player} src={url} aria-label={name ?? kind} controls preload="metadata" />
      );
    default:
      return (
        <div className={bubble}>
          <Link href={url} target="_blank" inline>
            {name ?? contentType}
          </Link>
        </div>
      );
  }
}
