import { useMutation } from "@tanstack/react-query";
import type { DeadLetterView } from "../../admin/operationsContract";
import { ApiFault, api } from "../api";
import { useRefresh } from "./queries";

export interface ReplayResult {
  replayed: number;
  /** Those that were no dead letters any more. */
  gone: number;
  /** Why others stayed, one reason each. */
  faults: string[];
}

/** Puts dead letters back into the inbox: those given, or all there are. */
export function useReplay() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (letters: DeadLetterView[] | "all") =>
      replay(letters === "all" ? await readAll() : letters),
    onSettled: refresh,
  });
}

/** First all, then replayed: a replay moves the pages under the cursor. */
async function readAll(): Promise<DeadLetterView[]> {
  const found: DeadLetterView[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const page = await api.deadLetters(cursor);
    found.push(...page.items);
    cursor = page.next;
  }
  return found;
}

async function replay(letters: readonly DeadLetterView[]): Promise<ReplayResult> {
  const result: ReplayResult = { replayed: 0, gone: 0, faults: [] };
  for (const letter of letters) {
    try {
      await api.replay(letter);
      result.replayed += 1;
    } catch (error) {
      if (!(error instanceof ApiFault) || stopsAll(error)) throw error;
      if (error.status === 404) result.gone += 1;
      else result.faults.push(error.message);
    }
  }
  return result;
}

/** Not reached, signed out or refused: the next would fare no better. */
const stopsAll = ({ status }: ApiFault): boolean => status === 0 || status === 401 || status === 403;
