// register, discover, unregister: each on a stream of its own, which ends with a half-close that the server must answer. They are those
// of the examples' client, reading as strictly as it can, with bytes in base64.
import { peerIdFromString } from '@libp2p/peer-id'
import protobuf from 'protobufjs'
import { onSession, recordOf } from '../../../examples/js/rendezvous.mjs'

const PeerInfo = protobuf.parse('syntax = "proto3"; message PeerInfo { bytes id = 1; repeated bytes addrs = 2; }').root.lookupType('PeerInfo')

export function rendezvousCommands (node, privateKey) {
  const onStream = async (peer, signal, ask) => await onSession(node, peerIdFromString(peer), ask, { signal, strict: true })

  const register = async (session, { ns, ttl }, signal) => {
    const granted = await session.register(ns, { ...recordOf(node, privateKey), ttl }, { signal })
    return { ttl: granted.ttl, envelope: base64(granted.envelope) }
  }

  const discover = async (session, { ns, limit, cookie }, signal) => {
    const page = await session.discover({ ns, limit, cookie: cookie === undefined ? undefined : Buffer.from(cookie, 'base64') }, { signal })
    return { cookie: base64(page.cookie), registrations: page.registrations.map(describe) }
  }

  return {
    register: async ({ peer, ...request }, { signal }) => await onStream(peer, signal, async (session) => await register(session, request, signal)),

    discover: async ({ peer, ...request }, { signal }) => await onStream(peer, signal, async (session) => await discover(session, request, signal)),

    // Unsigned, in the first schema.
    registerPeerInfo: async ({ peer, ns }, { signal }) => await onStream(peer, signal, async (session) => {
      const addrs = recordOf(node, privateKey).multiaddrs.map(({ bytes }) => bytes)
      const peerInfo = PeerInfo.encode({ id: node.peerId.toMultihash().bytes, addrs }).finish()
      return { ttl: await session.registerRaw(ns, peerInfo, undefined, { signal }) }
    }),

    // Field 2 of each registration as it came, whatever it is.
    discoverRaw: async ({ peer, ns }, { signal }) => await onStream(peer, signal, async (session) =>
      (await session.discoverRaw({ ns }, { signal })).registrations.map(({ signedPeerRecord }) => base64(signedPeerRecord))),

    unregister: async ({ peer, ns }, { signal }) => await onStream(peer, signal, async (session) => await session.unregister(ns, { signal })),

    // register, discover, unregister and discover again on one stream
    session: async ({ peer, ns }, { signal }) => await onStream(peer, signal, async (session) => {
      await register(session, { ns }, signal)
      const before = await discover(session, { ns }, signal)
      await session.unregister(ns, { signal })
      const after = await discover(session, { ns }, signal)
      return { before: before.registrations, after: after.registrations }
    })
  }
}

function describe ({ ns, ttl, peerId, multiaddrs, envelope }) {
  return { ns, ttl, peerId: peerId.toString(), addrs: multiaddrs.map(String), envelope: base64(envelope) }
}

function base64 (bytes) {
  return Buffer.from(bytes).toString('base64')
}
