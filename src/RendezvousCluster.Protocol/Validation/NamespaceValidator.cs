using System.Diagnostics.CodeAnalysis;

namespace RendezvousCluster.Protocol.Validation;

/// <summary>Which rule of a namespace a name breaks.</summary>
internal static class NamespaceValidator
{
    /// <summary>Answers the namespace, or why the name is none.</summary>
    public static bool TryRead(
        ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out RendezvousNamespace? ns, [NotNullWhen(false)] out Refusal? refusal)
    {
        bool valid = RendezvousNamespace.TryCreate(utf8, out ns);
        refusal = valid ? null : utf8.Length switch
        {
            0 => Refusals.NamespaceMissing,
            > RendezvousNamespace.MaxBytes => Refusals.NamespaceTooLong,
            _ => Refusals.NamespaceNotUtf8,
        };
        return valid;
    }
}
