import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
} from "@fluentui/react-components";
import type { AttachmentView } from "../../desk/contract";
import { FileRow } from "./FileRow";
import { texts } from "./texts";

const useStyles = makeStyles({
  surface: { maxWidth: "min(1100px, 94vw)", width: "fit-content", minWidth: "min(360px, 94vw)" },
  title: { overflowWrap: "anywhere" },
  image: {
    display: "block",
    margin: "0 auto",
    maxWidth: "100%",
    maxHeight: "calc(100dvh - 260px)",
    minHeight: "60px",
    objectFit: "contain",
  },
  actions: { alignItems: "center" },
});

interface Props {
  file: AttachmentView & { url: string };
  alt: string;
  onClose: () => void;
}

/** A picture in full, with its name and the way to keep it. */
export function PictureDialog({ file, alt, onClose }: Props) {
  const styles = useStyles();
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogSurface className={styles.surface}>
        <DialogBody>
          <DialogTitle className={styles.title}>{file.name ?? alt}</DialogTitle>
          <DialogContent>
            <img className={styles.image} src={file.url} alt={alt} />
          </DialogContent>
          <DialogActions className={styles.actions}>
            <FileRow file={file} url={file.url} slim />
            <Button appearance="primary" onClick={onClose}>
              {texts.files.close}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
