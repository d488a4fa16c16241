import { existsSync } from "node:fs";
import { lstat, realpath, symlink, unlink } from "node:fs/promises";
import path from "node:path";

/**
 * Lets packages inside this repository (examples/plugin-telegram, plugins that are tried here) import "switchboard" as
 * they would in a project of their own: node_modules/switchboard leads to the repository itself.
 * @param {string} root
 */
export async function linkItself(root) {
  const home = path.join(root, "node_modules");
  const link = path.join(home, "switchboard");
  if (!existsSync(home)) return;
  const found = await lstat(link).catch(() => undefined);
  if (found !== undefined && !(found.isSymbolicLink() && (await leadsElsewhere(link, root)))) return;
  // A copied repository's link leads to the one it was copied from: two copies of every class in one process.
  if (found !== undefined) await unlink(link).catch(() => undefined);
  await symlink(root, link, "junction").catch((error) => {
    // Somebody else builds at the same time.
    if (error?.code !== "EEXIST") throw error;
  });
}

/**
 * Modules that several repositories share are nobody's to change.
 * @param {string} link
 * @param {string} root
 */
async function leadsElsewhere(link, root) {
  const here = await realpath(root);
  if ((await realpath(path.dirname(link))) !== path.join(here, "node_modules")) return false;
  return (await realpath(link).catch(() => undefined)) !== here;
}
