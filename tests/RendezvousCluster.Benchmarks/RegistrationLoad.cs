using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Cookies;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Benchmarks;

/// <summary>The peers of one namespace, as a registry sees them.</summary>
internal sealed class RegistrationLoad
{
    private const int EnvelopeBytes = 250;
    private const uint TtlSeconds = 7_200;

    private readonly RendezvousNamespace _name;
    private readonly (PeerId Peer, byte[] Envelope)[] _peers;
    private readonly Random _random;

    /// <param name="name">Of the namespace.</param>
    /// <param name="count">How many peers.</param>
    /// <param name="seed">Of the peers: another one gives others.</param>
    public RegistrationLoad(string name, int count, int seed = 1)
    {
        _random = new Random(seed);
        _name = RendezvousNamespace.Parse(name);
        _peers = [.. Enumerable.Range(0, count).Select(_ => (RandomPeer(_random), RandomEnvelope(_random)))];
    }

    public Task RegisterAllAsync(IRegistry registry, int inFlight) =>
        InParallelAsync(_peers.Length, inFlight, index => RegisterAsync(registry, index));

    public Task<TimeSpan> RefreshAsync(IRegistry registry, int operations, int inFlight)
    {
        // Each peer once in a while: a batch takes one command of each.
        int first = _random.Next(_peers.Length);
        return InParallelAsync(operations, inFlight, operation => RegisterAsync(registry, (first + operation) % _peers.Length));
    }

    public async Task<TimeSpan> DiscoverAsync(IRegistry registry, int operations, int inFlight, int limit)
    {
        // Places that a cookie stands at: behind any registration that has a full page behind it.
        List<ulong> revisions = await RevisionsAsync(registry);
        ulong[] places = [.. Enumerable.Range(0, operations).Select(_ => revisions[_random.Next(revisions.Count - limit)])];
        var buffers = new ConcurrentBag<ArrayBufferWriter<byte>>();
        return await InParallelAsync(operations, inFlight, async operation =>
        {
            DiscoverReply reply = await DiscoverAsync(registry, places[operation], limit);
            Require(reply.Status, reply.StatusText);
            if (reply.Registrations.Count != limit)
            {
                throw new InvalidOperationException($"A page of {limit} has {reply.Registrations.Count}.");
            }

            Encode(reply, buffers);
        });
    }

    // As the front end does with each page before it is encrypted: a page that nobody reads costs less than any real one.
    private static void Encode(DiscoverReply reply, ConcurrentBag<ArrayBufferWriter<byte>> buffers)
    {
        if (!buffers.TryTake(out ArrayBufferWriter<byte>? buffer))
        {
            buffer = new ArrayBufferWriter<byte>(1024 * 1024);
        }

        RendezvousMessageCodec.Write(buffer, new DiscoverResponse(
            reply.Status,
            reply.StatusText,
            [.. reply.Registrations.Select(found => new Registration(found.Namespace.Utf8, found.Envelope, found.RemainingTtlSeconds))],
            DiscoverCookie.Create(reply.Registrations[0].Namespace, reply.CookieRevision)));
        buffer.ResetWrittenCount();
        buffers.Add(buffer);
    }

    public async Task DiscoverOneAsync(IRegistry registry)
    {
        DiscoverReply reply = await DiscoverAsync(registry, 0, 1);
        Require(reply.Status, reply.StatusText);
        if (reply.Registrations.Count != 1)
        {
            throw new InvalidOperationException("The namespace came back empty.");
        }
    }

    internal static PeerId RandomPeer(Random random)
    {
        // The identity multihash of an Ed25519 key: 00 24 08 01 12 20 and the 32 bytes of the key.
        byte[] bytes = new byte[38];
        random.NextBytes(bytes);
        new byte[] { 0x00, 0x24, 0x08, 0x01, 0x12, 0x20 }.CopyTo(bytes, 0);
        return PeerId.TryFromBytes(bytes, out PeerId? peer) ? peer : throw new InvalidOperationException("not a peer id");
    }

    private static byte[] RandomEnvelope(Random random)
    {
        byte[] envelope = new byte[EnvelopeBytes];
        random.NextBytes(envelope);
        return envelope;
    }

    private static DateTimeOffset Deadline => TimeProvider.System.GetUtcNow().AddSeconds(30);

    private async Task RegisterAsync(IRegistry registry, int index)
    {
        (PeerId peer, byte[] envelope) = _peers[index];
        RegisterReply reply = await registry.RegisterAsync(
            new RegisterCommand(_name, peer, envelope, RegistrationFlavour.Standard, 1, TtlSeconds, Deadline), CancellationToken.None);
        Require(reply.Status, reply.StatusText);
    }

    private async Task<List<ulong>> RevisionsAsync(IRegistry registry)
    {
        var revisions = new List<ulong>();
        while (await DiscoverAsync(registry, revisions.LastOrDefault(), 1_000) is { Registrations: { Count: > 0 } page })
        {
            revisions.AddRange(page.Select(registration => registration.Revision));
        }

        return revisions;
    }

    private ValueTask<DiscoverReply> DiscoverAsync(IRegistry registry, ulong after, int limit) =>
        registry.DiscoverAsync(new DiscoverQuery(_name, after, limit, 1024 * 1024, Deadline), CancellationToken.None);

    private static async Task<TimeSpan> InParallelAsync(int operations, int inFlight, Func<int, Task> operation)
    {
        int next = -1;
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async _ =>
        {
            for (int index = Interlocked.Increment(ref next); index < operations; index = Interlocked.Increment(ref next))
            {
                await operation(index);
            }
        }));
        return Stopwatch.GetElapsedTime(start);
    }

    private static void Require(RendezvousStatus status, string text)
    {
        if (status != RendezvousStatus.Ok)
        {
            throw new InvalidOperationException($"The registry answered {status}: {text}");
        }
    }
}
