import { makeStyles, tokens, useRestoreFocusTarget } from "@fluentui/react-components";
import { lazy, Suspense, useState } from "react";
import type { AttachmentView } from "../../desk/contract";
import { FileRow } from "./FileRow";
import { texts } from "./texts";

// Most conversations never open one.
const PictureDialog = lazy(async () => ({ default: (await import("./PictureDialog")).PictureDialog }));

const useStyles = makeStyles({
  button: {
    display: "block",
    maxWidth: "100%",
    padding: 0,
    overflow: "hidden",
    cursor: "zoom-in",
    borderRadius: "12px",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground3,
    ":focus-visible": { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: "2px" },
  },
  // The height is fixed: a picture that arrives late must not move what is being read.
  image: { display: "block", height: "200px", minWidth: "64px", maxWidth: "100%", objectFit: "cover" },
  broken: { display: "flex", flexDirection: "column", rowGap: "4px", color: tokens.colorNeutralForeground2 },
});

interface Props {
  file: AttachmentView & { url: string };
  alt: string;
}

/** A picture in small, which opens in full. */
export function Picture({ file, alt }: Props) {
  const styles = useStyles();
  const [open, setOpen] = useState(false);
  const [broken, setBroken] = useState(false);
  const restoreFocus = useRestoreFocusTarget();
  if (broken) {
    return (
      <div className={styles.broken}>
        <FileRow file={file} url={file.url} />
        <span>{texts.files.broken}</span>
      </div>
    );
  }
  return (
    <>
      <button
        type="button"
        className={styles.button}
        aria-label={texts.files.open(alt)}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        {...restoreFocus}
      >
        <img className={styles.image} src={file.url} alt={alt} onError={() => setBroken(true)} />
      </button>
      {open && (
        <Suspense>
          <PictureDialog file={file} alt={alt} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
