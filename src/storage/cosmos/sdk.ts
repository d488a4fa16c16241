/** The SDK's types as `await import()` gives them: its two builds have types that do not fit each other. */
export type {
  ChangeFeedPullModelIterator,
  ChangeFeedStartFrom,
  Container,
  CosmosClient,
  CosmosClientOptions,
  OperationInput,
  SqlQuerySpec,
} from "@azure/cosmos" with { "resolution-mode": "import" };
