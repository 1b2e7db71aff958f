// register, discover, unregister: each on a stream of its own, which ends with a half-close that the server must answer.
import { peerIdFromString } from '@libp2p/peer-id'
import { CODE_P2P } from '@multiformats/multiaddr'
import { PROTOCOL, RendezvousSession } from './rendezvous.mjs'

export function rendezvousCommands (node, privateKey) {
  const onStream = async (peer, signal, ask) => {
    const session = new RendezvousSession(await node.dialProtocol(peerIdFromString(peer), PROTOCOL, { signal }))
    const result = await ask(session)
    await session.finish({ signal })
    return result
  }

  // A record names its peer once, so its addresses do not repeat it.
  const addresses = () => node.getMultiaddrs().map((address) => address.decapsulateCode(CODE_P2P))

  const register = async (session, { ns, ttl }, signal) =>
    await session.register(ns, { privateKey, peerId: node.peerId, multiaddrs: addresses(), ttl }, { signal })

  return {
    register: async ({ peer, ...request }, { signal }) => await onStream(peer, signal, async (session) => await register(session, request, signal)),

    discover: async ({ peer, ...request }, { signal }) => await onStream(peer, signal, async (session) => await session.discover(request, { signal })),

    // Unsigned, in the first schema; answers the status.
    registerPeerInfo: async ({ peer, ns }, { signal }) => await onStream(peer, signal, async (session) =>
      await session.registerPeerInfo(ns, { id: node.peerId.toMultihash().bytes, addrs: addresses().map(({ bytes }) => bytes) }, { signal })),

    // Field 2 of each registration as it came, whatever it is.
    discoverRaw: async ({ peer, ns }, { signal }) => await onStream(peer, signal, async (session) => await session.discoverRaw(ns, { signal })),

    unregister: async ({ peer, ns }, { signal }) => await onStream(peer, signal, async (session) => await session.unregister(ns, { signal })),

    // register, discover, unregister and discover again on one stream
    session: async ({ peer, ns }, { signal }) => await onStream(peer, signal, async (session) => {
      await register(session, { ns }, signal)
      const before = await session.discover({ ns }, { signal })
      await session.unregister(ns, { signal })
      const after = await session.discover({ ns }, { signal })
      return { before: before.registrations, after: after.registrations }
    })
  }
}
