import { systemClock } from "../../../src/core/clock";
import { messageOf } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { openBlobMedia } from "../../../src/media/blob/blobMedia";

/**
 * A process of its own for the identity test, since tokens are kept for the whole process: opens the container of
 * argv[2] as a server in production does, puts one file, and prints what came of it.
 */
async function main([url = "", clientId = ""]: string[]): Promise<void> {
  const options = { url, clock: systemClock, log: silentLog, production: true, retryDelayMs: 1 };
  const media = await openBlobMedia({ ...options, ...(clientId === "" ? {} : { clientId }) });
  await media.put({ id: "m~1", contentType: "text/plain", content: Buffer.from("hello") });
  process.stdout.write("stored");
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stdout.write(messageOf(error));
});
