import { makeStyles } from "@fluentui/react-components";

const DARK = "@media (prefers-color-scheme: dark)";

/** Colours of a telephone; each pair of text and ground has a contrast of 4.5 or more. */
interface Look {
  bar: string;
  ground: string;
  darkGround: string;
  /** Bubbles that the customer wrote: ground and text. */
  mine: [string, string];
  darkMine: [string, string];
}

const look = ({ bar, ground, darkGround, mine, darkMine }: Look) => ({
  "--bar": bar,
  "--ground": ground,
  "--mine": mine[0],
  "--mine-text": mine[1],
  [DARK]: { "--ground": darkGround, "--mine": darkMine[0], "--mine-text": darkMine[1] },
});

/** Sets the colours for what is inside: `--bar`, `--ground`, `--mine`, `--mine-text`. */
export const useLooks = makeStyles({
  facebook: look({
    bar: "#0a5fd9",
    ground: "#ffffff",
    darkGround: "#1b1b1d",
    mine: ["#0a5fd9", "#ffffff"],
    darkMine: ["#0a5fd9", "#ffffff"],
  }),
  twitter: look({
    bar: "#0f1419",
    ground: "#ffffff",
    darkGround: "#101214",
    mine: ["#0f1419", "#ffffff"],
    darkMine: ["#e7e9ea", "#0f1419"],
  }),
  whatsapp: look({
    bar: "#075e54",
    ground: "#efe9e0",
    darkGround: "#0e1a1f",
    mine: ["#d9fdd3", "#111b21"],
    darkMine: ["#005c4b", "#ffffff"],
  }),
  sms: look({
    bar: "#4a4a55",
    ground: "#f6f6f9",
    darkGround: "#17171b",
    mine: ["#1c7c35", "#ffffff"],
    darkMine: ["#1c7c35", "#ffffff"],
  }),
  other: look({
    bar: "#444444",
    ground: "#ffffff",
    darkGround: "#1b1b1b",
    mine: ["#0f548c", "#ffffff"],
    darkMine: ["#0f548c", "#ffffff"],
  }),
});

const LOOKS = ["facebook", "twitter", "whatsapp", "sms"] as const;

/** The look for a channel; channels of plugins share one. */
export function lookOf(channel: string): keyof ReturnType<typeof useLooks> {
  return LOOKS.find((name) => name === channel) ?? "other";
}
