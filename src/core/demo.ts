/** Refers to one of the demo's secrets, which are made up on its first start; the group is the secret's name. */
export const DEMO_SECRET = /^file:(demo-.+)$/;
