import { QueryClientProvider } from "@tanstack/react-query";
import { mountPage } from "../shared/mountPage";
import { createSessionQueryClient } from "../shared/session";
import { SetUpPage } from "./SetUpPage";

mountPage(
  <QueryClientProvider client={createSessionQueryClient()}>
    <SetUpPage />
  </QueryClientProvider>,
);
