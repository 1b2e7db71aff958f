// A small client of /rendezvous/1.0.0 for js-libp2p 3, in Node.js and in browsers. It reads answers as strictly as the strictest client in
// use (rust): type, status, ttl, ns and cookie must be written out even when they are zero or empty.
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { lpStream } from '@libp2p/utils'
import { CODE_P2P } from '@multiformats/multiaddr'
import { Message, MessageType, ResponseStatus } from './rendezvous-messages.mjs'

export const PROTOCOL = '/rendezvous/1.0.0'

const MAX_RESPONSE_BYTES = 1024 * 1024 // the limit of rust's clients, which every point keeps to be read by them
const TYPE = MessageType.values
const STATUS_NAME = ResponseStatus.valuesById

/** A point said no. */
export class Refused extends Error {
  name = 'Refused'

  constructor (status, statusText) {
    super(`${STATUS_NAME[status] ?? status}: ${statusText}`)
  }
}

/**
 * Opens a stream to a point, asks what `ask` asks there, and closes it.
 * @param point the point's PeerId, or its Multiaddr
 * @param ask (session) => result
 */
export async function onSession (node, point, ask, options) {
  const session = new RendezvousSession(await node.dialProtocol(point, PROTOCOL, options))
  const result = await ask(session)
  await session.finish(options)
  return result
}

/** What a node registers: its addresses, signed by itself. A record names its peer once, so the addresses do not repeat it. */
export function recordOf (node, privateKey) {
  const multiaddrs = node.getMultiaddrs().map((address) => address.decapsulateCode(CODE_P2P))
  return { privateKey, peerId: node.peerId, multiaddrs }
}

/** Many requests on one stream, in order. */
export class RendezvousSession {
  #stream
  #frames

  constructor (stream) {
    this.#stream = stream
    this.#frames = lpStream(stream, { maxDataLength: MAX_RESPONSE_BYTES })
  }

  /**
   * Registers for `ttl` seconds, or as long as the point likes.
   * @param record see recordOf
   * @returns the seconds granted, and the signed envelope that was sent
   */
  async register (ns, { privateKey, peerId, multiaddrs, ttl }, options) {
    const envelope = (await RecordEnvelope.seal(new PeerRecord({ peerId, multiaddrs }), privateKey)).marshal()
    return { ttl: await this.registerRaw(ns, envelope, ttl, options), envelope }
  }

  /** Registers bytes that are a record already. */
  async registerRaw (ns, signedPeerRecord, ttl, options) {
    const register = { ns, signedPeerRecord, ...(ttl === undefined ? {} : { ttl }) }
    const response = await this.#ask({ type: TYPE.REGISTER, register }, TYPE.REGISTER_RESPONSE, 'registerResponse', options)
    return Number(need(response, 'ttl'))
  }

  /** One page of who is registered, each verified. The cookie asks for what is new since then. */
  async discover (request, options) {
    const { cookie, registrations } = await this.discoverRaw(request, options)
    return { cookie, registrations: await Promise.all(registrations.map(verify)) }
  }

  /** As discover, with the registrations as they came. */
  async discoverRaw ({ ns, limit, cookie }, options) {
    const discover = { ...(ns === undefined ? {} : { ns }), ...(limit === undefined ? {} : { limit }), ...(cookie === undefined ? {} : { cookie }) }
    const response = await this.#ask({ type: TYPE.DISCOVER, discover }, TYPE.DISCOVER_RESPONSE, 'discoverResponse', options)
    return { cookie: need(response, 'cookie'), registrations: response.registrations }
  }

  /** Has no answer: it is done when the stream is finished. */
  async unregister (ns, options) {
    await this.#frames.write(Message.encode({ type: TYPE.UNREGISTER, unregister: { ns } }).finish(), options)
  }

  /** Half-closes and waits until the point has served everything and closes too. */
  async finish (options) {
    await this.#stream.close(options)
    for await (const chunk of this.#frames.unwrap()) {
      throw new Error(`${chunk.byteLength} bytes that nobody asked for`)
    }
  }

  async #ask (message, type, field, options) {
    await this.#frames.write(Message.encode(message).finish(), options)
    const answer = Message.decode((await this.#frames.read(options)).subarray())
    need(answer, 'type')
    if (answer.type !== type) {
      throw new Error(`expected message type ${type}, got ${answer.type}`)
    }

    const response = need(answer, field)
    if (need(response, 'status') !== 0) {
      throw new Refused(response.status, response.statusText)
    }

    return response
  }
}

// No signature covers the namespace: the point alone says that the peer is there.
async function verify (registration) {
  const envelope = await RecordEnvelope.openAndCertify(need(registration, 'signedPeerRecord'), PeerRecord.DOMAIN)
  const record = PeerRecord.createFromProtobuf(envelope.payload)
  if (!record.peerId.publicKey.equals(envelope.publicKey)) {
    throw new Error(`record of ${record.peerId} signed by another key`)
  }

  return {
    ns: need(registration, 'ns'),
    ttl: Number(need(registration, 'ttl')),
    peerId: record.peerId,
    multiaddrs: record.multiaddrs,
    envelope: registration.signedPeerRecord
  }
}

/** protobufjs puts defaults on the prototype: an own property was on the wire. */
function need (message, field) {
  if (!Object.hasOwn(message, field)) {
    throw new Error(`the point left out ${field}`)
  }

  return message[field]
}
