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
import type { CSSProperties, FormEvent, ReactNode } from "react";

const useStyles = makeStyles({
  content: { display: "flex", flexDirection: "column" },
});

interface Props {
  title: string;
  /** px; narrower where the screen is. 600 when left out. */
  width?: number;
  /** Between the parts of the content, px; 12 when left out. */
  gap?: number;
  cancel: string;
  submit: string;
  /** What is asked for is under way or incomplete: it cannot be sent, and the button stays in reach of the keys. */
  disabled?: boolean;
  children: ReactNode;
  onSubmit: () => void;
  onClose: () => void;
}

/** An open dialog box with a form: title, fields, cancel and the one thing that it does. */
export function FormDialog({ title, width = 600, gap = 12, children, ...form }: Props) {
  const styles = useStyles();
  const disabled = form.disabled === true;
  const surface: CSSProperties = { maxWidth: `min(${width}px, 94vw)` };

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!disabled) form.onSubmit();
  }

  return (
    <Dialog open onOpenChange={form.onClose}>
      <DialogSurface style={surface}>
        <form onSubmit={submit}>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.content} style={{ rowGap: `${gap}px` }}>
              {children}
            </DialogContent>
            <DialogActions>
              <Button onClick={form.onClose}>{form.cancel}</Button>
              <Button appearance="primary" type="submit" disabledFocusable={disabled}>
                {form.submit}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
