using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RendezvousCluster.Registry.Files;

/// <summary>
/// Tells whether the file of the events and that of the snapshots are those of one store, at one time. Pure.
/// </summary>
/// <remarks>
/// <para><b>The rules.</b>
/// The events are the truth, and snapshots stand for events that are deleted. So neither is right without the other one: snapshots without
/// the events behind them bring back what was replaced and taken back since, and events without the snapshots before them begin in the
/// middle. Both files carry a seal (<see cref="StoreSeal"/>), which is renewed in both when the store is opened and when it is closed: the
/// events' first, as <see cref="SealPhase.Sealing"/>, then the snapshots', then the events' again. Only a process that ended in between
/// leaves the snapshots' one generation behind, and the events' file says so.
/// </para>
/// <para>
/// Files of an earlier version have no seal. There an empty file beside one that is not empty says as much: a server always made both
/// tables before it wrote the first event.
/// </para>
/// </remarks>
internal static class StorePair
{
    private const int WordBytes = 4;

    /// <summary>What is wrong with the pair, in half a sentence; null when nothing is.</summary>
    /// <param name="journal">What the file of the events holds.</param>
    /// <param name="snapshots">What the file of the snapshots holds.</param>
    public static string? FaultOf(FileFinding journal, FileFinding snapshots) => (journal.Seal, snapshots.Seal) switch
    {
        ({ Phase: SealPhase.Sealing, Generation: 1 }, _) => null,
        (null, null) => FaultWithoutSeals(journal, snapshots),
        (null, _) => journal.HasTable
            ? "the journal is of an earlier time than the snapshots, or of another store"
            : "the journal is lost, and the snapshots are there",
        (_, null) => snapshots.HasTable
            ? "the snapshots are of an earlier time than the journal, or of another store"
            : "the snapshots are lost, and the journal is there",
        ({ } events, { } states) when events.Id != states.Id => "the journal and the snapshots are of two stores",
        ({ Phase: SealPhase.Sealing } events, { } states) when states.Generation == events.Generation - 1 =>
            FaultOfRows(journal, snapshots),
        ({ } events, { } states) when events.Generation < states.Generation => "the journal is an older copy than the snapshots",
        ({ } events, { } states) when events.Generation > states.Generation => "the snapshots are an older copy than the journal",
        _ => FaultOfRows(journal, snapshots),
    };

    /// <summary>
    /// The word by which an operator accepts what was found: it fits these files as they are, so that it accepts nothing that
    /// happens later.
    /// </summary>
    public static string WordFor(params object?[] found)
    {
        string text = string.Join('|', found.Select(each => Convert.ToString(each, CultureInfo.InvariantCulture)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, WordBytes));
    }

    /// <summary>The refusal to start, in one line.</summary>
    /// <param name="place">Where the data is.</param>
    /// <param name="fault">What is wrong with it.</param>
    /// <param name="word">What accepts it.</param>
    public static string Refusal(string place, string fault, string word) =>
        $"The registry's data in the {place} is not whole: {fault}. Registrations that were replaced or taken back would be shown again. "
        + $"Restore both from one backup; or start once with --accept-loss {word} and go on with what is there, until peers refresh.";

    private static string? FaultWithoutSeals(FileFinding journal, FileFinding snapshots) =>
        journal.HasRows && !snapshots.HasTable ? "the snapshots are lost, and the journal is there" : FaultOfRows(journal, snapshots);

    // The last row of a journal goes only after the last snapshot of it.
    private static string? FaultOfRows(FileFinding journal, FileFinding snapshots) =>
        !journal.HasRows && snapshots.HasRows && journal.Seal is not { IsEmptyAccepted: true }
            ? "the journal is empty, and the snapshots are there"
            : null;
}
