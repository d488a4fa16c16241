import { openLocalMedia } from "../../src/media/local/localMedia";
import { createTempFolder } from "../storage/support";
import { mediaContract } from "./media.contract";

mediaContract("local", async () => {
  const { folder, remove } = createTempFolder();
  return { media: await openLocalMedia({ folder }), close: async () => remove() };
});
