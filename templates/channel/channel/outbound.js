const { ChannelError, convertMarkdown, PLAIN_STYLE, splitText, toContent, toListedText } = require("switchboard");
const { definition } = require("./definition");

/**
 * One call for each part of the text. Buttons become a numbered list and files links, since the platform has neither.
 * @type {import("switchboard").Channel["toRequests"]}
 */
exports.toRequests = (activity, context) => {
  if (activity.type !== "message") return [];
  const content = toContent(activity);
  const links = content.media.flatMap((file) => linkOf(file, context) ?? []);
  const shown = content.textFormat === "markdown" ? convertMarkdown(content.text, PLAIN_STYLE) : content.text;
  const text = [toListedText({ ...content, text: shown }), ...links].filter((line) => line !== "").join("\n");
  if (text.trim() === "" && content.media.length > 0)
    throw new ChannelError("CHANNEL_REFUSED", "The file is not there any more.", { retryable: false });
  return splitText(text, definition.limits.textLength).map((part) => ({
    method: "POST",
    path: "/messages",
    contentType: "application/json",
    body: JSON.stringify({ line: context.instance.externalId, customer: context.customerId, text: part }),
  }));
};

/** A file of ours by its public address, which is valid for a short time; undefined when it is gone. */
function linkOf({ contentUrl }, { media }) {
  return contentUrl.startsWith("media:") ? media?.get(contentUrl)?.url : contentUrl;
}
