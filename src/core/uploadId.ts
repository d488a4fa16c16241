import { hashId, newId } from "./ids";

/** Id of a file that this agent uploads: says whose it is, and cannot be guessed. */
export const toUploadId = (agentId: string): string => `${ownerOf(agentId)}${newId("m")}`;

/** Did this agent upload the file? Ids are ours, so that nobody can make one that says so. */
export const isUploadOf = (mediaId: string, agentId: string): boolean => mediaId.startsWith(ownerOf(agentId));

const ownerOf = (agentId: string): string => `${hashId("u", agentId)}~`;
