using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests;

/// <summary>
/// A registry whose clock stands still while a test waits for an answer. The registry gives a question up after a few tries of a second of
/// real time, which on a loaded machine are over before a thousand registrations are written, though by the test's clock no time has
/// passed. So what came to nothing before its deadline is asked again, as peers do: every question is idempotent. A refused UNREGISTER says
/// no reason, and is not.
/// </summary>
internal sealed class RegistryInVirtualTime(IRegistry registry, TimeProvider time) : IRegistry
{
    public ValueTask<RegisterReply> RegisterAsync(RegisterCommand command, CancellationToken cancellationToken) => AskAsync(
        () => registry.RegisterAsync(command, cancellationToken),
        reply => reply.StatusText == StatusTexts.RegisterTimedOut,
        command.Deadline);

    public ValueTask<UnregisterReply> UnregisterAsync(UnregisterCommand command, CancellationToken cancellationToken) =>
        registry.UnregisterAsync(command, cancellationToken);

    public ValueTask<DiscoverReply> DiscoverAsync(DiscoverQuery query, CancellationToken cancellationToken) => AskAsync(
        () => registry.DiscoverAsync(query, cancellationToken), reply => reply.StatusText == StatusTexts.NoAnswer, query.Deadline);

    public ValueTask<DiscoverAllReply> DiscoverAllAsync(DiscoverAllQuery query, CancellationToken cancellationToken) => AskAsync(
        () => registry.DiscoverAllAsync(query, cancellationToken), reply => reply.StatusText == StatusTexts.NoAnswer, query.Deadline);

    private async ValueTask<T> AskAsync<T>(Func<ValueTask<T>> ask, Func<T, bool> isUnanswered, DateTimeOffset deadline)
    {
        long began = TimeProvider.System.GetTimestamp();
        T reply = await ask();
        while (isUnanswered(reply) && time.GetUtcNow() < deadline && TimeProvider.System.GetElapsedTime(began) < TestTimeouts.Default / 2)
        {
            reply = await ask();
        }

        return reply;
    }
}
