using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// What an owner leaves behind when its write fails because the journal is away: all that was committed, to be read until there is a journal again to
/// recover from. The write that failed is not in it: whether it is in the journal nobody knows, and until somebody does it is not shown.
/// </summary>
/// <param name="State">What was committed. Nobody changes it any more.</param>
/// <param name="Age">How long before that the owner last had a proof that it was the owner: it began a write that succeeded.</param>
/// <param name="Settings">The owner's, which say for how long it is believed.</param>
internal sealed record KeptNamespace(NamespaceState State, TimeSpan Age, CompactionSettings Settings)
{
    /// <summary>Answers a command: a read from what is kept, everything else with a refusal.</summary>
    /// <param name="command">A command for a namespace.</param>
    /// <param name="now">The time; what has expired by then is not shown.</param>
    /// <param name="keptFor">How long ago the owner ended.</param>
    /// <param name="isUndisputed">As <see cref="IOwnerPort{TCaller}.IsUndisputed"/>.</param>
    public object Answer(object command, DateTimeOffset now, TimeSpan keptFor, bool isUndisputed) =>
        command is DiscoverQuery query && State.Namespace.Equals(query.Namespace) && MayBeShown(Age + keptFor, Settings, isUndisputed)
            ? State.Read(query, now)
            : Refusal(command);

    /// <summary>
    /// Whether something may be shown that cannot be compared with the journal: for as long as an owner is believed anyway, and longer only while nothing speaks
    /// against it.
    /// </summary>
    public static bool MayBeShown(TimeSpan age, CompactionSettings settings, bool isUndisputed) => age < settings.RenewalAge || isUndisputed;

    /// <summary>What a command is answered with that needs the journal while it is away. Nothing was written.</summary>
    /// <exception cref="ArgumentException">It is no command for a namespace.</exception>
    public static object Refusal(object command) => command switch
    {
        DiscoverQuery => RegistryReplies.Discover(RendezvousStatus.Unavailable, StatusTexts.StoreAway),
        RegisterCommand => RegistryReplies.Register(RendezvousStatus.Unavailable, StatusTexts.StoreAway),
        UnregisterCommand => new UnregisterReply(RendezvousStatus.Unavailable),
        _ => throw new ArgumentException($"No answer for {command.GetType().Name}.", nameof(command)),
    };
}
