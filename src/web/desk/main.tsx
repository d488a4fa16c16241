import { QueryClientProvider } from "@tanstack/react-query";
import { mountPage } from "../shared/mountPage";
import { DeskPage } from "./DeskPage";
import { createDeskQueryClient } from "./queries";

mountPage(
  <QueryClientProvider client={createDeskQueryClient()}>
    <DeskPage />
  </QueryClientProvider>,
);
