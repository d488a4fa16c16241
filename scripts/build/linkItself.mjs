import { existsSync } from "node:fs";
import { lstat, symlink } from "node:fs/promises";
import path from "node:path";

/**
 * Lets packages inside this repository (examples/plugin-telegram, plugins that are tried here) import "switchboard" as
 * they would in a project of their own: node_modules/switchboard leads to the repository itself.
 * @param {string} root
 */
export async function linkItself(root) {
  const home = path.join(root, "node_modules");
  const link = path.join(home, "switchboard");
  const isThere = await lstat(link).then(
    () => true,
    () => false,
  );
  if (isThere || !existsSync(home)) return;
  await symlink(root, link, "junction").catch((error) => {
    // Somebody else builds at the same time.
    if (error?.code !== "EEXIST") throw error;
  });
}
