// A small client of /rendezvous/1.0.0. It reads answers as strictly as the strictest client in use (rust): type, status, ttl, ns
// and cookie must be written out even when they are zero or empty.
import { readFileSync } from 'node:fs'
import { PeerRecord, RecordEnvelope } from '@libp2p/peer-record'
import { lpStream } from '@libp2p/utils'
import protobuf from 'protobufjs'

export const PROTOCOL = '/rendezvous/1.0.0'

const Message = protobuf.parse(readFileSync(new URL('rendezvous.proto', import.meta.url), 'utf8'), { keepCase: true }).root.lookupType('Message')
const { MessageType, ResponseStatus } = Message.nested
const PeerInfo = protobuf.parse('syntax = "proto3"; message PeerInfo { bytes id = 1; repeated bytes addrs = 2; }').root.lookupType('PeerInfo')
const TYPE = MessageType.values
const STATUS_NAME = ResponseStatus.valuesById

export class Refused extends Error {
  name = 'Refused'

  constructor (status, statusText) {
    super(`${STATUS_NAME[status] ?? status}: ${statusText}`)
  }
}

/** Many requests on one stream, in order. */
export class RendezvousSession {
  #stream
  #frames

  constructor (stream) {
    this.#stream = stream
    this.#frames = lpStream(stream, { maxDataLength: 1024 * 1024 })
  }

  async register (ns, { privateKey, peerId, multiaddrs, ttl }, options) {
    const envelope = (await RecordEnvelope.seal(new PeerRecord({ peerId, multiaddrs }), privateKey)).marshal()
    const register = { ns, signedPeerRecord: envelope, ...(ttl === undefined ? {} : { ttl }) }
    const response = await this.#ask({ type: TYPE.REGISTER, register }, TYPE.REGISTER_RESPONSE, 'registerResponse', options)
    need(response, 'ttl')
    return { ttl: Number(response.ttl), envelope: base64(envelope) }
  }

  async discover ({ ns, limit, cookie }, options) {
    const discover = { ...(ns === undefined ? {} : { ns }), ...(limit === undefined ? {} : { limit }), ...(cookie === undefined ? {} : { cookie: Buffer.from(cookie, 'base64') }) }
    const response = await this.#ask({ type: TYPE.DISCOVER, discover }, TYPE.DISCOVER_RESPONSE, 'discoverResponse', options)
    need(response, 'cookie')
    return { cookie: base64(response.cookie), registrations: await Promise.all(response.registrations.map(verify)) }
  }

  async registerPeerInfo (ns, peerInfo, options) {
    const register = { ns, signedPeerRecord: PeerInfo.encode(peerInfo).finish() }
    return (await this.#ask({ type: TYPE.REGISTER, register }, TYPE.REGISTER_RESPONSE, 'registerResponse', options)).status
  }

  async discoverRaw (ns, options) {
    const response = await this.#ask({ type: TYPE.DISCOVER, discover: { ns } }, TYPE.DISCOVER_RESPONSE, 'discoverResponse', options)
    return response.registrations.map((registration) => base64(need(registration, 'signedPeerRecord')))
  }

  async unregister (ns, options) {
    await this.#frames.write(Message.encode({ type: TYPE.UNREGISTER, unregister: { ns } }).finish(), options)
  }

  /** Half-closes and waits until the server has served everything and closes too. */
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

async function verify (registration) {
  const envelope = await RecordEnvelope.openAndCertify(need(registration, 'signedPeerRecord'), PeerRecord.DOMAIN)
  const record = PeerRecord.createFromProtobuf(envelope.payload)
  if (!record.peerId.publicKey.equals(envelope.publicKey)) {
    throw new Error(`record of ${record.peerId} signed by another key`)
  }

  return {
    ns: need(registration, 'ns'),
    ttl: Number(need(registration, 'ttl')),
    peerId: record.peerId.toString(),
    addrs: record.multiaddrs.map(String),
    envelope: base64(registration.signedPeerRecord)
  }
}

/** protobufjs puts defaults on the prototype: an own property was on the wire. */
function need (message, field) {
  if (!Object.hasOwn(message, field)) {
    throw new Error(`the server left out ${field}`)
  }

  return message[field]
}

function base64 (bytes) {
  return Buffer.from(bytes).toString('base64')
}
