import { QueryClientProvider } from "@tanstack/react-query";
import { mountPage } from "../shared/mountPage";
import { createSessionQueryClient } from "../shared/session";
import { DeskPage } from "./DeskPage";

mountPage(
  <QueryClientProvider client={createSessionQueryClient()}>
    <DeskPage />
  </QueryClientProvider>,
);
