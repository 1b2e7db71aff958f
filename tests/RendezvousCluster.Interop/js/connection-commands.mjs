// dial, hangup, connections, ping, identify.
import { peerIdFromString } from '@libp2p/peer-id'
import { multiaddr } from '@multiformats/multiaddr'

export function connectionCommands (node) {
  const identified = rememberIdentified(node)

  return {
    dial: async ({ addr }, { signal }) => describe(await node.dial(multiaddr(addr), { signal })),

    hangup: async ({ peer }, { signal }) => await node.hangUp(peerIdFromString(peer), { signal }),

    connections: async () => node.getConnections().map(describe),

    ping: async ({ peer, count }, { signal }) => {
      const milliseconds = []
      for (let i = 0; i < count; i++) {
        milliseconds.push(await node.services.ping.ping(peerIdFromString(peer), { signal }))
      }

      return { milliseconds }
    },

    // What this peer learned when identify ran on the newest connection; it runs by itself, once for each.
    identify: async ({ peer }, { signal }) => {
      const result = await identified(peer, signal)
      return {
        peerId: result.peerId.toString(),
        agentVersion: result.agentVersion,
        protocolVersion: result.protocolVersion,
        listenAddrs: result.listenAddrs.map(String),
        observedAddr: result.observedAddr?.toString(),
        protocols: result.protocols,
        signedAddrs: result.signedPeerRecord?.addresses.map(String)
      }
    }
  }
}

function describe (connection) {
  return {
    peerId: connection.remotePeer.toString(),
    remoteAddr: connection.remoteAddr.toString(),
    muxer: connection.multiplexer,
    direction: connection.direction
  }
}

function rememberIdentified (node) {
  const results = new Map()
  const waiting = new Map()

  node.addEventListener('peer:identify', ({ detail }) => {
    const peer = detail.peerId.toString()
    results.set(peer, detail)
    waiting.get(peer)?.resolve(detail)
    waiting.delete(peer)
  })

  return async (peer, signal) => {
    if (results.has(peer)) {
      return results.get(peer)
    }

    if (!waiting.has(peer)) {
      waiting.set(peer, Promise.withResolvers())
    }

    const tooLate = Promise.withResolvers()
    signal.addEventListener('abort', () => tooLate.reject(new Error(`${peer} was never identified`)), { once: true })
    return await Promise.race([waiting.get(peer).promise, tooLate.promise])
  }
}
