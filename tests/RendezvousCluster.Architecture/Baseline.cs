namespace RendezvousCluster.Architecture;

/// <summary>
/// What was there before a rule: how many offences each file still has, in a text file under <c>Expected</c> with a line for each file. It
/// only shrinks. A file may have fewer offences than its line says; an offence more is a failure, and so is the line of a file that is
/// clean or gone. With <c>UPDATE_EXPECTED</c> set the lines are lowered and the superfluous ones go; none is added or raised.
/// </summary>
internal static class Baseline
{
    private const string UpdateVariable = "UPDATE_EXPECTED";

    public static void Check(string fileName, string instead, IEnumerable<(string Path, int Line)> offences)
    {
        string baseline = SourceTree.Expectation(fileName);
        Dictionary<string, int> allowed = File.Exists(baseline) ? Read(File.ReadAllText(baseline)) : [];
        ILookup<string, int> found = offences.ToLookup(offence => offence.Path, offence => offence.Line);
        if (Environment.GetEnvironmentVariable(UpdateVariable) is { Length: > 0 })
        {
            File.WriteAllText(baseline, Write(Lowered(allowed, found)));
            return;
        }

        IReadOnlyList<string> faults = Faults(allowed, found);
        Assert.True(
            faults.Count == 0,
            $"{instead}\n{string.Join('\n', faults)}\nLines of {fileName} that are superfluous go with {UpdateVariable}=1; none is added.");
    }

    internal static IReadOnlyList<string> Faults(IReadOnlyDictionary<string, int> allowed, ILookup<string, int> found) =>
    [
        .. from file in found
           let most = allowed.GetValueOrDefault(file.Key)
           where file.Count() > most
           select $"{file.Key}: {file.Count()} instead of at most {most}, at the lines {string.Join(", ", file)}",
        .. from file in allowed.Keys where !found.Contains(file) select $"{file}: clean or gone, but still in the baseline",
    ];

    internal static Dictionary<string, int> Lowered(IReadOnlyDictionary<string, int> allowed, ILookup<string, int> found) =>
        allowed.Where(file => found.Contains(file.Key))
            .ToDictionary(file => file.Key, file => Math.Min(file.Value, found[file.Key].Count()));

    internal static Dictionary<string, int> Read(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split(' '))
        .ToDictionary(parts => parts[1], parts => int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture));

    internal static string Write(IReadOnlyDictionary<string, int> baseline) =>
        string.Concat(baseline.OrderBy(file => file.Key, StringComparer.Ordinal).Select(file => $"{file.Value} {file.Key}\n"));
}
