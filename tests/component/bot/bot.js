// A bot on the adaptive runtime that knows Switchboard only by its settings. `makeServer` of the runtime's integration
// throws with the restify that it asks for, so its routes are mounted by hand: POST as it would do it, and GET besides,
// with which Facebook and X check the address.
// People's side is played by a middleware (it takes handoff.initiate) and by POST /people (handoff.status comes back).
const { createServer } = require("node:http");
const { getRuntimeServices } = require("botbuilder-dialogs-adaptive-runtime");

async function start() {
  const [services, configuration] = await getRuntimeServices(__dirname, __dirname);
  const middlewares = services.mustMakeInstance("middlewares");
  middlewares.use(async (context, next) => {
    context.onSendActivities(async (_context, activities, send) => {
      for (const activity of activities) if (activity.name === "handoff.initiate") tell(activity);
      return send();
    });
    await next();
  });
  const { bot, customAdapters } = services.mustMakeInstances("bot", "customAdapters");
  const run = (context) => bot.run(context);
  const routes = new Map();
  for (const { name, enabled, route } of configuration.get(["runtimeSettings", "adapters"]))
    if (enabled) routes.set(`/api/${route}`, customAdapters.get(name));

  const server = createServer(async (request, response) => {
    const path = request.url.split("?")[0];
    if (request.method === "POST" && path === "/people") return people(request, response);
    const adapter = routes.get(path);
    if (adapter === undefined) return response.writeHead(404).end();
    await adapter.process(request, response, run);
  });

  async function people(request, response) {
    let body = "";
    for await (const chunk of request) body += chunk;
    const { route, reference, value } = JSON.parse(body);
    const event = { type: "event", name: "handoff.status", value };
    await routes.get(`/api/${route}`).continueConversation(reference, async (context) => {
      Object.assign(context.activity, event);
      await run(context);
    });
    response.writeHead(200).end();
  }

  server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
}

const tell = (activity) => process.send({ handOff: activity });

start().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
