import type { MediaInfo } from "../../core/media";
import { OCTET_STREAM } from "../contentType";

/** What stands in the headers of a blob. */
export interface BlobProperties {
  contentType?: string;
  metadata?: Record<string, string>;
}

/** The longest name that is kept; ours are shorter (fileName.ts). */
const LONGEST_NAME = 200;
/** Visible ASCII: what a header can carry, and nothing that could begin another one. */
const HEADER_TYPE = /^[!-~](?:[ -~]{0,198}[!-~])?$/;

/**
 * How a file is described at its blob: the type as the blob's own, the name in base64url, since metadata are headers
 * and take ASCII only (Azure: "Setting and retrieving properties and metadata"). A type that is no header's is unknown.
 */
export function toBlobProperties(file: { contentType: string; name?: string }): Required<BlobProperties> {
  const { contentType, name } = file;
  return {
    contentType: HEADER_TYPE.test(contentType) ? contentType : OCTET_STREAM,
    metadata:
      name === undefined
        ? {}
        : { name: Buffer.from(name.slice(0, LONGEST_NAME), "utf8").toString("base64url") },
  };
}

export function toMediaInfo(id: string, bytes: number, properties: BlobProperties): MediaInfo {
  const { contentType = OCTET_STREAM, metadata = {} } = properties;
  const name = Buffer.from(metadata.name ?? "", "base64url").toString("utf8");
  return { id, contentType, bytes, ...(name === "" ? {} : { name }) };
}
