const { ChannelError, secretOf } = require("switchboard");
const { createApi } = require("./api");
const { toMessageId } = require("./ids");
const { FILE_SCHEME } = require("./message");

/** @type {import("switchboard").Channel["createClient"]} */
exports.createClient = (ports) => {
  const api = createApi(ports);

  /** A file's address is good for an hour, and holds the token: it is asked for when the file is fetched. */
  async function lookUp(fileId, holder) {
    const { file_path } = await api.call(holder, "getFile", JSON.stringify({ file_id: fileId }));
    if (typeof file_path !== "string")
      throw new ChannelError("CHANNEL_REFUSED", "Telegram does not have this file any more.", {
        retryable: false,
      });
    const base = api.baseOf(holder.account);
    const folder = `${base.href.replace(/\/$/, "")}/file/bot${secretOf(holder.instance, "botToken")}`;
    const path = file_path.split("/").map(encodeURIComponent).join("/");
    const trusted = holder.account.apiUrl === undefined ? {} : { trustedOrigin: base.origin };
    return { url: `${folder}/${path}`, headers: {}, hosts: [base.hostname], ...trusted };
  }

  return {
    async send(request, context) {
      const sent = await api.call(context, request.path.slice(1), request.body);
      const { message_id, chat } = sent ?? {};
      return message_id === undefined
        ? {}
        : { providerId: toMessageId(chat?.id ?? context.customerId, message_id) };
    },
    mediaRequest(contentUrl, holder) {
      if (contentUrl.startsWith(FILE_SCHEME))
        return lookUp(decodeURIComponent(contentUrl.slice(FILE_SCHEME.length)), holder);
      throw new ChannelError("CHANNEL_UNSUPPORTED", "This is no file of Telegram. It is not fetched.", {
        retryable: false,
      });
    },
    async signal(signal, context) {
      // Bots cannot mark anything as read.
      if (signal !== "typing") return;
      const body = JSON.stringify({ chat_id: Number(context.customerId), action: "typing" });
      await api.call(context, "sendChatAction", body);
    },
    // Bots cannot list what they sent: the definition says what to do then.
    reconcile: async () => ({ outcome: "unknown" }),
  };
};
