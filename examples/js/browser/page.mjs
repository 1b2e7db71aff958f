// Shows who is registered in a namespace, and who comes and goes, from inside a browser. It talks to the point itself, over a WebSocket, and
// registers nothing. What to show stands in the page's address: ?point=<multiaddr>&ns=<namespace>
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { identify } from '@libp2p/identify'
import { webSockets } from '@libp2p/websockets'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { onSession } from '../rendezvous.mjs'

const POLL_MS = 2_000
const REQUEST_TIMEOUT_MS = 10_000
const MAX_PEERS = 200 // more than anybody reads

async function main () {
  const query = new URLSearchParams(location.search)
  if (!query.has('point') || !query.has('ns')) {
    return
  }

  document.forms[0].point.value = query.get('point')
  document.forms[0].ns.value = query.get('ns')
  tell('asking', 'Asking the point…')
  const node = await createLibp2p({
    transports: [webSockets()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
    // In browsers libp2p dials nothing private and no plain WebSocket unless told to. A page that came over https needs a point behind /wss anyway.
    connectionGater: { denyDialMultiaddr: () => false }
  })
  await watch(node, multiaddr(query.get('point')), query.get('ns'))
}

// All of them each time, not only what is new since a cookie: a point does not tell who has gone.
async function watch (node, point, ns) {
  for (;;) {
    try {
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
      const { registrations } = await onSession(node, point, (session) => session.discover({ ns, limit: MAX_PEERS }, { signal }), { signal })
      show(registrations)
      tell('live', `${registrations.length === 1 ? '1 peer is' : `${registrations.length} peers are`} registered in ${ns}.`)
    } catch (error) {
      tell('failed', `The point does not answer: ${error.message}`)
    }

    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

// What a point says is text, never markup.
function show (registrations) {
  document.querySelector('table').hidden = registrations.length === 0
  document.querySelector('#peers').replaceChildren(...registrations.map(({ peerId, multiaddrs, ttl }) => {
    const row = document.createElement('tr')
    row.dataset.peer = peerId.toString()
    for (const text of [peerId.toString(), multiaddrs.join('\n'), `${Math.round(ttl / 60)} min`]) {
      row.insertCell().textContent = text
    }

    return row
  }))
}

function tell (state, text) {
  const status = document.querySelector('#status')
  status.dataset.state = state
  status.textContent = text
}

main().catch((error) => tell('failed', error.message))
