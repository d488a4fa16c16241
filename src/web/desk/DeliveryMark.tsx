import { makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ArrowSync16Regular } from "@fluentui/react-icons/svg/arrow-sync";
import { Checkmark16Regular } from "@fluentui/react-icons/svg/checkmark";
import { CheckmarkCircle16Regular } from "@fluentui/react-icons/svg/checkmark-circle";
import { Clock16Regular } from "@fluentui/react-icons/svg/clock";
import { ErrorCircle16Regular } from "@fluentui/react-icons/svg/error-circle";
import { Eye16Regular } from "@fluentui/react-icons/svg/eye";
import type { MessageView } from "../../desk/contract";
import { texts } from "./texts";

type Delivery = keyof typeof texts.delivery;

const SHAPES = {
  queued: Clock16Regular,
  sending: ArrowSync16Regular,
  accepted: Checkmark16Regular,
  delivered: CheckmarkCircle16Regular,
  read: Eye16Regular,
  failed: ErrorCircle16Regular,
} satisfies Record<Delivery, unknown>;

const useStyles = makeStyles({
  mark: { display: "inline-flex", alignItems: "center", columnGap: "4px" },
  icon: { flexShrink: 0 },
  failed: { color: tokens.colorStatusDangerForeground3 },
});

/** How far an outgoing message has come, by shape and word, with the reason where there is one. */
export function DeliveryMark({ status, reason }: { status: MessageView["status"]; reason: string | null }) {
  const styles = useStyles();
  if (!isDelivery(status)) return null;
  const Shape = SHAPES[status];
  const words = texts.delivery[status];
  return (
    <span className={mergeClasses(styles.mark, status === "failed" && styles.failed)}>
      <Shape className={styles.icon} aria-hidden="true" />
      {reason === null ? words : `${words}: ${reason}`}
    </span>
  );
}

function isDelivery(status: MessageView["status"]): status is Delivery {
  return status in SHAPES;
}
