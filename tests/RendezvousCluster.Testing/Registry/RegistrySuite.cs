using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using Xunit;

namespace RendezvousCluster.Testing.Registry;

/// <summary>What the suites for every <see cref="IRegistry"/> have in common: a registry, its clock, and words for its commands.</summary>
public abstract class RegistrySuite : IAsyncLifetime
{
    protected static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    protected static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private IRegistry? _registry;

    protected FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, 250, TimeSpan.Zero));

    protected IRegistry Registry => _registry ?? throw new InvalidOperationException("Not started.");

    /// <summary>How many registrations the registry lets be.</summary>
    protected virtual RegistrationLimits Limits { get; } = new();

    public async Task InitializeAsync() => _registry = await StartAsync(Time).Within();

    public abstract Task DisposeAsync();

    /// <summary>Starts a registry on this clock, with <see cref="Limits"/>.</summary>
    protected abstract Task<IRegistry> StartAsync(TimeProvider time);

    protected RegisterCommand Register(
        int peer, RendezvousNamespace? @namespace = null, int version = 0, ulong sequence = 1, uint ttlSeconds = 7200, int bytes = 250) =>
        new(
            @namespace ?? Chat,
            TestPeers.Id(peer),
            TestPeers.Envelope(peer, version, bytes),
            RegistrationFlavour.Standard,
            sequence,
            ttlSeconds,
            Time.GetUtcNow() + AskTimeout);

    protected DiscoverQuery Discover(
        RendezvousNamespace? @namespace = null, ulong after = 0, int limit = 1000, int maxBytes = 960 * 1024) =>
        new(@namespace ?? Chat, after, limit, maxBytes, Time.GetUtcNow() + AskTimeout);

    protected UnregisterCommand Unregister(int peer, RendezvousNamespace? @namespace = null) =>
        new(@namespace ?? Chat, TestPeers.Id(peer), Time.GetUtcNow() + AskTimeout);

    protected Task<RegisterReply> SendAsync(RegisterCommand command) => Registry.RegisterAsync(command, CancellationToken.None).Within();

    protected Task<UnregisterReply> SendAsync(UnregisterCommand command) =>
        Registry.UnregisterAsync(command, CancellationToken.None).Within();

    protected Task<DiscoverReply> SendAsync(DiscoverQuery query) => Registry.DiscoverAsync(query, CancellationToken.None).Within();

    protected async Task RegisterOkAsync(RegisterCommand command)
    {
        RegisterReply reply = await SendAsync(command);
        Assert.Equal((RendezvousStatus.Ok, string.Empty, command.TtlSeconds), (reply.Status, reply.StatusText, reply.TtlSeconds));
    }

    protected async Task<IReadOnlyList<DiscoveredRegistration>> DiscoverOkAsync(DiscoverQuery query)
    {
        DiscoverReply reply = await SendAsync(query);
        Assert.Equal((RendezvousStatus.Ok, string.Empty), (reply.Status, reply.StatusText));
        Assert.Equal(reply.Registrations.Count > 0 ? reply.Registrations[^1].Revision : query.AfterRevision, reply.CookieRevision);
        return reply.Registrations;
    }

    protected static void AssertEnvelopes(IEnumerable<DiscoveredRegistration> actual, params byte[][] expected) =>
        Assert.Equal(expected.Select(Convert.ToHexString), actual.Select(registration => Convert.ToHexString(registration.Envelope.Span)));
}
