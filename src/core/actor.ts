/** Who did something: an agent, a flow, a rule, a plugin, or the system. */
export interface Actor {
  kind: "agent" | "flow" | "rule" | "plugin" | "system" | "file";
  id: string;
}
