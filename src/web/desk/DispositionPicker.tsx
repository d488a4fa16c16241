import { Checkbox, makeStyles, tokens } from "@fluentui/react-components";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ConversationView } from "../../desk/contract";
import { api } from "../api";
import { keys, useDispositions } from "./queries";
import { texts } from "./texts";

/** As many as the server takes. */
const MAX_CHOSEN = 12;

const useStyles = makeStyles({
  picker: {
    flexShrink: 0,
    margin: "8px 0 0",
    minWidth: 0,
    padding: "0 20px",
    border: "none",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (max-width: 560px)": { padding: "0 12px" },
  },
  heading: { float: "left", width: "100%", paddingTop: "8px", fontWeight: tokens.fontWeightSemibold },
  hint: {
    marginLeft: "8px",
    fontWeight: tokens.fontWeightRegular,
    fontSize: tokens.fontSizeBase200,
    color: tokens.colorNeutralForeground2,
  },
  list: {
    clear: "both",
    display: "flex",
    flexWrap: "wrap",
    columnGap: "8px",
    maxHeight: "min(160px, 25dvh)",
    overflowY: "auto",
  },
  fault: { fontSize: tokens.fontSizeBase200, color: tokens.colorPaletteRedForeground1 },
});

/** At wrap-up: what came of the conversation. Nothing where its work stream has none to choose from. */
export function DispositionPicker({ view }: { view: ConversationView }) {
  const styles = useStyles();
  const { data } = useDispositions(view.id);
  const save = useSave(view.id);
  if (data === undefined || data.items.length === 0) return null;
  // What was last chosen shows at once; the server's word follows.
  const chosen = save.isPending ? save.variables : view.dispositions;
  const full = chosen.length >= MAX_CHOSEN;
  return (
    <fieldset className={styles.picker}>
      <legend className={styles.heading}>
        {texts.dispositions.heading}
        <span className={styles.hint}>{hintOf(full, data.required && chosen.length === 0)}</span>
      </legend>
      <div className={styles.list}>
        {data.items.map(({ id, name }) => {
          const checked = chosen.includes(id);
          return (
            <Checkbox
              key={id}
              label={name}
              checked={checked}
              disabled={full && !checked}
              onChange={() => save.mutate(checked ? chosen.filter((other) => other !== id) : [...chosen, id])}
            />
          );
        })}
      </div>
      {save.error && (
        <p role="alert" className={styles.fault}>
          {texts.dispositions.failed(save.error.message)}
        </p>
      )}
    </fieldset>
  );
}

function hintOf(full: boolean, missing: boolean): string {
  if (full) return texts.dispositions.full(MAX_CHOSEN);
  return missing ? texts.dispositions.required : "";
}

function useSave(conversationId: string) {
  const client = useQueryClient();
  return useMutation({
    // One after the other: an earlier choice must not arrive after a later one.
    scope: { id: `dispositions-${conversationId}` },
    mutationFn: (chosen: readonly string[]) => api.setDispositions(conversationId, chosen),
    onSuccess: (changed) => client.setQueryData(keys.conversation(conversationId), changed),
    onError: () => client.invalidateQueries({ queryKey: keys.conversation(conversationId) }),
  });
}
