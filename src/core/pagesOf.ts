import type { ContainerName, Doc, QueryOptions, Store } from "./store";

/** Small enough that reading and counting a page takes a few milliseconds. */
const PAGE = 200;

/** Every document of a named query, page by page; others get their turn between two pages. */
export async function* pagesOf<T extends Doc>(
  store: Store,
  container: ContainerName,
  name: string,
  options: QueryOptions,
): AsyncGenerator<T[]> {
  let cursor: string | undefined;
  do {
    const page = await store.query<T>(container, name, {
      ...options,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page.items.map(({ doc }) => doc);
    cursor = page.next;
    // A store in memory answers without ever letting go.
    await new Promise<void>((resolve) => setImmediate(resolve));
  } while (cursor !== undefined);
}
