import { makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { TemplateView } from "../../desk/contract";
import { api } from "../api";
import { FormDialog } from "../shared/FormDialog";
import { Fault } from "./Fault";
import { keys, useTemplates } from "./queries";
import { TemplateChooser, UnusableTemplates } from "./TemplateChooser";
import { TemplateFields } from "./TemplateFields";
import { isFilled } from "./templateText";
import { texts } from "./texts";

const useStyles = makeStyles({
  intro: { color: tokens.colorNeutralForeground2 },
});

interface Props {
  conversationId: string;
  onClose: () => void;
}

/** Chooses a template, fills it in and sends it. */
export function TemplateDialog({ conversationId, onClose }: Props) {
  const styles = useStyles();
  const { data: templates, error } = useTemplates(conversationId);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [values, setValues] = useState<Record<string, string>>({});
  const send = useSendTemplate(conversationId, onClose);
  const able = templates?.filter((template) => template.approved) ?? [];
  const unable = templates?.filter((template) => !template.approved) ?? [];
  // With only one there is nothing to choose.
  const chosen = able.length === 1 ? able[0] : able.find((template) => template.id === chosenId);
  const ready = chosen !== undefined && isFilled(chosen, values);

  return (
    <FormDialog
      title={texts.templates.title}
      width={720}
      gap={16}
      cancel={texts.templates.cancel}
      submit={texts.templates.send}
      disabled={!ready || send.isPending}
      onSubmit={() => ready && send.mutate({ template: chosen, values })}
      onClose={onClose}
    >
      <p className={styles.intro}>{texts.templates.intro}</p>
      <Fault title={texts.templates.failed} error={error} />
      {templates === undefined && error === null && <Spinner label={texts.templates.loading} />}
      {templates?.length === 0 && <p>{texts.templates.empty}</p>}
      {able.length > 0 && (
        <TemplateChooser
          templates={able}
          chosenId={chosen?.id ?? null}
          onChoose={(id) => {
            setChosenId(id);
            setValues({});
          }}
        />
      )}
      {chosen && <TemplateFields template={chosen} values={values} onChange={setValues} />}
      {unable.length > 0 && <UnusableTemplates templates={unable} />}
      <Fault title={texts.templates.notSent} error={send.error} />
    </FormDialog>
  );
}

interface Filled {
  template: TemplateView;
  values: Record<string, string>;
}

/** Sends a filled template; the same one sent again after a failure arrives once. */
function useSendTemplate(conversationId: string, onSent: () => void) {
  const client = useQueryClient();
  const last = useRef({ content: "", clientId: "" });
  return useMutation({
    mutationFn: ({ template, values }: Filled) => {
      const variables = Object.fromEntries(
        template.variables.map(({ name }) => [name, (values[name] ?? "").trim()]),
      );
      const message = { template: { id: template.id, variables } };
      const content = JSON.stringify(message);
      if (last.current.content !== content) last.current = { content, clientId: crypto.randomUUID() };
      return api.send(conversationId, message, last.current.clientId);
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.messages(conversationId) });
      onSent();
    },
  });
}
