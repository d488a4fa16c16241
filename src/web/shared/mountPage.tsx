import { FluentProvider, webDarkTheme, webLightTheme } from "@fluentui/react-components";
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./page.css";
import { useMediaQuery } from "./useMediaQuery";

/** Draws a page into #root in the colours that the system asks for. */
export function mountPage(page: ReactNode): void {
  const root = document.getElementById("root");
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <Themed>{page}</Themed>
    </StrictMode>,
  );
}

function Themed({ children }: { children: ReactNode }) {
  const dark = useMediaQuery("(prefers-color-scheme: dark)");
  return <FluentProvider theme={dark ? webDarkTheme : webLightTheme}>{children}</FluentProvider>;
}
