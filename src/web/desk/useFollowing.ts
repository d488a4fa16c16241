import { useLayoutEffect, useRef } from "react";

/** Nearer to the end than this, the log follows new messages. */
const FOLLOW_PX = 80;

/**
 * Keeps the end of a scrolled log in sight while the reader is there, and the place while older messages come in above.
 * `end` changes with the last message, `drawn` with how many are drawn.
 */
export function useFollowing(end: string, drawn: number) {
  const ref = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const below = useRef(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new end is the reason to scroll
  useLayoutEffect(() => {
    const element = ref.current;
    if (element !== null && follows.current) element.scrollTop = element.scrollHeight;
  }, [end]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: more drawn above is the reason to move
  useLayoutEffect(() => {
    const element = ref.current;
    if (element !== null && !follows.current) element.scrollTop = element.scrollHeight - below.current;
  }, [drawn]);

  // The window, the composer, a notice or a picture that arrives changes a height: the end must stay in sight.
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (follows.current) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    if (content.current !== null) observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  function onScroll() {
    const element = ref.current;
    if (element === null) return;
    below.current = element.scrollHeight - element.scrollTop;
    follows.current = below.current - element.clientHeight < FOLLOW_PX;
  }

  return { ref, content, onScroll };
}
