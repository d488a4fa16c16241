import { MessageBar, MessageBarBody, MessageBarTitle } from "@fluentui/react-components";

/** What did not work, and why. */
export function Fault({ title, error }: { title: string; error: Error | null }) {
  if (error === null) return null;
  return (
    <MessageBar intent="error" layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>{title}</MessageBarTitle> {error.message}
      </MessageBarBody>
    </MessageBar>
  );
}
