import { makeStyles, tokens } from "@fluentui/react-components";

/** Looks of the page's tables. */
export const useTableStyles = makeStyles({
  region: {
    overflowX: "auto",
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  table: { width: "100%", borderCollapse: "separate", borderSpacing: 0 },
  caption: {
    padding: "12px 12px 8px",
    textAlign: "left",
    color: tokens.colorNeutralForeground2,
    // Stays in sight while the table is scrolled sideways.
    "& > span": {
      position: "sticky",
      left: "12px",
      display: "inline-block",
      maxWidth: "calc(100vw - 60px)",
    },
  },
  head: {
    padding: "6px 10px",
    textAlign: "left",
    verticalAlign: "bottom",
    whiteSpace: "nowrap",
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    fontWeight: tokens.fontWeightSemibold,
    color: tokens.colorNeutralForeground2,
  },
  cell: {
    padding: "8px 10px",
    textAlign: "left",
    verticalAlign: "top",
    fontWeight: tokens.fontWeightRegular,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  number: { textAlign: "right", fontVariantNumeric: "tabular-nums", paddingLeft: "8px", paddingRight: "8px" },
  // A row's first two cells stay in sight too; they need a ground of their own for that.
  first: { position: "sticky", left: 0, width: "58px", minWidth: "58px", backgroundColor: "inherit" },
  second: { position: "sticky", left: "58px", backgroundColor: "inherit" },
  row: { backgroundColor: tokens.colorNeutralBackground1 },
  words: { minWidth: "180px", overflowWrap: "anywhere" },
  nowrap: { whiteSpace: "nowrap" },
});
