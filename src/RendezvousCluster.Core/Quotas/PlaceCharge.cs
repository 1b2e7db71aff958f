using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Quotas;

/// <summary>What a registration takes of the registry, and which subnet took it.</summary>
/// <param name="Subnet">A key of the subnet from which the peer registers. 0: none that counts, as of a peer on the same machine, or of one
/// that a node of an earlier version speaks for.</param>
/// <param name="RecordBytes">The bytes of the envelope and of the namespace's name; 0 from a node of an earlier version.</param>
internal readonly record struct PlaceCharge(UInt128 Subnet, int RecordBytes)
{
    /// <summary>
    /// A smaller record is charged with as much. So a record can grow to this size without more room, and a record with a dozen addresses
    /// fits into it.
    /// </summary>
    internal const int LeastBytes = 1_024;

    /// <summary>What counts.</summary>
    public int Bytes => Math.Max(LeastBytes, RecordBytes);

    /// <summary>Whether a node of an earlier version asks, which knows neither subnets nor bytes.</summary>
    public bool IsUnknown => RecordBytes == 0;

    internal static PlaceCharge For(RegisterCommand command) =>
        For(command.Namespace, command.Envelope.Length) with { Subnet = command.Subnet };

    internal static PlaceCharge For(RendezvousNamespace @namespace, int envelopeBytes) => new(0, envelopeBytes + @namespace.Utf8.Length);
}
