import { secretOf } from "../../core/channel";
import {
  createFakePlatform,
  type FakeOptions,
  type FakeParts,
  type FakePlatform,
  type FakeWebhooks,
} from "../shared/fakePlatform";
import { basic, refuse, toErrorBody } from "./fakeAnswer";
import { createConsole } from "./fakeConsole";
import { filesOf } from "./fakeFiles";
import { createMessages } from "./fakeMessages";
import { sign, signBody, toCallback, toInboundPairs } from "./fakeWebhooks";
import { toMessagesPath } from "./outbound";
import type { TwilioChannel } from "./wire";

/**
 * Plays Twilio: messages with their checks and list, customers' files, what stands in the console, and signed
 * webhooks. The API answers for both channels, so one fake serves a whole account; `channel` is what its customers
 * write on. Two fakes of one account may share the work: one listens, both sign.
 */
export function createTwilioFake(channel: TwilioChannel, options: FakeOptions): FakePlatform {
  const { account } = options;
  const sid = account.values.accountSid ?? "";
  const files = filesOf(account);
  const answerMessages = createMessages(account, options.clock);
  const answerConsole = createConsole(account);

  const webhook: FakeWebhooks = {
    say: (message) => sign(options, toInboundPairs(channel, account, message)),
    batch: (said) => said.map((message) => sign(options, toInboundPairs(channel, account, message))),
    receipt: (receipt) => toCallback(options, receipt),
    // Twilio tells nobody what was sent from elsewhere.
    echo: () => undefined,
    sign: (body) => signBody(options, Buffer.from(body as string), ""),
  };

  const parts: FakeParts = {
    webhook,
    errorBody: (status) => toErrorBody(status),
    answer(call, take) {
      const file = files.answer(call);
      if (file !== undefined) return file;
      if (call.headers.authorization !== basic(sid, secretOf(account, "authToken"))) {
        return refuse(401, 20003, "Authenticate");
      }
      const { pathname } = new URL(call.path, "http://api");
      if (pathname === toMessagesPath(sid)) return answerMessages(call, take);
      return answerConsole(call) ?? refuse(404, 20404, `The requested resource ${pathname} was not found`);
    },
  };
  const platform = createFakePlatform(options, parts);
  const listen = platform.listen;
  // Files stand below the address that is known only now.
  platform.listen = async () => {
    await listen();
    files.origin = platform.url;
  };
  return platform;
}
