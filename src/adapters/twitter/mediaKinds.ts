const MB = 1024 * 1024;

/** How X takes a file for a direct message (X: Media upload, categories). */
export interface MediaKind {
  category: "dm_image" | "dm_gif" | "dm_video";
  maxBytes: number;
  contentTypes: readonly string[];
}

/** The general figures; for videos our own limit on files is the smaller one. */
const KINDS: readonly MediaKind[] = [
  { category: "dm_image", maxBytes: 5 * MB, contentTypes: ["image/jpeg", "image/png", "image/webp"] },
  { category: "dm_gif", maxBytes: 15 * MB, contentTypes: ["image/gif"] },
  { category: "dm_video", maxBytes: 512 * MB, contentTypes: ["video/mp4", "video/quicktime"] },
];

/** The kind as which X takes the file; undefined for audio, documents and what is too large: those go as links. */
export function toMediaKind(media: { contentType: string; bytes: number }): MediaKind | undefined {
  const type = media.contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const kind = KINDS.find(({ contentTypes }) => contentTypes.includes(type));
  return kind !== undefined && media.bytes > 0 && media.bytes <= kind.maxBytes ? kind : undefined;
}
