// A small client of /rendezvous/1.0.0 for js-libp2p 3, in Node.js and in browsers. It takes what every server in use sends: Go's and python's
// leave out what is zero or empty, and Go's reset each stream that they have answered on.
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { lpStream } from '@libp2p/utils'
import { CODE_P2P } from '@multiformats/multiaddr'
import { Message, MessageType, ResponseStatus } from './rendezvous-messages.mjs'

export const PROTOCOL = '/rendezvous/1.0.0'

const MAX_RESPONSE_BYTES = 1024 * 1024 // the limit of rust's clients, which every point keeps to be read by them
const CLOSE_MILLISECONDS = 500 // how long an answered stream waits for the point to close its side
const UNREGISTER_MILLISECONDS = 2000 // how long an UNREGISTER, which has no answer, waits for it
const DEFAULT_TTL_SECONDS = 7200 // the specification's
const SHORT_PAGE = 50 // fewer than any known server gives at once
const TYPE = MessageType.values
const STATUS_NAME = ResponseStatus.valuesById

/** A point said no. */
export class Refused extends Error {
  name = 'Refused'

  constructor (status, statusText) {
    super(`${STATUS_NAME[status] ?? status}: ${statusText}`)
  }
}

/** A point neither closed nor reset the stream of an UNREGISTER in time. */
export class StillOpen extends Error {
  name = 'StillOpen'
}

/**
 * Opens a stream to a point, asks what `ask` asks there, and closes it.
 * @param point the point's PeerId, or its Multiaddr
 * @param ask (session) => result
 * @param options.strict read as rust's clients do: type, status, ttl, ns and cookie must be written out even when they are zero or empty
 */
export async function onSession (node, point, ask, options) {
  const session = await openSession(node, point, options)
  const result = await ask(session)
  await session.finish(options)
  return result
}

/**
 * Unregisters, and finds out whether that is done. UNREGISTER has no answer, and a reset behind it may mean that it failed, as at our points,
 * or nothing at all, as at Go's, which end every stream so; some points leave the stream open. What the point lists afterwards shows it; where
 * that is too much for one short page, how it ends the stream of an answered request.
 */
export async function unregister (node, point, ns, options) {
  const session = await openSession(node, point, options)
  await session.unregister(ns, options)
  try {
    await session.finish(options)
  } catch (error) {
    if (!(isReset(error) || error instanceof StillOpen) || !await isUnregistered(node, point, ns, options)) {
      throw error
    }
  }
}

async function isUnregistered (node, point, ns, options) {
  const session = await openSession(node, point, options)
  const { registrations } = await session.discoverRaw({ ns, limit: SHORT_PAGE }, options)
  const ending = await session.finish(options)
  const own = node.peerId.toMultihash().bytes
  const isListed = registrations.some(({ signedPeerRecord }) => contains(signedPeerRecord, own))
  return !isListed && (registrations.length < SHORT_PAGE || ending === 'reset')
}

async function openSession (node, point, options) {
  return new RendezvousSession(await node.dialProtocol(point, PROTOCOL, options), options)
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

  #strict
  #isAnswered = true

  constructor (stream, { strict = false } = {}) {
    this.#stream = stream
    this.#frames = lpStream(stream, { maxDataLength: MAX_RESPONSE_BYTES })
    this.#strict = strict
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
    return Number(this.#need(response, 'ttl') ?? ttl ?? DEFAULT_TTL_SECONDS)
  }

  /** One page of who is registered, each verified. The cookie asks for what is new since then. */
  async discover (request, options) {
    const { cookie, registrations } = await this.discoverRaw(request, options)
    return { cookie, registrations: await Promise.all(registrations.map((registration) => this.#verify(registration, request.ns))) }
  }

  /** As discover, with the registrations as they came. */
  async discoverRaw ({ ns, limit, cookie }, options) {
    const discover = { ...(ns === undefined ? {} : { ns }), ...(limit === undefined ? {} : { limit }), ...(cookie === undefined ? {} : { cookie }) }
    const response = await this.#ask({ type: TYPE.DISCOVER, discover }, TYPE.DISCOVER_RESPONSE, 'discoverResponse', options)
    return { cookie: this.#need(response, 'cookie'), registrations: response.registrations }
  }

  /** Has no answer: it is done when the stream is finished. */
  async unregister (ns, options) {
    this.#isAnswered = false
    await this.#frames.write(Message.encode({ type: TYPE.UNREGISTER, unregister: { ns } }).finish(), options)
  }

  /**
   * Half-closes, now that everything asked is answered, and waits until the point closes too. However it ends a stream that it has answered
   * on, the answers count.
   * @returns 'closed', 'reset', or 'open' when the point did neither in time
   * @throws when the last request was an UNREGISTER and the point does anything but close the stream in time
   */
  async finish (options) {
    const timeout = AbortSignal.timeout(this.#isAnswered ? CLOSE_MILLISECONDS : UNREGISTER_MILLISECONDS)
    try {
      await until(timeout, this.#readToEnd(options))
      return 'closed'
    } catch (error) {
      if (this.#isAnswered && (isReset(error) || timeout.aborted)) {
        this.#stream.abort(error)
        return isReset(error) ? 'reset' : 'open'
      }

      if (timeout.aborted && error === timeout.reason) {
        const stillOpen = new StillOpen('the point did not close the stream of an UNREGISTER')
        this.#stream.abort(stillOpen)
        throw stillOpen
      }

      throw error
    }
  }

  async #readToEnd (options) {
    await this.#stream.close(options)
    for await (const chunk of this.#frames.unwrap()) {
      throw new Error(`${chunk.byteLength} bytes that nobody asked for`)
    }
  }

  async #ask (message, type, field, options) {
    this.#isAnswered = false
    await this.#frames.write(Message.encode(message).finish(), options)
    const answer = Message.decode((await this.#frames.read(options)).subarray())
    this.#isAnswered = true
    need(answer, 'type')
    if (answer.type !== type) {
      throw new Error(`expected message type ${type}, got ${answer.type}`)
    }

    const response = need(answer, field)
    if ((this.#need(response, 'status') ?? 0) !== 0) {
      throw new Refused(response.status, response.statusText)
    }

    return response
  }

  // No signature covers the namespace: the point alone says that the peer is there.
  async #verify (registration, asked) {
    const envelope = await RecordEnvelope.openAndCertify(need(registration, 'signedPeerRecord'), PeerRecord.DOMAIN)
    const record = PeerRecord.createFromProtobuf(envelope.payload)
    if (!record.peerId.publicKey.equals(envelope.publicKey)) {
      throw new Error(`record of ${record.peerId} signed by another key`)
    }

    return {
      ns: this.#need(registration, 'ns') || asked,
      ttl: Number(this.#need(registration, 'ttl') ?? 0),
      peerId: record.peerId,
      multiaddrs: record.multiaddrs,
      envelope: registration.signedPeerRecord
    }
  }

  #need (message, field) {
    return this.#strict || Object.hasOwn(message, field) ? need(message, field) : undefined
  }
}

/** protobufjs puts defaults on the prototype: an own property was on the wire. */
function need (message, field) {
  if (!Object.hasOwn(message, field)) {
    throw new Error(`the point left out ${field}`)
  }

  return message[field]
}

function isReset (error) {
  return error.name === 'StreamResetError'
}

async function until (signal, promise) {
  promise.catch(() => {}) // when the time is up first, nobody waits for it any more
  const timeUp = new Promise((resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  return await Promise.race([promise, timeUp])
}

function contains (bytes, part) {
  return bytes.some((_, start) => part.every((byte, index) => bytes[start + index] === byte))
}
