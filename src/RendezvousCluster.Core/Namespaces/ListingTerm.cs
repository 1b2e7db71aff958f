namespace RendezvousCluster.Core.Namespaces;

/// <summary>For how long a namespace asks to be listed. The simulation uses shorter ones.</summary>
internal sealed record ListingTerm
{
    /// <summary>The numbers of production.</summary>
    internal static readonly ListingTerm Default = new();

    /// <summary>How far a listing reaches beyond the last registration.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromHours(24);

    /// <summary>With less than this left beyond the last registration a listing is renewed, beside the writes.</summary>
    public TimeSpan Renewal { get; init; } = TimeSpan.FromHours(12);
}
