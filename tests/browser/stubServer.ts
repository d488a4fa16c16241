import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { systemClock } from "../../src/core/clock";
import type { ApiReply } from "../../src/core/route";
import { writeEventStream } from "../../src/server/eventStream";
import { loadWebPages } from "../../src/server/webPages";
import type { PhoneSay } from "../../src/simulator/contract";
import { StubCounts } from "./stubCounts";
import { toCard } from "./stubCustomer";
import { type SentMessage, StubDesk } from "./stubDesk";
import { serveMedia } from "./stubMedia";
import { StubPhone } from "./stubPhone";
import { StubSignIn } from "./stubSignIn";

/** Compiled, this file stands in dist/tests/browser. */
const WEB_FOLDER = path.join(__dirname, "..", "..", "web");
const TOKEN = "ana-token";

export interface StubServer {
  url: string;
  token: string;
  desk: StubDesk;
  phone: StubPhone;
  counts: StubCounts;
  signIn: StubSignIn;
  /** Forgets who is signed in, as time does. */
  endSession(): void;
  /** Ends every event stream, as a restart of the server does. */
  dropStreams(): void;
  close(): Promise<void>;
}

/** Serves the built pages with their real headers, and the API from memory. */
export async function startStubServer(
  desk = StubDesk.busy(),
  phone = new StubPhone(),
  counts = StubCounts.busy(),
): Promise<StubServer> {
  const pages = loadWebPages(WEB_FOLDER, { phone: true });
  const streams = new Set<{ close(): void }>();
  const signIn = new StubSignIn(TOKEN);

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://stub");
    const page =
      request.method === "GET" ? pages.find(pathname, request.headers["accept-encoding"]) : undefined;
    if (page !== undefined) {
      // Two statements: restify, when a test of the same run has loaded it, makes writeHead return nothing.
      response.writeHead(page.status, page.headers);
      response.end(page.body);
      return;
    }
    if (pathname.startsWith("/api/desk/media") && signIn.signedIn) {
      await serveMedia(desk, request, response);
      return;
    }
    const body = await readJson(request);
    const door = signIn.reply(request.method ?? "GET", pathname, body);
    if (door !== undefined) {
      writeReply(response, door);
      return;
    }
    const reply = pathname.startsWith("/api/phone")
      ? phoneReply(phone, pathname, body)
      : deskReply(pathname, searchParams, request, body);
    if (reply.stream === undefined) writeReply(response, reply);
    else streams.add(writeEventStream(response, reply.stream, { clock: systemClock }));
  }

  function deskReply(
    pathname: string,
    query: URLSearchParams,
    request: IncomingMessage,
    body: Record<string, unknown>,
  ): ApiReply {
    if (!signIn.signedIn) return fault(401, "SIGN_IN_NEEDED", "Nobody is signed in.");
    if (request.method !== "GET" && request.headers["content-type"] !== "application/json") {
      return fault(400, "INPUT_INVALID", "The content type must be application/json.");
    }
    if (pathname === "/api/desk/events") {
      const given = request.headers["last-event-id"];
      const lastId = given === undefined ? desk.lastEventId : Number(given);
      const stream: ApiReply["stream"] = (sink) => {
        if (given === undefined) sink.send({ id: String(lastId), event: "hello", data: {} });
        return desk.listen(lastId, (data, id) => sink.send({ id: String(id), event: "desk", data }));
      };
      return { status: 200, stream };
    }
    if (pathname.startsWith("/api/admin/")) {
      const path = pathname.slice("/api/admin/".length);
      return counts.reply(desk.me, request.method ?? "GET", path, query, body);
    }
    return new DeskRoutes(desk, query, body).reply(
      request.method ?? "GET",
      pathname.split("/").slice(3).map(decodeURIComponent),
    );
  }

  const server = createServer((request, response) => void serve(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: TOKEN,
    desk,
    phone,
    counts,
    signIn,
    endSession() {
      signIn.signedIn = false;
    },
    dropStreams() {
      for (const stream of streams) stream.close();
      streams.clear();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The part of the desk API that the pages use. */
class DeskRoutes {
  constructor(
    private readonly desk: StubDesk,
    private readonly query: URLSearchParams,
    private readonly body: Record<string, unknown>,
  ) {}

  reply(method: string, [kind = "", id = "", action = ""]: string[]): ApiReply {
    const { desk } = this;
    if (kind === "me") return ok(desk.me);
    if (kind === "people")
      return list([
        { id: "ana", name: "Ana" },
        { id: "ben", name: "Ben" },
      ]);
    if (kind === "presence") return ok(desk.setPresence(this.body.presence as "available"));
    if (kind === "offers" && id === "") return list(desk.offers);
    if (kind === "offers")
      return desk.answerOffer(id, action === "accept")
        ? ok({})
        : fault(409, "ALREADY_TAKEN", "Ben has taken it.");
    if (kind === "conversations" && id === "") return this.conversations();
    if (kind === "conversations" && action === "templates") return this.templates();
    if (kind === "conversations" && (action === "typing" || action === "read")) {
      desk.signals.push({ action, conversationId: id });
      return { status: 202, body: {} };
    }
    if (kind === "conversations" && action === "messages")
      return method === "POST" ? this.send(id) : this.messages(id);
    if (kind === "conversations" && action === "quickReplies")
      return list(desk.findQuickReplies(this.query.get("search") ?? ""));
    if (kind === "conversations" && action === "dispositions") return this.dispositions(method, id);
    if (kind === "conversations" && action === "close" && desk.needsDisposition(id))
      return fault(
        409,
        "WRONG_STATE",
        "Choose what came of this conversation (its disposition), then close it.",
      );
    if (kind === "conversations" && action === "customer") {
      const summary = desk.customer(id);
      return summary === undefined ? fault(404, "NOT_FOUND", "There is no such conversation.") : ok(summary);
    }
    if (kind === "contacts") {
      const words = (this.query.get("search") ?? "").toLowerCase();
      return list(desk.contacts.filter(({ name }) => name.toLowerCase().includes(words)).map(toCard));
    }
    const view = action === "" ? desk.find(id) : desk.act(id, action, this.body.note);
    return view === undefined ? fault(404, "NOT_FOUND", "There is no such conversation.") : ok(view);
  }

  private conversations(): ApiReply {
    const states = this.query.get("state")?.split(",");
    const holder = this.query.get("holder");
    const agent = this.query.get("agent");
    const found = this.desk.conversations.filter(
      (one) =>
        (states?.includes(one.state) ?? true) &&
        (holder === null || one.holder === holder) &&
        (agent === null || one.agentId === agent),
    );
    const from = Number(this.query.get("cursor") ?? 0);
    const to = from + Number(this.query.get("limit") ?? 50);
    return ok({ items: found.slice(from, to), next: to < found.length ? String(to) : null });
  }

  private messages(id: string): ApiReply {
    const after = Number(this.query.get("after") ?? 0);
    const limit = Number(this.query.get("limit") ?? 100);
    const rest = (this.desk.messages.get(id) ?? []).filter((message) => message.seq > after);
    return ok({
      items: rest.slice(0, limit),
      next: rest.length > limit ? String(rest[limit - 1]?.seq) : null,
    });
  }

  private send(id: string): ApiReply {
    const refusal = this.desk.refuseSend;
    this.desk.refuseSend = undefined;
    if (refusal !== undefined) return fault(refusal.status, refusal.code, refusal.message);
    return {
      status: 201,
      body: this.desk.agentSends(id, this.body as unknown as SentMessage),
    };
  }

  private dispositions(method: string, id: string): ApiReply {
    const { dispositions: items, dispositionRequired: required } = this.desk;
    if (method === "GET") return ok({ items, next: null, required });
    return ok(this.desk.change(id, { dispositions: this.body.dispositions as string[] }));
  }

  private templates(): ApiReply {
    const refusal = this.desk.refuseTemplates;
    return refusal === undefined
      ? list(this.desk.templates)
      : fault(refusal.status, refusal.code, refusal.message);
  }
}

function phoneReply(phone: StubPhone, pathname: string, body: Record<string, unknown>): ApiReply {
  if (pathname === "/api/phone") return ok(phone.state);
  if (pathname === "/api/phone/events")
    return { status: 200, stream: (sink) => phone.listen((data) => sink.send({ data })) };
  const channel = pathname.split("/")[3] ?? "";
  return { status: 201, body: phone.say(channel, body as unknown as PhoneSay) };
}

const ok = (body: unknown): ApiReply => ({ status: 200, body });
const list = (items: unknown[]): ApiReply => ok({ items, next: null });
const fault = (status: number, code: string, message: string): ApiReply => ({
  status,
  body: { code, message, details: null },
});

function writeReply(response: ServerResponse, { status, body }: ApiReply): void {
  response.writeHead(status, body === undefined ? {} : { "Content-Type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
