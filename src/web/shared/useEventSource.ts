import { useEffect, useEffectEvent, useState } from "react";

interface Options<T> {
  url: string;
  /** Names used in the stream's `event:` field; unnamed events always arrive. */
  names?: readonly string[];
  onEvent(event: T): void;
  /** The stream could not resume where it stopped: read everything again. */
  onFresh(): void;
}

const NO_NAMES: readonly string[] = [];
/** A restart of the server takes less, and needs no message. */
const SHOW_LOST_AFTER_MS = 2_000;
const RETRY_MS = 2_000;

/**
 * Listens to server-sent events for as long as the component lives. The browser reconnects by itself and resumes
 * by Last-Event-ID; where it gives up (an error status), a new stream is opened. Returns false while cut off.
 */
export function useEventSource<T>({ url, names = NO_NAMES, onEvent, onFresh }: Options<T>): boolean {
  const [live, setLive] = useState(true);
  const handleEvent = useEffectEvent(onEvent);
  const handleFresh = useEffectEvent(onFresh);

  useEffect(() => {
    let source: EventSource;
    let canResume = false;
    let lostTimer = 0;
    let retryTimer = 0;

    const receive = (message: MessageEvent<string>) => {
      if (message.lastEventId !== "") canResume = true;
      handleEvent(JSON.parse(message.data) as T);
    };
    const remember = () => {
      canResume = true;
    };
    const opened = () => {
      clearTimeout(lostTimer);
      lostTimer = 0;
      setLive(true);
      if (!canResume) handleFresh();
    };
    const failed = () => {
      if (lostTimer === 0) lostTimer = setTimeout(() => setLive(false), SHOW_LOST_AFTER_MS);
      if (source.readyState === EventSource.CLOSED)
        retryTimer = setTimeout(connect, RETRY_MS * (1 + Math.random()));
    };
    const connect = () => {
      source?.close();
      clearTimeout(retryTimer);
      canResume = false;
      source = new EventSource(url);
      for (const name of ["message", ...names]) source.addEventListener(name, receive);
      // Sent on opening, only for its id: from here on the stream can resume.
      source.addEventListener("hello", remember);
      source.onopen = opened;
      source.onerror = failed;
    };

    connect();
    // A network that comes back leaves half-open streams behind.
    addEventListener("online", connect);
    return () => {
      removeEventListener("online", connect);
      clearTimeout(lostTimer);
      clearTimeout(retryTimer);
      source.close();
    };
  }, [url, names]);

  return live;
}
