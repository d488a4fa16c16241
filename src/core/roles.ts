/** Roles of people and machines that call the API. A supervisor may do what an agent may, an admin everything. */
export const ROLES = ["agent", "supervisor", "admin"] as const;
export type Role = (typeof ROLES)[number];
