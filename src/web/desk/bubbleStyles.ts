import { makeStyles, tokens } from "@fluentui/react-components";

export const useBubbleStyles = makeStyles({
  message: {
    display: "flex",
    flexDirection: "column",
    alignItems: "flex-start",
    marginTop: "2px",
    flexShrink: 0,
  },
  out: { alignItems: "flex-end" },
  group: { marginTop: "12px" },
  head: {
    display: "flex",
    alignItems: "center",
    columnGap: "4px",
    marginBottom: "4px",
    padding: "0 4px",
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
  },
  bubble: {
    maxWidth: "min(640px, 82%)",
    padding: "9px 14px",
    borderRadius: "16px",
    // Invisible until forced colours take the backgrounds away.
    border: "1px solid transparent",
    fontSize: tokens.fontSizeBase300,
    lineHeight: tokens.lineHeightBase400,
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
  customer: { backgroundColor: tokens.colorNeutralBackground6, borderBottomLeftRadius: "4px" },
  agent: {
    backgroundColor: tokens.colorBrandBackground2Hover,
    color: tokens.colorNeutralForeground1,
    borderBottomRightRadius: "4px",
  },
  bot: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderBottomRightRadius: "4px",
  },
  faulty: { border: `1px solid ${tokens.colorStatusDangerBorder2}` },
  foot: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    columnGap: "8px",
    marginTop: "3px",
    padding: "0 4px",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    color: tokens.colorNeutralForeground3,
  },
  footOut: { justifyContent: "flex-end" },
  dead: {
    display: "inline-flex",
    alignItems: "center",
    columnGap: "4px",
    color: tokens.colorStatusDangerForeground3,
  },
});
