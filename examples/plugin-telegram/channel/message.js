/** Where a message's file stands, and what it is when Telegram does not say. */
const FILES = {
  animation: "video/mp4",
  document: "application/octet-stream",
  video: "video/mp4",
  video_note: "video/mp4",
  audio: "audio/mpeg",
  voice: "audio/ogg",
  sticker: "image/webp",
};

/** What a file's address begins with, for our fetcher alone: Telegram gives a real one only when asked. */
const FILE_SCHEME = "telegram:file/";
exports.FILE_SCHEME = FILE_SCHEME;

/** Text, files and places of a message; undefined when it holds nothing that a person could read. */
exports.fillMessage = (message) => {
  const place = placeOf(message);
  const text = [message.text, message.caption, contactOf(message), place?.name].filter(
    (part) => typeof part === "string" && part !== "",
  );
  const attachments = filesOf(message);
  if (text.length === 0 && attachments.length === 0 && place === undefined) return undefined;
  return {
    textFormat: "plain",
    ...(text.length === 0 ? {} : { text: text.join("\n") }),
    ...(attachments.length === 0 ? {} : { attachments }),
    ...(place === undefined ? {} : { entities: [place] }),
  };
};

function filesOf(message) {
  // The same picture in several sizes, the largest last.
  const photo = Array.isArray(message.photo) ? message.photo.at(-1) : undefined;
  if (photo !== undefined) return toFile(photo, "image/jpeg");
  // A GIF comes as animation and, for older bots, as document too.
  const kind = Object.keys(FILES).find((name) => message[name] !== undefined);
  return kind === undefined ? [] : toFile(message[kind], FILES[kind]);
}

function toFile({ file_id, mime_type, file_name }, otherwise) {
  if (typeof file_id !== "string") return [];
  const contentType = typeof mime_type === "string" ? mime_type : otherwise;
  const name = typeof file_name === "string" ? { name: file_name } : {};
  return [{ contentType, contentUrl: FILE_SCHEME + encodeURIComponent(file_id), ...name }];
}

function placeOf({ venue, location = venue?.location }) {
  const { latitude, longitude } = location ?? {};
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return undefined;
  const name = [venue?.title, venue?.address]
    .filter((part) => typeof part === "string" && part !== "")
    .join(", ");
  return { type: "GeoCoordinates", latitude, longitude, ...(name === "" ? {} : { name }) };
}

function contactOf({ contact }) {
  if (contact === undefined) return undefined;
  const { first_name, last_name, phone_number } = contact ?? {};
  return `Contact: ${[first_name, last_name, phone_number].filter((part) => typeof part === "string").join(" ")}`;
}
