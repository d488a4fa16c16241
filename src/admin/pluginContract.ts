import { z } from "zod";

/** What `/api/admin/plugins` gives. */

export const pluginView = z.object({
  name: z.string(),
  /** Where it was found: npm name, path, or what stands under plugins/. */
  from: z.string(),
  /** "off": a part of it failed too often and rests. */
  state: z.enum(["on", "off"]),
  /** Of all parts, since the start. */
  failures: z.number(),
  /** Threads that ended because of it: hung, out of memory, crashed. */
  restarts: z.number(),
  dialogs: z.array(z.string()),
  channels: z.array(z.string()),
  parts: z.array(
    z.object({
      /** "hooks.beforeTurn", "actions.refund", "fields.tier", "functions.isVip". */
      part: z.string(),
      state: z.enum(["on", "off"]),
      failures: z.number(),
      /** When it is tried again. */
      offUntil: z.string().nullable(),
      lastError: z.object({ at: z.string(), message: z.string() }).nullable(),
    }),
  ),
});
export type PluginView = z.infer<typeof pluginView>;
