// A stock js-libp2p 3.x peer, driven over standard input and output (lines.mjs).
//   peer.mjs --transport tcp|ws --muxer yamux|mplex [--listen] [--agent <agent version in identify>]
// First line out: {"ready": true, "peerId": ..., "addrs": [...]}.
import { parseArgs } from 'node:util'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { identify } from '@libp2p/identify'
import { mplex } from '@libp2p/mplex'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { webSockets } from '@libp2p/websockets'
import { createLibp2p } from 'libp2p'
import { connectionCommands } from './connection-commands.mjs'
import { say, serve } from './lines.mjs'
import { rendezvousCommands } from './rendezvous-commands.mjs'
import { serveStreams, streamCommands } from './stream-commands.mjs'

const LISTEN = { tcp: '/ip4/127.0.0.1/tcp/0', ws: '/ip4/127.0.0.1/tcp/0/ws' }
const TRANSPORTS = { tcp, ws: webSockets }
const MUXERS = { yamux, mplex }

const { values: options } = parseArgs({
  options: {
    transport: { type: 'string', default: 'tcp' },
    muxer: { type: 'string', default: 'yamux' },
    listen: { type: 'boolean', default: false },
    agent: { type: 'string' }
  }
})

const privateKey = await generateKeyPair('Ed25519')
const node = await createLibp2p({
  privateKey,
  addresses: { listen: options.listen ? [LISTEN[options.transport]] : [] },
  transports: [TRANSPORTS[options.transport]()],
  connectionEncrypters: [noise()],
  streamMuxers: [MUXERS[options.muxer]()],
  services: { identify: identify(), ping: ping() },
  ...(options.agent === undefined ? {} : { nodeInfo: { userAgent: options.agent } })
})

await serveStreams(node)
const commands = {
  ...connectionCommands(node),
  ...streamCommands(node),
  ...rendezvousCommands(node, privateKey)
}

say({ ready: true, peerId: node.peerId.toString(), addrs: node.getMultiaddrs().map(String) })
await serve(commands)
await node.stop()
