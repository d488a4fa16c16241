import { type Account, secretOf } from "../../core/channel";
import type { FakeAnswer, FakeCall, FakeFile } from "../shared/fakePlatform";
import { basic, newSid, refuse } from "./fakeAnswer";

const KEPT = 500;

/** Files of customers' messages, which Twilio keeps and gives to the account alone (Twilio: Media resource). */
export interface FakeFiles {
  /** Where the fake listens. */
  origin: string;
  /** Keeps a file; the result is its address. */
  add(messageSid: string, file: FakeFile): string;
  /** undefined when the call is not for a file. */
  answer(call: FakeCall): FakeAnswer | undefined;
}

/** Two fakes of one account share the work, one listens and both make webhooks: so they share the files. */
const shelves = new WeakMap<Account, FakeFiles>();

export function filesOf(account: Account): FakeFiles {
  let files = shelves.get(account);
  if (files === undefined) {
    files = createFiles(account);
    shelves.set(account, files);
  }
  return files;
}

function createFiles(account: Account): FakeFiles {
  const byPath = new Map<string, FakeFile>();
  const sid = account.values.accountSid ?? "";
  return {
    origin: account.apiUrl ?? "",
    add(messageSid, file) {
      if (file.url !== undefined) return file.url;
      const path = `/2010-04-01/Accounts/${sid}/Messages/${messageSid}/Media/${newSid("ME")}`;
      byPath.set(path, file);
      const [oldest] = byPath.keys();
      if (byPath.size > KEPT && oldest !== undefined) byPath.delete(oldest);
      return this.origin + path;
    },
    answer({ method, path, headers }) {
      const { pathname } = new URL(path, "http://api");
      if (method !== "GET" || !/\/Media\/ME[^/.]+$/.test(pathname)) return undefined;
      if (headers.authorization !== basic(sid, secretOf(account, "authToken"))) {
        return refuse(401, 20003, "Authenticate");
      }
      const file = byPath.get(pathname);
      if (file === undefined) return refuse(404, 20404, `The requested resource ${pathname} was not found`);
      return {
        status: 200,
        body: file.content ?? Buffer.alloc(0),
        headers: { "Content-Type": file.contentType },
      };
    },
  };
}
