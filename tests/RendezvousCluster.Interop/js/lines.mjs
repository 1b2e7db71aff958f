// One JSON object a line. In: {"id": 7, "op": "ping", ...arguments}. Out: {"id": 7, "ok": result} or {"id": 7, "error": "why"}.
// Commands run side by side; answers come in the order in which they finish. The process ends when its input does, so that no peer
// outlives the test that started it.
import { createInterface } from 'node:readline'

const COMMAND_TIMEOUT_MS = 25_000

export function say (line) {
  process.stdout.write(JSON.stringify(line, (_, value) => typeof value === 'bigint' ? Number(value) : value) + '\n')
}

/** Serves `commands`, a map from op to async (arguments, {signal}) => result, until the input ends. */
export async function serve (commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    answer(commands, JSON.parse(line))
  }
}

async function answer (commands, { id, op, ...rest }) {
  try {
    if (commands[op] === undefined) {
      throw new Error(`unknown op ${op}`)
    }

    say({ id, ok: await commands[op](rest, { signal: AbortSignal.timeout(COMMAND_TIMEOUT_MS) }) ?? null })
  } catch (error) {
    say({ id, error: explain(error) })
  }
}

function explain (error) {
  const causes = (error.errors ?? []).map(explain)
  return [`${error.name}: ${error.message}`, ...causes].join(' <- ')
}
