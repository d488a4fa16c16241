import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";
import type { ReactNode } from "react";

interface Props {
  intent: "success" | "warning" | "error";
  title: string;
  children: ReactNode;
}

/** Something that the reader has to know, with a title. */
export function Notice({ intent, title, children }: Props) {
  return (
    <MessageBar intent={intent} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle> {children}
      </MessageBarBody>
    </MessageBar>
  );
}
