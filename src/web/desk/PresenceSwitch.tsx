import {
  Menu,
  MenuButton,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { PresenceAvailable16Filled } from "@fluentui/react-icons/svg/presence-available";
import { PresenceAway16Filled } from "@fluentui/react-icons/svg/presence-away";
import { PresenceBusy16Filled } from "@fluentui/react-icons/svg/presence-busy";
import { PresenceDnd16Filled } from "@fluentui/react-icons/svg/presence-dnd";
import { PresenceOffline16Regular } from "@fluentui/react-icons/svg/presence-offline";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { MeView, PresenceView } from "../../desk/contract";
import { api } from "../api";
import { keys } from "./queries";
import { texts } from "./texts";

type Presence = PresenceView["presence"];
/** Nobody chooses to be inactive. */
const CHOICES = (Object.keys(texts.presence) as Presence[]).filter((choice) => choice !== "inactive");

const useStyles = makeStyles({
  available: { color: tokens.colorPaletteLightGreenForeground3 },
  busy: { color: tokens.colorPaletteRedForeground3 },
  away: { color: tokens.colorPaletteMarigoldForeground3 },
  offline: { color: tokens.colorNeutralForeground3 },
  button: { minWidth: 0, whiteSpace: "nowrap" },
  fault: { position: "fixed", top: "60px", right: "16px", maxWidth: "360px", zIndex: 10 },
});

/** The agent's presence, by word and shape, and the menu to change it. */
export function PresenceSwitch({ presence }: { presence: Presence }) {
  const styles = useStyles();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: api.setPresence,
    onSuccess: (view) => {
      client.setQueryData<MeView>(keys.me, (me) => me && { ...me, presence: view });
    },
  });

  return (
    <>
      <Menu
        checkedValues={{ presence: [presence] }}
        onCheckedValueChange={(_, { checkedItems }) => change.mutate(checkedItems[0] as Presence)}
      >
        <MenuTrigger disableButtonEnhancement>
          <MenuButton
            className={styles.button}
            icon={<PresenceShape presence={presence} />}
            aria-label={texts.header.presenceLabel(texts.presence[presence])}
          >
            {texts.presence[presence]}
          </MenuButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {CHOICES.map((choice) => (
              <MenuItemRadio
                key={choice}
                name="presence"
                value={choice}
                icon={<PresenceShape presence={choice} />}
              >
                {texts.presence[choice]}
              </MenuItemRadio>
            ))}
          </MenuList>
        </MenuPopover>
      </Menu>
      {change.error && (
        <MessageBar intent="error" layout="multiline" className={styles.fault}>
          <MessageBarBody>
            <MessageBarTitle>{texts.header.presenceFailed}</MessageBarTitle> {change.error.message}
          </MessageBarBody>
        </MessageBar>
      )}
    </>
  );
}

function PresenceShape({ presence }: { presence: Presence }) {
  const styles = useStyles();
  switch (presence) {
    case "available":
      return <PresenceAvailable16Filled className={styles.available} />;
    case "busy":
      return <PresenceBusy16Filled className={styles.busy} />;
    case "doNotDisturb":
      return <PresenceDnd16Filled className={styles.busy} />;
    case "away":
    case "inactive":
      return <PresenceAway16Filled className={styles.away} />;
    case "offline":
      return <PresenceOffline16Regular className={styles.offline} />;
    default:
      return presence satisfies never;
  }
}
