const {
  ChannelError,
  convertMarkdown,
  PLAIN_STYLE,
  splitText,
  toContent,
  toListedText,
} = require("switchboard");
const { definition } = require("./definition");
const { toTelegramNumber } = require("./ids");
const { toKeyboard } = require("./keyboard");

const MB = 1024 * 1024;
/** What Telegram fetches from an address by itself (Bot API: Sending files); anything else goes as a link. */
const BY_ADDRESS = [
  { method: "sendPhoto", key: "photo", types: /^image\/(jpeg|png|webp|\*)$/, most: 5 * MB },
  { method: "sendDocument", key: "document", types: /^(image\/gif|application\/(pdf|zip))$/, most: 20 * MB },
];
/** Buttons need words to stand under. */
const POINTING_DOWN = "⬇️";

/**
 * Files first, then the text in parts, buttons under the last.
 * @type {import("switchboard").Channel["toRequests"]}
 */
exports.toRequests = (activity, context) => {
  if (activity.type !== "message") return [];
  const content = toContent(activity);
  const files = content.media.flatMap((file) => toCall(file, context) ?? []);
  if (
    content.media.length > 0 &&
    files.length === 0 &&
    content.text.trim() === "" &&
    content.choices.length === 0
  )
    throw new ChannelError("CHANNEL_REFUSED", "The file is not there any more.", { retryable: false });

  const { markup, links } = toKeyboard(content);
  const shown = content.textFormat === "markdown" ? convertMarkdown(content.text, PLAIN_STYLE) : content.text;
  const addresses = files.flatMap(({ link }) => (link === undefined ? [] : [link]));
  const words = [toListedText({ ...content, text: shown, choices: [], links }), ...addresses].filter(
    (line) => line !== "",
  );
  const text = words.join("\n").trim() === "" && markup !== undefined ? POINTING_DOWN : words.join("\n");
  const parts = splitText(text, definition.limits.textLength);
  return [
    ...files.flatMap(({ method, body }) => (method === undefined ? [] : [toRequest(method, body, context)])),
    ...parts.map((part, at) =>
      toRequest(
        "sendMessage",
        {
          text: part,
          ...(at === 0 ? quoted(activity, context) : {}),
          ...(at === parts.length - 1 && markup !== undefined ? { reply_markup: markup } : {}),
        },
        context,
      ),
    ),
  ];
};

/**
 * Telegram fetches a file from its address, or the customer does; undefined: it is gone.
 * @param {import("switchboard").Attachment} attachment
 * @param {import("switchboard").SendContext} context
 */
function toCall({ contentType, contentUrl = "" }, { media }) {
  const isOurs = contentUrl.startsWith("media:");
  const file = isOurs ? media?.get(contentUrl) : { url: contentUrl, contentType, bytes: 0 };
  if (file === undefined) return undefined;
  const way = BY_ADDRESS.find(({ types, most }) => types.test(file.contentType) && file.bytes <= most);
  return way === undefined ? { link: file.url } : { method: way.method, body: { [way.key]: file.url } };
}

/**
 * A bot answers what was said last: shown as an answer is only what a person chose, or what came late.
 * @param {import("switchboard").Activity} activity
 * @param {import("switchboard").SendContext} context
 */
function quoted({ replyToId }, { author, lastInboundId }) {
  const message_id = toTelegramNumber(replyToId);
  if (message_id === undefined || (author.kind === "bot" && replyToId === lastInboundId)) return {};
  return { reply_parameters: { message_id, allow_sending_without_reply: true } };
}

/**
 * The token stands in the path of every call: only the client adds it.
 * @returns {import("switchboard").PlatformRequest}
 */
const toRequest = (method, body, { customerId }) => ({
  method: "POST",
  path: `/${method}`,
  contentType: "application/json",
  body: JSON.stringify({ chat_id: Number(customerId), ...body }),
});
