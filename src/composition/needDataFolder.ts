import { accessSync, constants, mkdirSync } from "node:fs";
import { ConfigError, messageOf } from "../core/errors";

/**
 * Makes the data folder when it is missing. Throws ConfigError SETTING_INVALID where nothing can be written: told at once
 * and with the setting's name, since a package often runs from a read-only disk.
 */
export function needDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new ConfigError(
      "SETTING_INVALID",
      `SWITCHBOARD_DATA: ${folder} cannot be written; name a folder on a disk of this machine (${messageOf(cause)}).`,
      { cause },
    );
  }
}
