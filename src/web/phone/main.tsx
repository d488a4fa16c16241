import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { mountPage } from "../shared/mountPage";
import { PhonePage } from "./PhonePage";

mountPage(
  <QueryClientProvider client={new QueryClient()}>
    <PhonePage />
  </QueryClientProvider>,
);
