import { z } from "zod";
import type { Route } from "../core/route";

/** The OpenAPI 3.1 document of all plain routes, generated from their schemas. */
export function toOpenApi(routes: readonly Route[], version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: toOperation(route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Switchboard", version },
    paths,
    components: { securitySchemes: { bearer: { type: "http", scheme: "bearer" } } },
  };
}

function toOperation(route: Route): unknown {
  const parameters = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const body = toContent(toSchema(route.schema?.body), route.rawBody);
  const reply = toContent(toSchema(route.schema?.reply), route.file);
  return {
    summary: route.summary,
    ...(route.access === "public" ? {} : { security: [{ bearer: [] }], "x-role": route.access }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
    responses: {
      default: { description: "An error: { code, message, details }." },
      "200": {
        description: "Done.",
        ...(reply === undefined ? {} : { content: reply }),
      },
    },
  };
}

/** OpenAPI 3.1 describes bytes by an empty schema. */
function toContent(schema: unknown, isFile: boolean | undefined): Record<string, unknown> | undefined {
  if (isFile === true) return { "application/octet-stream": {} };
  return schema === undefined ? undefined : { "application/json": { schema } };
}

function toSchema(schema: unknown): unknown {
  return schema instanceof z.ZodType
    ? z.toJSONSchema(schema, { unrepresentable: "any", io: "input" })
    : undefined;
}
