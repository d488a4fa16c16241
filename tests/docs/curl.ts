import { parseArgs } from "node:util";
import { request } from "undici";

/** As much of curl as the documentation uses, against the server of TEST_URL whatever the address says. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      request: { type: "string", short: "X" },
      header: { type: "string", short: "H", multiple: true },
      data: { type: "string", short: "d" },
    },
  });
  const { pathname, search } = new URL(positionals[0] ?? "");
  const headers = (values.header ?? []).map((line) => line.split(/:\s*/, 2) as [string, string]);
  const reply = await request(`${process.env.TEST_URL}${pathname}${search}`, {
    method: (values.request ?? "GET") as "GET" | "POST" | "PUT",
    headers: Object.fromEntries(headers),
    ...(values.data === undefined ? {} : { body: values.data }),
  });
  process.stdout.write(`${await reply.body.text()}\n`);
  process.exitCode = reply.statusCode < 400 ? 0 : 22;
}

void main();
