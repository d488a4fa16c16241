import { makeStyles, mergeClasses } from "@fluentui/react-components";
import type { AttachmentView } from "../../desk/contract";
import { FileRow } from "./FileRow";
import { FileState } from "./FileState";
import { Picture } from "./Picture";
import { texts } from "./texts";

const useStyles = makeStyles({
  list: {
    display: "flex",
    flexWrap: "wrap",
    gap: "6px",
    maxWidth: "min(640px, 92%)",
    margin: "2px 0",
  },
  out: { justifyContent: "flex-end" },
  item: { maxWidth: "100%", minWidth: 0 },
  video: {
    display: "block",
    height: "220px",
    maxWidth: "100%",
    borderRadius: "12px",
    backgroundColor: "#000",
  },
  audio: { display: "block", width: "320px", maxWidth: "100%" },
});

interface Props {
  files: readonly AttachmentView[];
  /** Whose they are, and the time, for those who cannot see them. */
  author: string;
  time: string;
  out?: boolean;
}

/** A message's files, each as its kind is best shown. */
export function AttachmentList({ files, author, time, out = false }: Props) {
  const styles = useStyles();
  return (
    <ul className={mergeClasses(styles.list, out && styles.out)}>
      {files.map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a message's files never change places
        <li key={index} className={styles.item}>
          <Attachment file={file} alt={texts.files.alt(file.kind, author, time)} />
        </li>
      ))}
    </ul>
  );
}

function Attachment({ file, alt }: { file: AttachmentView; alt: string }) {
  const styles = useStyles();
  const { kind, url, name } = file;
  if (file.state !== "stored" || url === null) return <FileState file={file} />;
  const label = name === null ? alt : `${alt}: ${name}`;
  switch (kind) {
    case "image":
      return <Picture file={{ ...file, url }} alt={label} />;
    case "video":
      return (
        <>
          {/* biome-ignore lint/a11y/useMediaCaption: what customers record has no captions */}
          <video className={styles.video} src={url} aria-label={label} controls preload="metadata" />
          <FileRow file={file} url={url} slim />
        </>
      );
    case "audio":
      return (
        <>
          {/* biome-ignore lint/a11y/useMediaCaption: what customers record has no captions */}
          <audio className={styles.audio} src={url} aria-label={label} controls preload="metadata" />
          <FileRow file={file} url={url} slim />
        </>
      );
    case "file":
      return <FileRow file={file} url={url} />;
    default:
      return kind satisfies never;
  }
}
