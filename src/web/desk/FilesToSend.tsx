import { Button, makeStyles, mergeClasses, ProgressBar, tokens } from "@fluentui/react-components";
import { Dismiss16Regular } from "@fluentui/react-icons/svg/dismiss";
import { Document20Regular } from "@fluentui/react-icons/svg/document";
import { ErrorCircle16Regular } from "@fluentui/react-icons/svg/error-circle";
import { bytesText } from "../shared/bytes";
import type { DraftFile } from "./draftFiles";
import { texts } from "./texts";

const useStyles = makeStyles({
  list: { display: "flex", flexWrap: "wrap", gap: "8px" },
  file: {
    display: "flex",
    alignItems: "center",
    columnGap: "10px",
    width: "280px",
    maxWidth: "100%",
    padding: "6px 6px 6px 8px",
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  wrong: { border: `1px solid ${tokens.colorStatusDangerBorder2}` },
  picture: { width: "44px", height: "44px", flexShrink: 0, objectFit: "cover", borderRadius: "6px" },
  icon: { flexShrink: 0, color: tokens.colorNeutralForeground2 },
  words: { flexGrow: 1, minWidth: 0, display: "flex", flexDirection: "column", rowGap: "2px" },
  name: { overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" },
  facts: { fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
  reason: {
    display: "flex",
    columnGap: "4px",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    color: tokens.colorStatusDangerForeground3,
    overflowWrap: "anywhere",
  },
});

interface Props {
  files: readonly DraftFile[];
  onRemove: (file: DraftFile) => void;
}

/** The files of the next message, with how far each has come. */
export function FilesToSend({ files, onRemove }: Props) {
  const styles = useStyles();
  if (files.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={texts.files.chosen}>
      {files.map((file) => (
        <li key={file.id} className={mergeClasses(styles.file, file.state === "failed" && styles.wrong)}>
          {file.previewUrl === null ? (
            <Document20Regular className={styles.icon} aria-hidden="true" />
          ) : (
            <img className={styles.picture} src={file.previewUrl} alt="" />
          )}
          <div className={styles.words}>
            <span className={styles.name} title={file.name}>
              {file.name}
            </span>
            <Progress file={file} />
          </div>
          <Button
            appearance="subtle"
            size="small"
            icon={<Dismiss16Regular />}
            aria-label={
              file.state === "uploading" ? texts.files.cancel(file.name) : texts.files.remove(file.name)
            }
            onClick={() => onRemove(file)}
          />
        </li>
      ))}
    </ul>
  );
}

function Progress({ file: { name, state, bytes, progress, reason } }: { file: DraftFile }) {
  const styles = useStyles();
  switch (state) {
    case "uploading":
      return (
        <>
          <ProgressBar value={progress} aria-label={name} />
          <span className={styles.facts}>{texts.files.uploading(Math.round(progress * 100))}</span>
        </>
      );
    case "ready":
      return (
        <span className={styles.facts}>
          {texts.files.ready}, {bytesText(bytes)}
        </span>
      );
    case "failed":
      return (
        <span className={styles.reason} role="alert">
          <ErrorCircle16Regular className={styles.icon} aria-hidden="true" />
          {texts.files.notUploaded(reason ?? "")}
        </span>
      );
    default:
      return state satisfies never;
  }
}
