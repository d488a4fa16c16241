/** One metric of a page of /metrics. */
export interface Exposed {
  kind: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

/** Reads Prometheus text. Throws on a line that is none. */
export function readExposition(text: string): Map<string, Exposed> {
  const found = new Map<string, Exposed>();
  let current: Exposed | undefined;
  for (const line of text.split("\n")) {
    const [, type, name = "", kind = ""] = /^# (TYPE) (\S+) (\w+)$/.exec(line) ?? [];
    if (type !== undefined) {
      current = { kind, samples: [] };
      found.set(name, current);
    } else if (line !== "" && !line.startsWith("#")) current?.samples.push(toSample(line));
  }
  return found;
}

function toSample(line: string): Exposed["samples"][number] {
  const parts = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (parts === null) throw new TypeError(`no sample: ${line}`);
  const labels = [...(parts[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)];
  return {
    name: parts[1] ?? "",
    labels: Object.fromEntries(labels.map(([, name = "", value = ""]) => [name, value])),
    value: Number(parts[3]),
  };
}

/** Everything that a metric says, to be compared with what it says later. */
export const stateOf = ({ samples }: Exposed): string => JSON.stringify(samples);
