// A js-libp2p 2.x peer with @canvas-js/libp2p-rendezvous, which speaks /canvas/rendezvous/1.0.0 and knows no libp2p 3. The line protocol
// is that of ../lines.mjs. better-sqlite3, which only canvas's server part loads, is replaced by an empty package: it would be compiled.
//   canvas/peer.mjs --transport tcp|ws
import { parseArgs } from 'node:util'
import { rendezvousClient } from '@canvas-js/libp2p-rendezvous/client'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { all } from '@libp2p/websockets/filters'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { say, serve } from '../lines.mjs'

const LISTEN = { tcp: '/ip4/127.0.0.1/tcp/0', ws: '/ip4/127.0.0.1/tcp/0/ws' }
const TRANSPORTS = { tcp: () => tcp(), ws: () => webSockets({ filter: all }) }

const { values: options } = parseArgs({ options: { transport: { type: 'string', default: 'tcp' } } })

const node = await createLibp2p({
  addresses: { listen: [LISTEN[options.transport]] },
  transports: [TRANSPORTS[options.transport]()],
  connectionEncrypters: [noise()],
  streamMuxers: [yamux()],
  services: { identify: identify(), rendezvous: rendezvousClient() }
})

const at = async (server, ask) => {
  let result
  await node.services.rendezvous.connect(multiaddr(server), async (point) => { result = await ask(point) })
  return result
}

const describe = (peers) => peers.map(({ id, addresses }) => ({ peerId: id.toString(), addrs: addresses.map(({ multiaddr }) => multiaddr.toString()) }))

say({ ready: true, peerId: node.peerId.toString(), addrs: node.getMultiaddrs().map(String) })
await serve({
  register: async ({ server, ns, ttl }) => await at(server, async (point) => await point.register(ns, { ttl })),

  discover: async ({ server, ns, limit }) => ({ peers: describe(await at(server, async (point) => await point.discover(ns, { limit }))) }),

  // The client sends UNREGISTER and closes at once; the DISCOVER behind it on the same stream tells when it has been served.
  unregister: async ({ server, ns }) => await at(server, async (point) => {
    await point.unregister(ns)
    await point.discover(ns)
  }),

  dial: async ({ addr }, { signal }) => ({ peerId: (await node.dial(multiaddr(addr), { signal })).remotePeer.toString() })
})
await node.stop()
