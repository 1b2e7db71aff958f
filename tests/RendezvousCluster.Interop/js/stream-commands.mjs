// Streams of the suite's own two protocols, which both sides serve:
//   /echo/1.0.0    sends back what it gets as it comes, closes when the opener does
//   /digest/1.0.0  reads to the opener's half-close, only then answers with the SHA-256 of all, and closes
import { createHash, randomBytes } from 'node:crypto'
import { peerIdFromString } from '@libp2p/peer-id'

const ECHO = '/echo/1.0.0'
const DIGEST = '/digest/1.0.0'
const CHUNK_BYTES = 64 * 1024

/** js-libp2p allows 32 inbound and 64 outbound streams of a protocol and connection unless told otherwise. */
const MANY_STREAMS = { maxInboundStreams: 256, maxOutboundStreams: 256 }

export async function serveStreams (node) {
  await node.handle(ECHO, async (stream) => {
    for await (const chunk of stream) {
      await write(stream, chunk.subarray())
    }

    await stream.close()
  }, MANY_STREAMS)

  await node.handle(DIGEST, async (stream) => {
    const hash = createHash('sha256')
    for await (const chunk of stream) {
      hash.update(chunk.subarray())
    }

    stream.send(hash.digest())
    await stream.close()
  }, MANY_STREAMS)
}

export function streamCommands (node) {
  const open = async (peer, protocol, signal) => await node.dialProtocol(peerIdFromString(peer), protocol, { signal, ...MANY_STREAMS })

  return {
    echo: async ({ peer, bytes }, { signal }) => {
      const stream = await open(peer, ECHO, signal)
      const sent = randomBytes(bytes)
      const received = readAll(stream)
      await writeAll(stream, sent)
      await stream.close({ signal })
      return { bytes: (await received).length, intact: sent.equals(await received) }
    },

    halfclose: async ({ peer, bytes }, { signal }) => {
      const stream = await open(peer, DIGEST, signal)
      const sent = randomBytes(bytes)
      const received = readAll(stream)
      await writeAll(stream, sent)
      await stream.close({ signal })
      return { intact: createHash('sha256').update(sent).digest().equals(await received) }
    },

    // All are open, and each has had its echo, before the first is closed.
    streams: async ({ peer, count, bytes }, { signal }) => {
      const opened = await Promise.all(Array.from({ length: count }, async () => await openEcho(bytes)))
      const closed = opened.map(async ({ stream, rest }) => {
        await stream.close({ signal })
        return (await rest()).length
      })
      const leftovers = await Promise.all(closed)
      return { intact: opened.filter(({ intact }) => intact).length, leftovers: leftovers.reduce((a, b) => a + b, 0) }

      async function openEcho (length) {
        const stream = await open(peer, ECHO, signal)
        const sent = randomBytes(length)
        const chunks = stream[Symbol.asyncIterator]()
        await write(stream, sent)
        let received = Buffer.alloc(0)
        while (received.length < length) {
          const { done, value } = await chunks.next()
          if (done) {
            throw new Error(`stream ended after ${received.length} of ${length} bytes`)
          }

          received = Buffer.concat([received, value.subarray()])
        }

        return { stream, intact: sent.equals(received), rest: async () => await readAll({ [Symbol.asyncIterator]: () => chunks }) }
      }
    }
  }
}

async function write (stream, bytes) {
  if (!stream.send(bytes)) {
    await stream.onDrain()
  }
}

async function writeAll (stream, bytes) {
  for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
    await write(stream, bytes.subarray(offset, offset + CHUNK_BYTES))
  }
}

async function readAll (chunks) {
  const parts = []
  for await (const chunk of chunks) {
    parts.push(Buffer.from(chunk.subarray()))
  }

  return Buffer.concat(parts)
}
