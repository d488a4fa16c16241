import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Payload } from "../../../src/contacts/webhooks/payload";

/** One POST as it came. */
export interface Received {
  id: string;
  headers: Record<string, string>;
  body: string;
  payload: Payload;
}

type Answer = (response: ServerResponse, received: Received) => void;

/** A company's own system: real HTTP, and as good or bad as a test wants it. */
export interface Receiver {
  url: string;
  received: Received[];
  /** How it answers from now on: 200 when left out. */
  answer: Answer;
  /** Requests it is answering now, and the most there ever were. */
  open: number;
  mostOpen: number;
  close(): Promise<void>;
}

export const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(code, headers);
    response.end();
  };

export async function startReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    receiver.open += 1;
    receiver.mostOpen = Math.max(receiver.mostOpen, receiver.open);
    response.on("close", () => {
      receiver.open -= 1;
    });
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString();
      const headers = request.headers as Record<string, string>;
      const payload = JSON.parse(body) as Payload;
      const received = { id: headers["webhook-id"] ?? "", headers, body, payload };
      receiver.received.push(received);
      receiver.answer(response, received);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    answer: status(200),
    open: 0,
    mostOpen: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
