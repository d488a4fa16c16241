import type { Config } from "../config/settings";
import type { Clock } from "../core/clock";
import type { Log } from "../core/log";
import type { MediaStore } from "../core/media";
import { openLocalMedia } from "../media/local/localMedia";

/** Where files are kept: the data folder, or a container of Azure Blob Storage. */
export async function openMedia(config: Config, clock: Clock, log: Log): Promise<MediaStore> {
  if (config.media === undefined) return openLocalMedia({ folder: config.dataFolder, clock });
  // Loaded only here: files on the disk need no SDK.
  const { openBlobMedia } = await import("../media/blob/blobMedia.js");
  return openBlobMedia({ ...config.media, production: config.production, clock, log });
}
