using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Tests.Real;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Discovery;

/// <summary>Pages of our own server that are larger than a stream's window, over every muxer and transport.</summary>
public sealed class LargePageTests
{
    private const int YamuxWindowBytes = 256 * 1024;

    private static readonly Lazy<byte[][]> Small = new(() => Envelopes(1_000, addresses: 1, nameCharacters: 89));
    private static readonly Lazy<byte[][]> Largest = new(() => Envelopes(64, addresses: 16, nameCharacters: 220));
    private static readonly Lazy<byte[][]> ToTheLimit = new(() => Envelopes(1_000, addresses: 5, nameCharacters: 180));

    public static TheoryData<string, string> Ways => new()
    {
        { "/yamux/1.0.0", "/ip4/127.0.0.1/tcp/0" },
        { "/yamux/1.0.0", "/ip4/127.0.0.1/tcp/0/ws" },
        { "/mplex/6.7.0", "/ip4/127.0.0.1/tcp/0" },
        { "/mplex/6.7.0", "/ip4/127.0.0.1/tcp/0/ws" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_page_of_a_thousand_records_of_250_bytes_is_read(string muxer, string listen)
    {
        Assert.InRange(Small.Value[^1].Length, 240, 260);

        DiscoverResponse page = await ReadPageAsync(Small.Value, 1_000, muxer, listen);

        Assert.Equal(1_000, page.Registrations.Count);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_default_page_of_64_records_of_4_KiB_is_read(string muxer, string listen)
    {
        Assert.InRange(Largest.Value[^1].Length, 3_700, 4_096);

        DiscoverResponse page = await ReadPageAsync(Largest.Value, new RendezvousClientLimits().MaxRegistrationsPerPage, muxer, listen);

        Assert.Equal(64, page.Registrations.Count);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_page_of_960_KiB_the_largest_is_read(string muxer, string listen)
    {
        DiscoverResponse page = await ReadPageAsync(ToTheLimit.Value, 1_000, muxer, listen);

        Assert.InRange(
            page.Registrations.Sum(registration => registration.SignedPeerRecord.Length), 900_000, new RendezvousLimits().MaxResponseBytes);
        Assert.InRange(page.Registrations.Count, 500, 999); // cut by its bytes
    }

    private static async Task<DiscoverResponse> ReadPageAsync(byte[][] envelopes, int limit, string muxer, string listen)
    {
        using var registry = new InMemoryRegistry(TimeProvider.System);
        var ns = RendezvousNamespace.Parse("crowd");
        DateTimeOffset deadline = DateTimeOffset.UtcNow.AddMinutes(10);
        foreach (byte[] envelope in envelopes)
        {
            var command = new RegisterCommand(ns, new TestPeer().Id, envelope, RegistrationFlavour.Standard, 1, 7_200, deadline);
            Assert.Equal(RendezvousStatus.Ok, (await registry.RegisterAsync(command, CancellationToken.None)).Status);
        }

        await using RealPoint point = await RealPoint.StartAsync(registry, listen);
        await using RealNode node = await RealNode.StartAsync([point.Address], muxer: muxer);
        var options = new RendezvousClientOptions { Points = { point.Address } };
        var context = new ClientContext(new Libp2pNode(node.Host), options, TimeProvider.System, () => 0.5, NullLoggerFactory.Instance);
        await using var client = new PointClient(RendezvousPoint.ParseAll([point.Address])[0], context);

        DiscoverResponse page = await client.DiscoverAsync(ns, limit, default, insist: false, CancellationToken.None).Within();

        Assert.InRange(
            page.Registrations.Sum(registration => registration.SignedPeerRecord.Length), YamuxWindowBytes * 9 / 10, int.MaxValue);
        HashSet<string> sent = [.. envelopes.Select(Convert.ToHexString)];
        Assert.All(page.Registrations, registration => Assert.Contains(Convert.ToHexString(registration.SignedPeerRecord.Span), sent));
        return page;
    }

    private static byte[][] Envelopes(int count, int addresses, int nameCharacters) =>
        [.. Enumerable.Range(0, count).Select(
            _ => new TestPeer().Record(addresses: [.. Enumerable.Range(0, addresses).Select(number => Address(number, nameCharacters))]))];

    private static string Address(int number, int characters)
    {
        string labels = string.Join('.', Enumerable.Repeat(new string('a', 39), (characters / 40) + 1));
        return $"/dns4/{number:x}{labels[..(characters - 1)].TrimEnd('.')}/tcp/4001";
    }
}
