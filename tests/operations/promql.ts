import { parser } from "@prometheus-io/lezer-promql";

type Node = ReturnType<typeof parser.parse>["topNode"];

/** What a PromQL expression asks for. */
export interface Asked {
  /** Each place that names a series. */
  series: {
    name: string;
    matchers: { label: string; operator: string; value: string }[];
    /** The function around its range: "rate"; undefined for the value as it is. */
    rangeOf: string | undefined;
    /** Labels by which aggregations around it group. */
    grouped: string[];
  }[];
  /** Pieces that are no PromQL. */
  faults: string[];
}

/** Reads an expression with the grammar of Prometheus itself. */
export function readPromql(text: string): Asked {
  const asked: Asked = { series: [], faults: [] };
  const textOf = ({ from, to }: { from: number; to: number }) => text.slice(from, to);
  parser.parse(text).iterate({
    enter(cursor) {
      const { node } = cursor;
      if (node.type.isError) asked.faults.push(`at ${node.from}: ${text.slice(node.from, node.from + 20)}`);
      if (node.name !== "VectorSelector") return;
      const around = parentsOf(node);
      const name = node.getChild("Identifier");
      asked.series.push({
        name: name === null ? "" : textOf(name),
        matchers: matchersOf(node).map(([label, operator, value]) => ({
          label: textOf(label),
          operator: textOf(operator),
          value: textOf(value).slice(1, -1),
        })),
        rangeOf: rangeFunction(around, textOf),
        grouped: around
          .filter((parent) => parent.name === "AggregateExpr")
          .flatMap((parent) => parent.getChild("AggregateModifier")?.getChild("GroupingLabels") ?? [])
          .flatMap((labels) => labels.getChildren("LabelName").map(textOf)),
      });
    },
  });
  return asked;
}

function parentsOf(node: Node): Node[] {
  const found: Node[] = [];
  for (let at = node.parent; at !== null; at = at.parent) found.push(at);
  return found;
}

function matchersOf(selector: Node): [Node, Node, Node][] {
  const list = selector.getChild("LabelMatchers")?.getChildren("UnquotedLabelMatcher") ?? [];
  return list.map((matcher) => {
    const [label, operator, value] = ["LabelName", "MatchOp", "StringLiteral"].map((name) =>
      matcher.getChild(name),
    );
    if (!label || !operator || !value) throw new TypeError("a matcher without its parts");
    return [label, operator, value];
  });
}

function rangeFunction(around: readonly Node[], textOf: (node: Node) => string): string | undefined {
  if (around[0]?.name !== "MatrixSelector") return undefined;
  const call = around.find(({ name }) => name === "FunctionCall")?.getChild("FunctionIdentifier");
  return call == null ? "" : textOf(call);
}
