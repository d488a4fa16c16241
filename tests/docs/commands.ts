import { PAGES } from "./pages";
import { read } from "./parts";

/** A command line that a page tells its readers to type. */
export interface Command {
  page: string;
  text: string;
  /** `sh azure`: it needs Azure and an account there. */
  azure: boolean;
}

/** Commands of all fenced blocks, in their order: continued lines joined, comments off. */
export function commands(): Command[] {
  return PAGES.flatMap((page) =>
    [...read(page).matchAll(/^ *```sh( azure)?\n([\s\S]*?)^ *```/gm)].flatMap(([, mark, block = ""]) =>
      block
        .replaceAll("\\\n", " ")
        .split("\n")
        .map((line) =>
          line
            .replace(/\s{2,}#.*$/, "")
            .replace(/\s+/g, " ")
            .trim(),
        )
        // Comments, and settings as they stand in an environment, run nothing.
        .filter((line) => line !== "" && !/^(#|\w+=\S*$)/.test(line))
        .map((text) => ({ page, text, azure: mark !== undefined })),
    ),
  );
}

/** Languages of the fences that are neither known nor plain. */
export function strangeFences(): string[] {
  const known = /^(sh|sh azure|ts|js|json|yaml|md|html|)$/;
  return PAGES.flatMap((page) => {
    let open = false;
    return [...read(page).matchAll(/^ *```(.*)$/gm)].flatMap(([, language = ""]) => {
      open = !open;
      return open && !known.test(language) ? [`${page}: ${language}`] : [];
    });
  });
}

/** What stands as code within sentences and begins like a command of ours. */
export function inlineCommands(): Command[] {
  return PAGES.flatMap((page) =>
    [
      ...read(page)
        .replace(/^ *```[\s\S]*?^ *```/gm, "")
        .matchAll(/`((?:npm run|npx switchboard|switchboard) [^`]+)`/g),
    ].map(([, text = ""]) => ({ page, text, azure: false })),
  );
}
