/** No dots and no separators: an id can name nothing but a file of ours, on a disk and in a URL. */
export const isMediaId = (id: string): boolean => /^[A-Za-z0-9~_-]{1,200}$/.test(id);
