using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>What a caller reads for each reason for which the owner of a namespace refuses.</summary>
internal static class NamespaceRefusals
{
    /// <summary>The status of the answer.</summary>
    public static RendezvousStatus ToStatus(this RefusalReason reason) =>
        reason == RefusalReason.NotHeldHere ? RendezvousStatus.InternalError : RendezvousStatus.Unavailable;

    /// <summary>The text of the answer.</summary>
    public static string ToText(this RefusalReason reason) => reason switch
    {
        RefusalReason.NotHeldHere => StatusTexts.NotServedHere,
        RefusalReason.QueueFull => StatusTexts.QueueFull,
        RefusalReason.JournalAway => StatusTexts.StoreAway,
        RefusalReason.JournalUnreadable => StatusTexts.NamespaceUnreadable,
        RefusalReason.NotPermitted => StatusTexts.TooManyNamespaces,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No text."),
    };
}
