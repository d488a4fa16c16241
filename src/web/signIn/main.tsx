import { QueryClientProvider } from "@tanstack/react-query";
import { mountPage } from "../shared/mountPage";
import { createSessionQueryClient } from "../shared/session";
import { SignInPage } from "./SignInPage";

mountPage(
  <QueryClientProvider client={createSessionQueryClient()}>
    <SignInPage />
  </QueryClientProvider>,
);
