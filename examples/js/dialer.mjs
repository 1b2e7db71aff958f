// Finds who is registered at a rendezvous point, and dials each of them at the addresses that it registered.
//
//   node dialer.mjs <the point's multiaddr>
import { multiaddr } from '@multiformats/multiaddr'
import { startNode } from './node.mjs'
import { onSession } from './rendezvous.mjs'

const NAMESPACE = 'example-namespace'

if (process.argv.length !== 3) {
  console.error("usage: node dialer.mjs <the point's multiaddr, which ends in /p2p/ and its peer id>")
  process.exit(2)
}

const point = multiaddr(process.argv[2])
const { node } = await startNode([])

// Page by page: the cookie asks for what is new since the page before. No longer than a whole namespace can be.
async function * discover (pages = 1000) {
  let cookie
  for (let page = 0; page < pages; page++) {
    const found = await onSession(node, point, (session) => session.discover({ ns: NAMESPACE, cookie }))
    yield * found.registrations
    if (found.registrations.length === 0) {
      return
    }

    cookie = found.cookie
  }
}

// One of its addresses is enough. Somebody else who answers there is no success: the handshake proves who it is.
async function dial ({ peerId, multiaddrs }) {
  try {
    const connection = await node.dial(multiaddrs.map((address) => address.encapsulate(`/p2p/${peerId}`)))
    const milliseconds = await node.services.ping.ping(peerId)
    console.log(`Dialled ${connection.remotePeer} at ${connection.remoteAddr}: ping ${milliseconds} ms`)
    return true
  } catch (error) {
    console.log(`Not dialled ${peerId}: ${error.message}`)
    return false
  }
}

let dialled = 0
try {
  for await (const peer of discover()) {
    console.log(`Discovered peer with id: ${peer.peerId} and multiaddrs ${peer.multiaddrs.join(', ')}`)
    dialled += await dial(peer) ? 1 : 0
  }

  console.log(`Dialled ${dialled} of those registered to: ${NAMESPACE}`)
} catch (error) {
  console.error(`Nothing discovered: ${error.message}`)
}

await node.stop()
process.exitCode = dialled > 0 ? 0 : 1
