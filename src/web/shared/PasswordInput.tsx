import { Button, Field, Input } from "@fluentui/react-components";
import { Eye20Regular } from "@fluentui/react-icons/svg/eye";
import { EyeOff20Regular } from "@fluentui/react-icons/svg/eye-off";
import { useState } from "react";
import { signInTexts as texts } from "./signInTexts";

interface Props {
  label: string;
  hint?: string;
  /** Tells password managers what is asked for. */
  kind: "current-password" | "new-password";
  value: string;
  onChange: (value: string) => void;
}

/** A password, hidden unless its owner wants to read it. */
export function PasswordInput({ label, hint, kind, value, onChange }: Props) {
  const [shown, setShown] = useState(false);
  const toggle = (
    <Button
      appearance="transparent"
      size="small"
      aria-label={texts.showPassword}
      aria-pressed={shown}
      title={texts.showPassword}
      icon={shown ? <EyeOff20Regular /> : <Eye20Regular />}
      onClick={() => setShown(!shown)}
    />
  );
  return (
    <Field label={label} required {...(hint !== undefined && { hint })}>
      <Input
        type={shown ? "text" : "password"}
        size="large"
        autoComplete={kind}
        spellCheck={false}
        value={value}
        contentAfter={toggle}
        onChange={(_, data) => onChange(data.value)}
      />
    </Field>
  );
}
