// The whole server in somebody's plain http server; the host's own code must not notice it.
import { createServer } from "node:http";
import { createSwitchboard, silentLog } from "switchboard";

const switchboard = await createSwitchboard({
  settings: { NODE_ENV: "test", SWITCHBOARD_DATA: process.argv[2], PUBLIC_URL: "https://shop.example" },
  log: silentLog,
});
const server = createServer(async (request, response) => {
  if (!(await switchboard.handle(request, response))) response.writeHead(404).end("the host");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
await switchboard.start();
const url = `http://127.0.0.1:${server.address().port}`;
const get = async (path) => {
  const reply = await fetch(url + path);
  return [reply.status, (await reply.text()).slice(0, 15).toLowerCase()];
};
const seen = { desk: await get("/desk"), host: await get("/own"), demo: switchboard.demo.length };
process.stdout.write(JSON.stringify(seen));
await switchboard.stop();
process.exit(0);
