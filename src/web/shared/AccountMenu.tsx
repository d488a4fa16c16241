import {
  Menu,
  MenuButton,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  Toast,
  Toaster,
  ToastTitle,
  tokens,
  useId,
  useToastController,
} from "@fluentui/react-components";
import { Key20Regular } from "@fluentui/react-icons/svg/key";
import { Person20Regular } from "@fluentui/react-icons/svg/person";
import { SignOut20Regular } from "@fluentui/react-icons/svg/sign-out";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api";
import { ChangePasswordDialog } from "./ChangePasswordDialog";
import { sessionKey, signOut } from "./session";
import { signInTexts } from "./signInTexts";

const texts = signInTexts.account;

const useStyles = makeStyles({
  button: { minWidth: 0, maxWidth: "220px" },
  name: {
    fontWeight: tokens.fontWeightSemibold,
    overflow: "hidden",
    textOverflow: "ellipsis",
    whiteSpace: "nowrap",
    "@media (max-width: 560px)": { display: "none" },
  },
});

/** Who is signed in, and what they can do about it. */
export function AccountMenu({ name }: { name: string }) {
  const styles = useStyles();
  const toaster = useId("account");
  const { dispatchToast } = useToastController(toaster);
  const [changing, setChanging] = useState(false);
  const { data: session } = useQuery({ queryKey: sessionKey, queryFn: api.session, staleTime: Infinity });
  const say = (text: string, intent: "success" | "error") =>
    dispatchToast(
      <Toast>
        <ToastTitle>{text}</ToastTitle>
      </Toast>,
      { intent, politeness: "assertive" },
    );
  const leave = (where: "here" | "everywhere") =>
    void signOut(where).catch(() => say(texts.signOutFailed, "error"));

  return (
    <>
      <Menu>
        <MenuTrigger disableButtonEnhancement>
          <MenuButton
            className={styles.button}
            appearance="subtle"
            icon={<Person20Regular />}
            aria-label={texts.label(name)}
          >
            <span className={styles.name}>{name}</span>
          </MenuButton>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {session?.ways.password === true && (
              <MenuItem icon={<Key20Regular />} onClick={() => setChanging(true)}>
                {texts.changePassword}
              </MenuItem>
            )}
            <MenuItem icon={<SignOut20Regular />} onClick={() => leave("here")}>
              {texts.signOut}
            </MenuItem>
            <MenuItem icon={<SignOut20Regular />} onClick={() => leave("everywhere")}>
              {texts.signOutEverywhere}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      {changing && (
        <ChangePasswordDialog
          name={name}
          onDone={() => say(signInTexts.change.done, "success")}
          onClose={() => setChanging(false)}
        />
      )}
      <Toaster toasterId={toaster} position="top-end" />
    </>
  );
}
