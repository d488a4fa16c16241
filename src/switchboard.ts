import type { IncomingMessage, ServerResponse } from "node:http";
import path from "node:path";
import type { App } from "./app";
import type { Log } from "./core/log";

export interface SwitchboardOptions {
  /**
   * Settings by the names in .env.example: `{ PUBLIC_URL: "https://shop.example", SWITCHBOARD_DATA: "./data" }`. They
   * stand for the whole environment, also for secrets (`env:NAME`). The process's own environment when left out. PORT and
   * HOST mean nothing here.
   */
  settings?: Readonly<Record<string, string | undefined>>;
  /** The configuration, as the text of a file or as its path; left out: SWITCHBOARD_CONFIG, else what is stored. */
  configuration?: { text: string } | { file: string };
  /** JSON lines on standard output when left out, as LOG_LEVEL says. */
  log?: Log;
}

/** Somebody of the demo: /desk#token=… signs them in. */
export interface DemoSignIn {
  id: string;
  name: string;
  token: string;
}

/** The whole server, for a port that somebody else opened. */
export interface Switchboard {
  /** PUBLIC_URL: where platforms and browsers reach it. */
  readonly url: string;
  /**
   * For the first admin, who sets a password with it (15 minutes, once): the host shows it to whoever installs.
   * Undefined before `start`, and when somebody can sign in as an admin.
   */
  readonly setUpLink: string | undefined;
  /** Who may sign in to the demo, which an empty installation gets in development; nobody before `start`. */
  readonly demo: readonly DemoSignIn[];
  /**
   * Answers a request when its path is one of ours: the promise gives true once the response is over. Otherwise it
   * touches nothing, calls `next`, and gives false. Must come before any body parser. Before `start` webhooks get a 503
   * and nothing else is ours; after `stop` everything of ours gets a 503.
   */
  handle(request: IncomingMessage, response: ServerResponse, next?: () => void): Promise<boolean>;
  /**
   * Opens the store, applies the configuration, takes up what an earlier process left. Call it once the host listens:
   * simulated platforms post to PUBLIC_URL. Throws ConfigError with all that is wrong.
   */
  start(): Promise<void>;
  /** Nothing in flight is lost; ends within ten seconds. The host's port stays open. */
  stop(): Promise<void>;
}

/**
 * Switchboard inside a plain http, restify or other Node server: opens no port. A path in PUBLIC_URL is taken off the
 * requests that have it; the pages themselves live at /desk. Loads the server only when called. Throws ConfigError
 * SETTING_INVALID that lists every fault of the settings.
 *
 * @example
 * const switchboard = await createSwitchboard({ settings: { PUBLIC_URL: "https://shop.example" } });
 * const server = createServer(async (request, response) => {
 *   if (!(await switchboard.handle(request, response))) response.writeHead(404).end();
 * });
 * server.listen(3978, () => switchboard.start());
 */
export async function createSwitchboard(options: SwitchboardOptions = {}): Promise<Switchboard> {
  const [{ startApp }, { loadConfig }] = await Promise.all([
    import("./app.js"),
    import("./config/settings.js"),
  ]);
  const { settings, configuration, log } = options;
  const file = configuration !== undefined && "file" in configuration ? configuration.file : undefined;
  const config = {
    ...loadConfig(settings),
    ...(file === undefined ? {} : { configFile: path.resolve(file) }),
  };
  const prefix = new URL(config.publicUrl).pathname.replace(/\/$/, "");
  let starting: Promise<App> | undefined;
  let stopping: Promise<void> | undefined;
  let app: App | undefined;

  /** Our routes know nothing of a prefix, and what platforms sign is PUBLIC_URL and the rest. */
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const whole = request.url ?? "/";
    const rest = prefix !== "" && whole.startsWith(`${prefix}/`) ? whole.slice(prefix.length) : whole;
    if (app === undefined) return rest.startsWith("/webhooks/") && answerLater(response);
    request.url = rest;
    const answered = await app.handle(request, response);
    if (!answered) request.url = whole;
    return answered;
  }

  async function stop(): Promise<void> {
    // A start that failed left nothing open.
    await (await starting?.catch(() => undefined))?.stop();
  }

  return {
    url: config.publicUrl,
    get demo() {
      return app?.demo ?? [];
    },
    get setUpLink() {
      return app?.setUpLink;
    },
    async handle(request, response, next) {
      const answered = await answer(request, response);
      if (!answered) next?.();
      return answered;
    },
    async start() {
      starting ??= startApp(config, {
        mounted: true,
        ...(log === undefined ? {} : { log }),
        ...(configuration !== undefined && "text" in configuration
          ? { configuration: configuration.text }
          : {}),
      });
      app = await starting;
    },
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };
}

/** Platforms send again what gets a 503. */
function answerLater(response: ServerResponse): boolean {
  response.writeHead(503, { "Retry-After": "2", "Content-Length": 0 });
  response.end();
  return true;
}
