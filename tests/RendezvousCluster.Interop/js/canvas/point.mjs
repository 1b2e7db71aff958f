// A rendezvous point of another make: the server of @canvas-js/libp2p-rendezvous as it is, with its registrations in memory. It speaks
// /canvas/rendezvous/1.0.0 only. The line protocol is that of ../lines.mjs.
//   canvas/point.mjs --transport tcp|ws [--connections N]
// --connections: so many at once, and from one address a second, as a benchmark needs it; otherwise the library's own limits.
import { registerHooks } from 'node:module'
import { parseArgs } from 'node:util'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import { say, serve } from '../lines.mjs'

const LISTEN = { tcp: '/ip4/127.0.0.1/tcp/0', ws: '/ip4/127.0.0.1/tcp/0/ws' }
const TRANSPORTS = { tcp: () => tcp(), ws: () => webSockets() }

registerHooks({
  resolve: (specifier, context, next) => specifier === 'better-sqlite3'
    ? { url: new URL('sqlite.mjs', import.meta.url).href, shortCircuit: true }
    : next(specifier, context)
})
const { rendezvousServer } = await import('@canvas-js/libp2p-rendezvous/server')

const { values: options } = parseArgs({
  options: { transport: { type: 'string', default: 'tcp' }, connections: { type: 'string' } }
})
const connections = options.connections === undefined ? undefined : Number(options.connections)

const node = await createLibp2p({
  addresses: { listen: [LISTEN[options.transport]] },
  transports: [TRANSPORTS[options.transport]()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  connectionManager: connections === undefined
    ? {}
    : { maxConnections: connections, inboundConnectionThreshold: connections, maxIncomingPendingConnections: connections },
  services: { identify: identify(), rendezvous: rendezvousServer() }
})

say({ ready: true, peerId: node.peerId.toString(), addrs: node.getMultiaddrs().map(String) })
await serve({
  registered: async ({ ns }) => {
    const peers = []
    for await (const { peerId } of node.services.rendezvous.store.iterate({ namespace: ns })) {
      peers.push(peerId.toString())
    }

    return { peers }
  }
})
await node.stop()
