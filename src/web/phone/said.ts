import type { PhoneSay } from "../../simulator/contract";

/** What the customer does; who they are is the telephone's. */
export type Said = Partial<Omit<PhoneSay, "customerId">>;
