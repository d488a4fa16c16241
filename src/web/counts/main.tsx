import { QueryClientProvider } from "@tanstack/react-query";
import { mountPage } from "../shared/mountPage";
import { createSessionQueryClient } from "../shared/session";
import { CountsPage } from "./CountsPage";

mountPage(
  <QueryClientProvider client={createSessionQueryClient()}>
    <CountsPage />
  </QueryClientProvider>,
);
