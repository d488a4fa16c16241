import { Link, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Document20Regular } from "@fluentui/react-icons/svg/document";
import type { AttachmentView } from "../../desk/contract";
import { bytesText } from "../shared/bytes";
import { texts } from "./texts";

const useStyles = makeStyles({
  row: {
    display: "flex",
    alignItems: "center",
    columnGap: "10px",
    padding: "8px 12px",
    borderRadius: "12px",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
    maxWidth: "100%",
  },
  slim: { border: "none", padding: "2px 4px", backgroundColor: "transparent" },
  icon: { flexShrink: 0, color: tokens.colorNeutralForeground2 },
  words: { display: "flex", flexDirection: "column", minWidth: 0 },
  slimWords: { flexDirection: "row", flexWrap: "wrap", columnGap: "8px", alignItems: "baseline" },
  name: { fontWeight: tokens.fontWeightSemibold, overflowWrap: "anywhere" },
  slimName: { fontWeight: tokens.fontWeightRegular, fontSize: tokens.fontSizeBase200 },
  facts: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  link: { marginLeft: "auto", flexShrink: 0 },
  slimLink: { marginLeft: 0, fontSize: tokens.fontSizeBase200 },
});

interface Props {
  file: AttachmentView;
  url: string;
  /** Below a player: without a frame. */
  slim?: boolean;
}

/** A file by name and size, to download. */
export function FileRow({ file, url, slim = false }: Props) {
  const styles = useStyles();
  const name = file.name ?? texts.files.kind(file.kind);
  const facts = [shortType(file.contentType), file.bytes === null ? null : bytesText(file.bytes)];
  return (
    <div className={mergeClasses(styles.row, slim && styles.slim)}>
      {!slim && <Document20Regular className={styles.icon} aria-hidden="true" />}
      <span className={mergeClasses(styles.words, slim && styles.slimWords)}>
        <span className={mergeClasses(styles.name, slim && styles.slimName)}>{name}</span>
        <span className={styles.facts}>{facts.filter((fact) => fact !== null).join(", ")}</span>
      </span>
      <Link
        className={mergeClasses(styles.link, slim && styles.slimLink)}
        href={url}
        download={file.name ?? true}
        aria-label={texts.files.downloadOf(name)}
      >
        {texts.files.download}
      </Link>
    </div>
  );
}

/** "PDF" for "application/pdf"; null where the type says nothing to people. */
function shortType(contentType: string): string | null {
  const word = contentType.split(";")[0]?.split("/")[1] ?? "";
  return /^[a-z0-9]{2,5}$/i.test(word) ? word.toUpperCase() : null;
}
