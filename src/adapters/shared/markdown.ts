/** How bold and the like are written where they can be. */
export interface TextStyle {
  bold: string;
  italic: string;
  strike: string;
  code: string;
  /** Around several lines of code. */
  fence: string;
}

/** WhatsApp's own marks (WhatsApp: Formatting messages). */
export const WHATSAPP_STYLE: TextStyle = { bold: "*", italic: "_", strike: "~", code: "`", fence: "```" };

/** No marks at all. */
export const PLAIN_STYLE: TextStyle = { bold: "", italic: "", strike: "", code: "", fence: "" };

/** Every repetition is bounded, so that no text costs more than its length times a constant. */
const INLINE = new RegExp(
  [
    /\\(?<escaped>[\\`*_~[\]()#>+.!-])/,
    /(?<tick>`{1,2})(?<code>[^`\n]{1,800})\k<tick>/,
    /!?\[(?<label>[^\]\n]{0,400})\]\(<?(?<link>[^\s()<>]{1,1000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200})?)>?(?: "[^"\n]{0,200}")?\)/,
    // An address is taken as it is: its underscores are no marks.
    /(?<url>https?:\/\/[^\s<>]{1,2000})/,
    /(?<both>\*\*\*)(?=[^\s*])(?<strong>[^\n*]{0,800}[^\s*])\*\*\*/,
    /(?<bold>\*\*|(?<!\w)__)(?=\S)(?<heavy>[^\n]{0,800}?\S)\k<bold>(?!\w)/,
    /~~(?=\S)(?<struck>[^\n~]{0,800}[^\s~])~~/,
    /(?<!\w)(?<mark>[*_])(?=[^\s*_])(?<light>[^\n]{0,800}?[^\s*_])\k<mark>(?!\w)/,
  ]
    .map((part) => part.source)
    .join("|"),
  "g",
);
/** Emphasis inside emphasis; deeper marks stay as they were typed. */
const MAX_DEPTH = 3;

/** Markdown in another style: headings become bold, list marks dashes, links "label: address". */
export function convertMarkdown(markdown: string, style: TextStyle): string {
  return markdown
    .split(/(```[^\n`]*\n[\s\S]*?```)/)
    .map((piece, index) => (index % 2 === 1 ? convertFence(piece, style) : convertLines(piece, style)))
    .join("");
}

function convertFence(piece: string, { fence }: TextStyle): string {
  const code = piece.slice(piece.indexOf("\n") + 1, -3);
  return fence === "" ? code.replace(/\n$/, "") : `${fence}${code}${fence}`;
}

function convertLines(text: string, style: TextStyle): string {
  return text
    .split("\n")
    .map((line) => {
      const heading = toHeading(line);
      if (heading !== "") return style.bold + convertInline(heading, PLAIN_STYLE, 0) + style.bold;
      return convertInline(line.replace(/^(\s*)[*+] +/, "$1- "), style, 0);
    })
    .join("\n");
}

/** The text of a heading without its marks, "# Learn C# ##" -> "Learn C#"; "" for any other line. */
function toHeading(line: string): string {
  const text = (/^ {0,3}#{1,6} (.*)$/.exec(line)?.[1] ?? "").trim();
  let end = text.length;
  while (text[end - 1] === "#") end--;
  // Closing marks stand behind a space. A loop: a pattern would try every mark as a beginning.
  return end === 0 || text[end - 1] === " " ? text.slice(0, end).trimEnd() : text;
}

function convertInline(text: string, style: TextStyle, depth: number): string {
  if (depth > MAX_DEPTH) return text;
  const wrap = (mark: string, inner: string) => mark + convertInline(inner, style, depth + 1) + mark;
  return text.replace(INLINE, (...found) => {
    const part = found.at(-1) as Partial<Record<string, string>>;
    if (part.escaped !== undefined) return part.escaped;
    if (part.code !== undefined) return style.code + part.code + style.code;
    if (part.link !== undefined)
      return toLink(convertInline(part.label ?? "", PLAIN_STYLE, depth + 1), part.link);
    if (part.url !== undefined) return part.url;
    if (part.strong !== undefined) return style.bold + wrap(style.italic, part.strong) + style.bold;
    if (part.heavy !== undefined) return wrap(style.bold, part.heavy);
    if (part.struck !== undefined) return wrap(style.strike, part.struck);
    return wrap(style.italic, part.light ?? "");
  });
}

function toLink(label: string, address: string): string {
  return label === "" || label === address ? address : `${label}: ${address}`;
}
