import path from "node:path";

/** The package's own folder. */
export const ROOT = path.resolve(__dirname, "..", "..", "..");
