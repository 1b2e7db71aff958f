using RendezvousCluster.Core.Namespaces;

namespace RendezvousCluster.Core.Ownership;

internal sealed partial class NamespaceOwner<TCaller>
{
    // Registrations that were recovered may be shown and decided on only behind the fence, and the fence cannot be written now.
    private bool IsShutOut => port.IsJournalAway && !_opened && !_opening && State is { IsEmpty: false };

    // The fence cannot be renewed now.
    private bool IsTooOldToShow =>
        port.IsJournalAway && _opened && !KeptNamespace.MayBeShown(port.Elapsed - _trustedSince, _settings, port.IsUndisputed);

    /// <summary>What may be read of this owner when its write failed because the journal is away; null when it may show nothing, as it is not fenced.</summary>
    public KeptNamespace? Keep() => _opened && State is not null ? new KeptNamespace(State, port.Elapsed - _trustedSince, _settings) : null;

    private void Refuse(WaitingCommand waiting) => port.Reply(waiting.Caller, KeptNamespace.Refusal((object?)waiting.Register ?? waiting.Unregister!));

    private void Refuse(WaitingReply waiting) => port.Reply(
        waiting.Caller,
        waiting.Reply is UnregisterReply
            ? new UnregisterReply(Protocol.RendezvousStatus.Unavailable)
            : RegistryReplies.Register(Protocol.RendezvousStatus.Unavailable, StatusTexts.StoreAway));
}
