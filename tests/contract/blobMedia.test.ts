import { silentLog } from "../../src/core/log";
import { openBlobMedia } from "../../src/media/blob/blobMedia";
import { startBlobDouble } from "../support/blobDouble/blobDouble";
import { createFakeClock } from "../support/clock";
import { mediaContract } from "./media.contract";

const open = (url: string) =>
  openBlobMedia({ url, clock: createFakeClock(), log: silentLog, production: false });

mediaContract("Azure Blob, our double", async () => {
  const double = await startBlobDouble();
  return { media: await open(double.url), close: () => double.close() };
});

// A container for tests, with a signature: `npm run test:azurite` names one of Azurite's.
const real = process.env.MEDIA_TEST_URL;
if (real !== undefined)
  mediaContract("Azure Blob, MEDIA_TEST_URL", async () => ({
    media: await open(real),
    close: async () => {},
  }));
