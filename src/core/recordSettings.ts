import { z } from "zod";
import { settingId, settingName } from "./settingFields";
import { TICKET_PRIORITIES } from "./ticket";

/**
 * What records of customers are filed under. An installation that declares none of a kind may write any word in its place;
 * one that does has its references checked.
 */

/** A part of the organisation ("Default Unit"). */
export const unitSchema = z.strictObject({ id: settingId, name: settingName });

/** Who works on something, or who asks for it ("registered group"). */
export const groupSchema = z.strictObject({ id: settingId, name: settingName });

/** What is to be done ("Activity of a portfolio"): what a ticket is about, and whose it is by default. */
export const activitySchema = z.strictObject({
  id: settingId,
  name: settingName,
  /** Of tickets that name none. */
  group: settingId.optional(),
  priority: z.enum(TICKET_PRIORITIES).optional(),
});
